"""Settings are read once, typed, and refused all at once with their names."""

from pathlib import Path

import pytest

from lti_tool.settings import SettingsInvalid, read_settings

SECRET = {"SECRET_KEY": "x" * 32}


def test_the_defaults_need_a_secret_only() -> None:
    """One line in the environment is enough to start."""
    settings = read_settings(SECRET)
    assert settings.database_url == f"sqlite:///{Path('var/sprig.sqlite3').resolve()}"
    assert settings.public_url == "http://localhost:8000"


def test_values_have_their_types() -> None:
    """Numbers are numbers, switches are switches."""
    settings = read_settings(SECRET | {"PORT": "9000", "GRADE_DEBOUNCE_SECONDS": "1.5", "DEMO": "yes"})
    assert (settings.port, settings.grade_debounce_seconds, settings.demo) == (9000, 1.5, True)


def test_all_errors_come_at_once() -> None:
    """Each with the name of its setting."""
    wrong = {
        "SECRET_KEY": "short",
        "PORT": "many",
        "LOG_FORMAT": "xml",
        "DATABASE_URL": "mysql://x",
        "PUBLIC_URL": "sprig.example.org/path",
        "WEB_WORKERS": "0",
        "DEMO": "perhaps",
        "LEASE_SECONDS": "5",
    }
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(wrong)
    assert {problem.partition(":")[0] for problem in caught.value.problems} == set(wrong)


def test_the_demo_is_for_this_machine() -> None:
    """Jumping days must never be possible on a real installation."""
    with pytest.raises(SettingsInvalid, match="DEMO"):
        read_settings({"DEMO": "1", "PUBLIC_URL": "https://sprig.example.org"})
    assert read_settings({"DEMO": "1"}).demo


def test_an_address_loses_its_last_slash() -> None:
    """So that addresses made from it have one slash, not two."""
    assert (
        read_settings(SECRET | {"PUBLIC_URL": "https://sprig.example.org/"}).public_url == "https://sprig.example.org"
    )
