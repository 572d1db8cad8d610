"""One acting tool for all tests of this folder; a fresh LMS for each."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from practice_lms.app import create_app
from practice_lms.config import Config
from practice_lms.state.switches import Character, set_character
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import ActingTool, Talk, acting_tool

ISSUER = "http://127.0.0.1:8001"


class Clock:
    """The LMS's time, which a test may move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    """Real time, until it is moved."""
    return Clock()


@pytest.fixture(scope="session")
def listening_tool() -> Iterator[ActingTool]:
    """The tool, for all tests."""
    with acting_tool() as made:
        yield made


@pytest.fixture
def tool(listening_tool: ActingTool) -> Iterator[ActingTool]:
    """The tool, with one key and on its feet."""
    yield listening_tool
    listening_tool.keys = {"one": listening_tool.keys["one"]}
    listening_tool.is_down = False


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory, listening_tool: ActingTool) -> Path:
    """The folder of an LMS on its first day: copying it is quicker than making a key."""
    folder = tmp_path_factory.mktemp("first-day")
    create_app(Config(ISSUER, listening_tool.url, folder))
    return folder


@pytest.fixture
def talk(tmp_path: Path, first_day: Path, tool: ActingTool, clock: Clock) -> Talk:
    """A strict LMS in this process."""
    folder = tmp_path / "lms"
    shutil.copytree(first_day, folder)
    config = Config(ISSUER, tool.url, folder)
    return Talk(create_app(config, clock).test_client(), config, tool)


@pytest.fixture
def be(talk: Talk) -> Callable[[Character], Talk]:
    """The same LMS with another character's manners."""

    def change(character: Character) -> Talk:
        with talk.client.application.extensions[EXTENSION].store.writing() as db:
            set_character(db, character)
        return talk

    return change


@pytest.fixture
def moodle(talk: Talk) -> Talk:
    """The same LMS with Moodle's manners."""
    with talk.client.application.extensions[EXTENSION].store.writing() as db:
        set_character(db, Character.MOODLE)
    return talk
