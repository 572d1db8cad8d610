"""a visit keeps what it opened; a column has one owner; the worker owes a class; scopes of any length."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('lesson_key', sa.String(length=80), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_visit_course_id_course'), 'course', ['course_id'], ['id'])
    # Whoever is inside at this moment stays inside.
    op.execute(
        'UPDATE visit SET course_id = link.course_id, lesson_key = link.lesson_key'
        ' FROM resource_link AS link WHERE link.id = visit.resource_link_id'
    )

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owes_class_after', sa.Integer(), nullable=True))
        batch_op.create_index('ix_resource_link_owing', ['id'], unique=False, sqlite_where=sa.text('owes_class_after IS NOT NULL'), postgresql_where=sa.text('owes_class_after IS NOT NULL'))

    with op.batch_alter_table('line_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('context_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('shares_id', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE line_item SET context_id = link.context_id'
        ' FROM resource_link AS link WHERE link.id = line_item.resource_link_id'
    )
    op.execute(
        'UPDATE line_item SET shares_id = owner.id'
        ' FROM (SELECT context_id, url, min(id) AS id FROM line_item GROUP BY context_id, url) AS owner'
        ' WHERE owner.context_id = line_item.context_id AND owner.url = line_item.url AND owner.id <> line_item.id'
    )
    # What such a column was owed for another link than its owner's is called off, as the worker does it.
    op.execute(
        'UPDATE grade_owed SET sent = wanted, lease_holder = NULL, lease_until = NULL, body = NULL, body_wanted = NULL,'
        ' blocked_reason = NULL, last_outcome = NULL, is_ambiguous = false'
        ' WHERE line_item_id IN (SELECT id FROM line_item WHERE shares_id IS NOT NULL)'
    )
    with op.batch_alter_table('line_item', schema=None) as batch_op:
        batch_op.alter_column('context_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_line_item_context_id_context'), 'context', ['context_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_line_item_shares_id_line_item'), 'line_item', ['shares_id'], ['id'])
        batch_op.create_index('uq_line_item_owner', ['context_id', 'url'], unique=True, sqlite_where=sa.text('shares_id IS NULL'), postgresql_where=sa.text('shares_id IS NULL'))

    with op.batch_alter_table('service_token', schema=None) as batch_op:
        batch_op.alter_column('scopes', existing_type=sa.String(length=500), type_=sa.Text(), existing_nullable=False)


def downgrade() -> None:
    # Tokens are fetched anew; one whose scopes are too long must not be in the way.
    op.execute('DELETE FROM service_token')
    with op.batch_alter_table('service_token', schema=None) as batch_op:
        batch_op.alter_column('scopes', existing_type=sa.Text(), type_=sa.String(length=500), existing_nullable=False)

    with op.batch_alter_table('line_item', schema=None) as batch_op:
        batch_op.drop_index('uq_line_item_owner')
        batch_op.drop_constraint(batch_op.f('fk_line_item_shares_id_line_item'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_line_item_context_id_context'), type_='foreignkey')
        batch_op.drop_column('shares_id')
        batch_op.drop_column('context_id')

    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.drop_index('ix_resource_link_owing')
        batch_op.drop_column('owes_class_after')

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_visit_course_id_course'), type_='foreignkey')
        batch_op.drop_column('lesson_key')
        batch_op.drop_column('course_id')
