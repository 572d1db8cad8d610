"""The course *Git basics* shows what Git really prints."""

import re
from pathlib import Path

import pytest

import content
from tests.unit.courses.git_basics_facts import FACTS, TYPED, Done, Fact
from tests.unit.courses.git_basics_scenes import SCENES
from tests.unit.courses.terminal import Shown, agree, printed, shown_in

COURSE = Path(content.__file__).parent / "courses" / "git-basics"
SHOWN = {shown.place: shown for path in sorted(COURSE.glob("*.md")) for shown in shown_in(path)}
_GAP = re.compile(r"\{\{(.+?)\}\}")


def questions() -> dict[str, str]:
    """The lines of each question, by its key."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(COURSE.glob("0*.md")))
    parts = (part for text in texts for part in re.split(r"^## (?:Question|Task): ", text, flags=re.MULTILINE)[1:])
    return {part.partition("\n")[0]: part for part in parts}


def accepted(question: str) -> list[str]:
    """Every command that a short text, or a cloze with a whole command in code, takes for right."""
    cloze = re.search(r"`(git [^`]*\{\{[^`]*)`", question)
    if cloze is None:
        return re.findall(r"^(?:Answer|Or): (git .+)$", question, flags=re.MULTILINE)
    commands = [cloze.group(1)]
    while _GAP.search(commands[0]):
        commands = [
            command.replace(gap.group(0), filling, 1)
            for command in commands
            if (gap := _GAP.search(command))
            for filling in gap.group(1).split("|")
        ]
    return commands


def foreseen(question: str) -> list[str]:
    """Every command that a short text foresees as wrong."""
    return re.findall(r"^Not: (git .+?) > ", question, flags=re.MULTILINE)


def afterwards(done: Done, command: str, home: Path) -> tuple[str, ...]:
    """What the question's check prints after this command."""
    real = printed(home, done.setup, (f"{command} >../printed 2>&1", done.check))
    return real[real.index(f"$ {done.check}") + 1 :]


WRONG_COMMANDS = [(key, command) for key, text in questions().items() for command in foreseen(text)]
TYPED_COMMANDS = [(key, command) for key, text in questions().items() for command in accepted(text)]


def test_every_block_has_its_scene() -> None:
    """No console block of the course is left without being run, and no scene is left without a block."""
    assert set(SHOWN) == set(SCENES)


def test_every_question_that_takes_a_command_is_tried() -> None:
    """No accepted command of the course is left without being run."""
    assert {key for key, _ in TYPED_COMMANDS} == set(TYPED)


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN.keys())
def test_a_block_shows_what_git_prints(shown: Shown, tmp_path: Path) -> None:
    """What a learner sees in the course is what she would see in her terminal, hashes and all."""
    assert shown.commands
    real = printed(tmp_path, SCENES[shown.place], shown.commands)
    assert agree(shown.lines, real), "\n".join(real)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())
def test_a_fact_holds(fact: Fact, tmp_path: Path) -> None:
    """What a question takes for true of Git is true."""
    real = printed(tmp_path, fact.setup, fact.commands)
    asked = max(at for at, line in enumerate(real) if line.startswith("$ "))
    assert real[asked + 1 :] == fact.prints


@pytest.mark.parametrize(("key", "command"), TYPED_COMMANDS, ids=map(": ".join, TYPED_COMMANDS))
def test_an_accepted_command_does_what_is_asked(key: str, command: str, tmp_path: Path) -> None:
    """Whoever types one of the accepted answers into a terminal gets what the question wants."""
    assert afterwards(TYPED[key], command, tmp_path) == TYPED[key].prints


@pytest.mark.parametrize(("key", "command"), WRONG_COMMANDS, ids=map(": ".join, WRONG_COMMANDS))
def test_a_foreseen_wrong_command_does_not(key: str, command: str, tmp_path: Path) -> None:
    """No answer is called wrong that would give what the question wants."""
    assert afterwards(TYPED[key], command, tmp_path) != TYPED[key].prints
