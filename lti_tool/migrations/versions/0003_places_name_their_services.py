"""places name their services; platforms say what we keep; invites and administrators."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('admin_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_admin_link'))
    )
    op.create_table('admin_session',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_admin_session'))
    )
    op.create_table('invite',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('tenant_id', sa.Integer(), nullable=False),
    sa.Column('family', sa.String(length=30), nullable=False),
    sa.Column('asks_for', sa.String(length=10), nullable=False),
    sa.Column('platform_id', sa.Integer(), nullable=True),
    sa.Column('created_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name=op.f('fk_invite_platform_id_platform')),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_invite_tenant_id_tenant')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_invite'))
    )
    op.create_table('course_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tenant_id', sa.Integer(), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('files', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], name=op.f('fk_course_draft_learner_id_learner')),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_course_draft_tenant_id_tenant')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_draft'))
    )
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_draft_learner_id'), ['learner_id'], unique=False)

    op.create_table('mentor_agreement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('context_id', sa.Integer(), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['context_id'], ['context.id'], name=op.f('fk_mentor_agreement_context_id_context')),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], name=op.f('fk_mentor_agreement_learner_id_learner')),
    sa.ForeignKeyConstraint(['mentor_id'], ['learner.id'], name=op.f('fk_mentor_agreement_mentor_id_learner')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_agreement')),
    sa.UniqueConstraint('context_id', 'learner_id', 'mentor_id', name=op.f('uq_mentor_agreement_context_id_learner_id_mentor_id'))
    )
    with op.batch_alter_table('mentor_agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_agreement_learner_id'), ['learner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentor_agreement_mentor_id'), ['mentor_id'], unique=False)

    op.create_table('mentor_look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['mentor_agreement.id'], name=op.f('fk_mentor_look_agreement_id_mentor_agreement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_look'))
    )
    with op.batch_alter_table('mentor_look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_look_agreement_id'), ['agreement_id'], unique=False)

    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.add_column(sa.Column('memberships_url', sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column('line_items_url', sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column('service_scopes', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('copied_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('roster_read_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_context_copied_from_id_context'), 'context', ['copied_from_id'], ['id'])

    with op.batch_alter_table('launch_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('storage_target', sa.String(length=100), nullable=True))

    with op.batch_alter_table('learner', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column('told_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('erasure_asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_gone', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.alter_column('seen_at', existing_type=lti_tool.models.base.UTCDateTime(timezone=True), nullable=True)

    with op.batch_alter_table('platform', schema=None) as batch_op:
        batch_op.add_column(sa.Column('admits_anonymous', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('admits_mentors', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('asks_for', sa.String(length=10), server_default='name', nullable=False))
        batch_op.add_column(sa.Column('pinned_kid', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('product', sa.String(length=100), server_default='', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_platform_pinned_kid_tool_key'), 'tool_key', ['pinned_kid'], ['kid'])

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('copied_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('opens_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('due_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closes_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_resource_link_copied_from_id_resource_link'), 'resource_link', ['copied_from_id'], ['id'])

    # Tokens are fetched anew, each for its deployment.
    op.drop_table('service_token')
    _make_service_token(sa.Column('deployment', sa.String(length=255), nullable=False))

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('about_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mentees', sa.JSON(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_visit_about_id_learner'), 'learner', ['about_id'], ['id'])



def _make_service_token(*more: sa.Column[str]) -> None:
    op.create_table(
        'service_token',
        sa.Column('platform_id', sa.Integer(), nullable=False),
        *more,
        sa.Column('scopes', sa.Text(), nullable=False),
        sa.Column('token', sa.Text(), nullable=False),
        sa.Column('expires_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name=op.f('fk_service_token_platform_id_platform')),
        sa.PrimaryKeyConstraint('platform_id', *(one.name for one in more), 'scopes', name=op.f('pk_service_token')),
    )


def downgrade() -> None:
    op.drop_table('service_token')
    _make_service_token()

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_visit_about_id_learner'), type_='foreignkey')
        batch_op.drop_column('mentees')
        batch_op.drop_column('about_id')
        batch_op.drop_column('due_at')

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_resource_link_copied_from_id_resource_link'), type_='foreignkey')
        batch_op.drop_column('closes_at')
        batch_op.drop_column('due_at')
        batch_op.drop_column('opens_at')
        batch_op.drop_column('copied_from_id')

    with op.batch_alter_table('platform', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_platform_pinned_kid_tool_key'), type_='foreignkey')
        batch_op.drop_column('product')
        batch_op.drop_column('pinned_kid')
        batch_op.drop_column('asks_for')
        batch_op.drop_column('admits_mentors')
        batch_op.drop_column('admits_anonymous')

    op.execute('DELETE FROM member WHERE seen_at IS NULL')  # who never came is on the LMS's roster still
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.alter_column('seen_at', existing_type=lti_tool.models.base.UTCDateTime(timezone=True), nullable=False)
        batch_op.drop_column('is_gone')

    with op.batch_alter_table('launch_state', schema=None) as batch_op:
        batch_op.drop_column('storage_target')

    with op.batch_alter_table('learner', schema=None) as batch_op:
        batch_op.drop_column('erasure_asked_at')
        batch_op.drop_column('told_at')
        batch_op.drop_column('email')

    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_context_copied_from_id_context'), type_='foreignkey')
        batch_op.drop_column('roster_read_at')
        batch_op.drop_column('copied_from_id')
        batch_op.drop_column('service_scopes')
        batch_op.drop_column('line_items_url')
        batch_op.drop_column('memberships_url')

    with op.batch_alter_table('mentor_look', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_look_agreement_id'))

    op.drop_table('mentor_look')
    with op.batch_alter_table('mentor_agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_agreement_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_mentor_agreement_learner_id'))

    op.drop_table('mentor_agreement')
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_draft_learner_id'))

    op.drop_table('course_draft')
    op.drop_table('invite')
    op.drop_table('admin_session')
    op.drop_table('admin_link')
