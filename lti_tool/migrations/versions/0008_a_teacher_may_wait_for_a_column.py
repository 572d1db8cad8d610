"""a teacher may wait for a column."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('column_asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('column_said', sa.String(length=40), nullable=True))
        batch_op.create_index('ix_resource_link_asking', ['column_asked_at'], unique=False, sqlite_where=sa.text('column_asked_at IS NOT NULL'), postgresql_where=sa.text('column_asked_at IS NOT NULL'))


def downgrade() -> None:
    with op.batch_alter_table('resource_link', schema=None) as batch_op:
        batch_op.drop_index('ix_resource_link_asking', sqlite_where=sa.text('column_asked_at IS NOT NULL'), postgresql_where=sa.text('column_asked_at IS NOT NULL'))
        batch_op.drop_column('column_said')
        batch_op.drop_column('column_asked_at')
