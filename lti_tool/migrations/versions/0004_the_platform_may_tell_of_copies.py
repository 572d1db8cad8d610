"""the platform may tell of copies."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('notices_url', sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column('notices_asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.drop_column('notices_asked_at')
        batch_op.drop_column('notices_url')

