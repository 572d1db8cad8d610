"""a draft knows its course."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('DELETE FROM course_draft')  # no page made one before
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slug', sa.String(length=80), nullable=False))
        batch_op.add_column(sa.Column('digest', sa.String(length=64), nullable=False))
        batch_op.add_column(sa.Column('report', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_course_draft_learner_id_slug'), ['learner_id', 'slug'])
        batch_op.create_foreign_key(batch_op.f('fk_course_draft_course_id_course'), 'course', ['course_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_course_draft_course_id_course'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_course_draft_learner_id_slug'), type_='unique')
        batch_op.drop_column('course_id')
        batch_op.drop_column('report')
        batch_op.drop_column('digest')
        batch_op.drop_column('slug')

