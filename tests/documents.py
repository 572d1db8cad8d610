"""`python -m tests.documents`: writes the documents that are made from the code; a test keeps them equal."""

from dataclasses import fields
from pathlib import Path

from lti_tool.errors import LaunchRefused
from lti_tool.lti.refusals import ALL
from lti_tool.settings import DEFAULT_URL, Settings

ROOT = Path(__file__).parent.parent
SETTINGS, EXAMPLE, TROUBLES = ROOT / "docs/settings.md", ROOT / ".env.example", ROOT / "docs/troubleshooting.md"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_md() -> str:
    """`docs/settings.md`."""
    rows = []
    for one in fields(Settings):
        default = _shown(one.default)
        rows.append(f"| `{one.name.upper()}` | {f'`{default}`' if default else '—'} | {one.metadata['says']} |")
    head = (
        "# Settings\n\n"
        "Sprig reads its settings from the environment, once, when it starts. If some are wrong, it says so for all\n"
        "of them at once and does not start. Made from `lti_tool/settings.py` by `python -m tests.documents`.\n\n"
        "| Name | Default | What it says |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def env_example() -> str:
    """`.env.example`."""
    needed = {"secret_key": "", "public_url": "https://sprig.example.org"}
    lines = ["# Copy, fill in, and give to `sprig serve` and `sprig worker`. docs/settings.md explains each line."]
    for one in fields(Settings):
        value = needed.get(one.name, _shown(one.default))
        off = "" if one.name in needed else "#"
        lines.append(f"{off}{one.name.upper()}={value if value != DEFAULT_URL else ''}")
    return "\n".join(lines) + "\n"


def slugs() -> set[str]:
    """Every slug that a refused launch may carry."""
    return {refusal.slug for refusal in ALL}


def all_refusals() -> set[type[LaunchRefused]]:
    """Every child of `LaunchRefused`, however deep."""
    found: set[type[LaunchRefused]] = set()
    todo = [LaunchRefused]
    while todo:
        children = todo.pop().__subclasses__()
        found.update(children)
        todo.extend(children)
    return found


if __name__ == "__main__":
    SETTINGS.write_text(settings_md(), "utf-8")
    EXAMPLE.write_text(env_example(), "utf-8")
    print("Written:", SETTINGS.name, EXAMPLE.name)
