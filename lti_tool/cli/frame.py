"""What all commands share: settings, the database, and how failures end."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from content.problems import CourseInvalid
from lti_tool.errors import ToolError, WrongSchema
from lti_tool.logs import configure_logs
from lti_tool.models.engine import Database
from lti_tool.models.schema import check_schema
from lti_tool.services.keys import KeyBox
from lti_tool.settings import Settings, SettingsInvalid, read_settings

AT_FAULT, FAILED = 1, 3


@dataclass(frozen=True, slots=True)
class Opened:
    """A command's settings, database and instant."""

    settings: Settings
    database: Database
    now: datetime

    @property
    def key_box(self) -> KeyBox:
        """Opens the tool's private keys."""
        return KeyBox(self.settings.key_secret)


def configured() -> Settings:
    """The settings of this environment; logs go where they say."""
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level)
    return settings


@contextmanager
def opened() -> Iterator[Opened]:
    """The database, at the version this program needs."""
    settings = configured()
    database = Database(settings.database_url)
    try:
        check_schema(database.engine)
        yield Opened(settings, database, datetime.now(UTC))
    finally:
        database.engine.dispose()


def say(value: Any, *, as_json: bool, lines: Iterator[str]) -> None:
    """The value as JSON, or the same in lines for people."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
    else:
        for line in lines:
            click.echo(line)


def _end(code: int, *lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)


class Sprig(click.Group):
    """The commands, with one place where failures become exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure is told in a line, not in a traceback."""
        try:
            return super().invoke(ctx)
        except CourseInvalid as error:
            _end(AT_FAULT, *map(str, error.problems), f"{len(error.problems)} to mend.")
        except SettingsInvalid as error:
            _end(AT_FAULT, *error.problems)
        except WrongSchema as error:
            _end(FAILED, *_words(error))
        except ToolError as error:
            _end(AT_FAULT, *_words(error))
        except SQLAlchemyError as error:
            _end(FAILED, f"The database failed: {getattr(error, 'orig', None) or error}")
        except OSError as error:
            _end(FAILED, str(error))


def _words(error: ToolError) -> list[str]:
    parts = (error.title, error.detail, error.hint)
    return [part % error.values if error.values else part for part in parts]


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
