"""a teacher may wait for a roster."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.add_column(sa.Column('roster_asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('roster_said', sa.String(length=40), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('context', schema=None) as batch_op:
        batch_op.drop_column('roster_said')
        batch_op.drop_column('roster_asked_at')

