"""Alembic's entry: runs the migrations on the connection that `models/schema.py` hands over."""

from alembic import context

from lti_tool.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
