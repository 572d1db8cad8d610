"""`python -m tests.templates_compile`: every template compiles (part of `make lint`)."""

import sys
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "templates", ROOT / "practice_lms" / "templates")


class _AnyFilter(dict[str, Callable[..., object]]):
    """Filters are the applications' own; whether they are there, the pages' tests tell."""

    def __missing__(self, name: str) -> Callable[..., object]:
        return str

    def get(self, name: str, default: object = None) -> Callable[..., object]:  # type: ignore[override]  # narrower than dict's: it always has one
        """Never missing."""
        return self[name]


def problems() -> list[str]:
    """Each template that does not compile, as `path:line: message`."""
    found = []
    for folder in FOLDERS:
        environment = Environment(loader=FileSystemLoader(folder), extensions=["jinja2.ext.i18n"], autoescape=True)
        environment.filters = _AnyFilter(environment.filters)
        for name in environment.list_templates(filter_func=lambda name: name.endswith((".html", ".txt"))):
            try:
                environment.get_template(name)
            except TemplateSyntaxError as error:
                found.append(f"{folder.relative_to(ROOT)}/{error.name}:{error.lineno}: {error.message}")
    return found


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or "Every template compiles.")
    sys.exit(bool(found))
