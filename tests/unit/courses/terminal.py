"""What a course shows of a terminal, and what a real one prints."""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

LEFT_OUT = "…"
ADDRESS = "https://git.example.org/"

_HEADING = re.compile(r"#{1,2} (?:(?:Question|Task): )?(.+)")
_PRELUDE = """
set -e
commit() { git add -A && git commit -q -m "$1"; }
server() { git init -q --bare "$HOME/../../server/$1"; }
"""


class Shown(NamedTuple):
    """The console lines below one heading of a file, in the order of the file."""

    place: str
    lines: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """What the learner would type."""
        return tuple(line.removeprefix("$ ") for line in self.lines if line.startswith("$ "))


def shown_in(path: Path) -> tuple[Shown, ...]:
    """Every console block of a file, named `file/heading`."""
    found: dict[str, list[str]] = {}
    heading, fence = "about", ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fence = "" if fence else line
        elif fence == "```console":
            found.setdefault(f"{path.stem}/{heading}", []).append(line.rstrip())
        elif not fence and (match := _HEADING.fullmatch(line)):
            heading = match.group(1)
    return tuple(Shown(place, tuple(lines)) for place, lines in found.items())


def printed(home: Path, setup: str, commands: tuple[str, ...]) -> tuple[str, ...]:
    """What a terminal shows when, after the setup, these commands are typed one after another.

    The home is empty, and names, dates and settings are always the same, so hashes are too.
    """
    sam = home / "home" / "sam"
    sam.mkdir(parents=True)
    typed = "".join(f"printf '%s\\n' {_quoted('$ ' + command)}\n{command}\n" for command in commands)
    script = f"{_PRELUDE}{{\n:\n{setup}\n}} >/dev/null\nset +e\n{typed}"
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=sam,
        env=_environment(home, sam),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
        check=False,
    )
    text = done.stdout.replace(f"{sam}/../../server/", ADDRESS).replace(f"{home}/server/", ADDRESS)
    return tuple(line.rstrip() for line in text.replace(str(home), "").splitlines())


def agree(shown: tuple[str, ...], real: tuple[str, ...]) -> bool:
    """Whether both are the same, where `…` stands for any lines left out."""
    pattern = "".join("(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in real)) is not None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _environment(home: Path, sam: Path) -> dict[str, str]:
    settings = {
        "init.defaultBranch": "main",
        "log.decorate": "short",  # as on a screen; into a pipe, Git would leave it out
        f"url.{home}/server/.insteadOf": ADDRESS,
        "core.fsync": "none",  # nothing here need outlive a power cut
        "maintenance.auto": "false",
    }
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(sam),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(home),
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_EDITOR": "true",
        "GIT_AUTHOR_NAME": "Sam Reed",
        "GIT_AUTHOR_EMAIL": "sam@example.org",
        "GIT_AUTHOR_DATE": "2025-05-03T09:30:00+0200",
        "GIT_COMMITTER_NAME": "Sam Reed",
        "GIT_COMMITTER_EMAIL": "sam@example.org",
        "GIT_COMMITTER_DATE": "2025-05-03T09:30:00+0200",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{f"GIT_CONFIG_KEY_{at}": name for at, name in enumerate(settings)},
        **{f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(settings.values())},
    }
