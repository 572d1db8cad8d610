"""What is written for people stays equal to what the program does."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lti_tool.models import Base
from tests.documents import (
    EXAMPLE,
    ROOT,
    SETTINGS,
    TROUBLES,
    all_refusals,
    env_example,
    lms_guides,
    settings_md,
    slugs,
)
from tests.templates_compile import problems


def test_settings_are_documented() -> None:
    """docs/settings.md lists every setting with its default."""
    assert SETTINGS.read_text("utf-8") == settings_md()


def test_the_example_environment_names_every_setting() -> None:
    """.env.example can be copied and filled in."""
    assert EXAMPLE.read_text("utf-8") == env_example()


def test_every_refusal_has_its_paragraph() -> None:
    """docs/troubleshooting.md explains each slug that a refused launch or registration may show, and no other."""
    told = set(re.findall(r"^### `([a-z-]+)`$", TROUBLES.read_text("utf-8"), re.MULTILINE))
    assert told == slugs() | {"opened-by-hand"}


def test_no_refusal_is_left_out_of_the_list() -> None:
    """`refusals.ALL` and `REGISTRATION` are every kind of refused launch and registration."""
    assert {refusal.slug for refusal in all_refusals()} == slugs()


@pytest.mark.parametrize("name", ["lti_tool", "content", "scheduler", "practice_lms"])
def test_the_packages_are_ours(name: str) -> None:
    """A package of the same name from elsewhere would be imported silently."""
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)


def test_every_template_compiles() -> None:
    """A typing slip in a template is found before anybody opens the page."""
    assert problems() == []


def test_requirements_name_no_registry() -> None:
    """The pinned requirements work with whatever registry a machine is set up for."""
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text("utf-8"), path.name


def test_the_tool_starts_without_heavy_imports() -> None:
    """`sprig --help` is quick: numbers, browsers and test packages stay out."""
    code = "import sys, lti_tool.cli; print([n for n in ('numpy', 'playwright', 'fsrs', 'pytest') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_guides_are_those_of_the_administrators_pages() -> None:
    """Who reads them first finds the same steps later."""
    for path, text in lms_guides().items():
        assert path.read_text("utf-8") == text, path.name


def test_each_quirk_names_a_room_that_is_there() -> None:
    """The table leads to the code."""
    rooms = re.findall(r"`(lti_tool/[\w/.]+)`", (ROOT / "docs/lms/quirks.md").read_text("utf-8"))
    assert len(rooms) > 30
    assert all((ROOT / room).exists() for room in rooms)


def test_the_data_map_names_every_table() -> None:
    """Nothing is stored that an institution is not told of."""
    told = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/institution/data-map.md").read_text("utf-8")))
    assert set(Base.metadata.tables) <= told
