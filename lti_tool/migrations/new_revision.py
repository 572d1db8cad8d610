"""`python -m lti_tool.migrations.new_revision "what is true afterwards"`: a revision from the models' difference."""

import sys
import tempfile
from datetime import UTC, datetime

from alembic import command

from lti_tool.models.engine import WRITE, make_engine
from lti_tool.models.schema import alembic_config, migrate


def main() -> None:
    """Write a new revision file beside the others."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite3"
        migrate(url, datetime.now(UTC))
        with make_engine(url).connect().execution_options(**WRITE) as connection, connection.begin():
            command.revision(alembic_config(connection), message=sys.argv[1], autogenerate=True)


if __name__ == "__main__":
    main()
