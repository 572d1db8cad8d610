"""grades have rules, windows and a pace."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('platform_pace',
    sa.Column('platform_id', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('at_once', sa.Integer(), nullable=False),
    sa.Column('changed_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name=op.f('fk_platform_pace_platform_id_platform')),
    sa.PrimaryKeyConstraint('platform_id', name=op.f('pk_platform_pace'))
    )
    op.execute(
        'INSERT INTO platform_pace (platform_id, most, at_once, changed_at) SELECT id, 4, 4, created_at FROM platform'
    )
    op.create_table('grade_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grade_owed_id', sa.Integer(), nullable=False),
    sa.Column('chosen_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('is_ours', sa.Boolean(), nullable=False),
    sa.Column('lms_percent', sa.Double(), nullable=True),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['grade_owed_id'], ['grade_owed.id'], name=op.f('fk_grade_choice_grade_owed_id_grade_owed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_choice'))
    )
    op.create_index('ix_grade_choice_grade_owed_id', 'grade_choice', ['grade_owed_id'])
    op.create_table('allowance',
    sa.Column('resource_link_id', sa.Integer(), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('due_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closes_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('sittings', sa.Integer(), nullable=True),
    sa.Column('lms_due_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('lms_closes_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('noted_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], name=op.f('fk_allowance_learner_id_learner')),
    sa.ForeignKeyConstraint(['resource_link_id'], ['resource_link.id'], name=op.f('fk_allowance_resource_link_id_resource_link')),
    sa.PrimaryKeyConstraint('resource_link_id', 'learner_id', name=op.f('pk_allowance'))
    )
    op.create_table('grade_terms',
    sa.Column('resource_link_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('opens_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('due_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closes_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('late_percent', sa.Integer(), nullable=False),
    sa.Column('grace_minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['resource_link_id'], ['resource_link.id'], name=op.f('fk_grade_terms_resource_link_id_resource_link')),
    sa.PrimaryKeyConstraint('resource_link_id', name=op.f('pk_grade_terms'))
    )
    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.add_column(sa.Column('roster_whole_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('roster_differences_url', sa.String(length=2000), nullable=True))

    with op.batch_alter_table('grade_attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('up_to_review_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('figures', sa.JSON(), nullable=True))

    with op.batch_alter_table('grade_owed', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rule', sa.String(length=20), server_default='completion', nullable=False))
        batch_op.add_column(sa.Column('overwrites', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('lms_percent', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('lms_read_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_grade_owed_leased', ['lease_until'], unique=False, sqlite_where=sa.text('lease_until IS NOT NULL'), postgresql_where=sa.text('lease_until IS NOT NULL'))

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('column_rule', sa.String(length=20), nullable=True))

    with op.batch_alter_table('line_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rule', sa.String(length=20), nullable=True))

    with op.batch_alter_table('sitting_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('corrected_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('try_number', sa.Integer(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('sitting_step', schema=None) as batch_op:
        batch_op.drop_column('corrected_at')

    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.drop_column('try_number')

    with op.batch_alter_table('line_item', schema=None) as batch_op:
        batch_op.drop_column('rule')

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.drop_column('column_rule')

    with op.batch_alter_table('grade_owed', schema=None) as batch_op:
        batch_op.drop_index('ix_grade_owed_leased', sqlite_where=sa.text('lease_until IS NOT NULL'), postgresql_where=sa.text('lease_until IS NOT NULL'))
        batch_op.drop_column('lms_read_at')
        batch_op.drop_column('lms_percent')
        batch_op.drop_column('overwrites')
        batch_op.drop_column('rule')

    with op.batch_alter_table('grade_attempt', schema=None) as batch_op:
        batch_op.drop_column('figures')
        batch_op.drop_column('up_to_review_id')

    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.drop_column('roster_differences_url')
        batch_op.drop_column('roster_whole_at')

    op.drop_table('grade_choice')
    op.drop_table('grade_terms')
    op.drop_table('allowance')
    op.drop_table('platform_pace')
