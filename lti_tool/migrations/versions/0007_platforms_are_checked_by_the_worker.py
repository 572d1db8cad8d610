"""platforms are checked by the worker."""

import sqlalchemy as sa
from alembic import op

import lti_tool.models.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('platform_check',
    sa.Column('platform_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('checked_at', lti_tool.models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name=op.f('fk_platform_check_platform_id_platform')),
    sa.PrimaryKeyConstraint('platform_id', name=op.f('pk_platform_check'))
    )


def downgrade() -> None:
    op.drop_table('platform_check')
