"""What is wrong with a course's files: every problem with its place, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that an author must mend.  Lines count from 1."""

    path: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}: {self.message}{hint}"


class CourseInvalid(Exception):
    """The course cannot be published; `problems` holds everything that was found, not the first thing only."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Report:
    """The problems of one file, as they are found."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, message: str, hint: str = "") -> None:
        """One more problem is noted."""
        self.problems.append(Problem(self.path, line, message, hint))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word most like this one, or all of them if none is like it."""
    words = list(known)
    close = get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return "use one of: " + ", ".join(f"`{one}`" for one in words) if words else ""
