"""`python -m tests.documents`: writes the documents that are made from the code; a test keeps them equal."""

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from lti_tool.errors import LaunchRefused, RegistrationRefused, ToolError
from lti_tool.lti.refusals import ALL, REGISTRATION
from lti_tool.settings import DEFAULT_URL, Settings
from lti_tool.web.guides import GUIDES
from lti_tool.web.pick import SAVE, SAVE_SOMEWHERE

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
    """Every slug that a refused launch or registration may carry."""
    return {refusal.slug for refusal in (*ALL, *REGISTRATION)}


def all_refusals() -> set[type[ToolError]]:
    """Every child of `LaunchRefused` and `RegistrationRefused`, however deep."""
    found: set[type[ToolError]] = set()
    todo: list[type[ToolError]] = [LaunchRefused, RegistrationRefused]
    while todo:
        children = todo.pop().__subclasses__()
        found.update(children)
        todo.extend(children)
    return found


def _numbered(steps: Iterable[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


MADE = (
    "Made from `lti_tool/web/guides.py` by `python -m tests.documents`; the administrator's pages show the same, with "
    "your own addresses filled in."
)


def lms_guide(family: str) -> str:
    """`docs/lms/<family>.md`: what the administrator's pages say, for those who read first."""
    found = GUIDES[family]
    name = found.name or "Any other LMS"
    source = (
        "Registration and activation were seen in a live Moodle 4.5.6; the rest comes from documents."
        if family == "moodle"
        else "The steps come from documents; they were not tried in a live system by us."
    )
    parts = [
        f"# {name}\n",
        f"{source} {MADE}\n",
    ]
    if found.paste:
        invite = f"On Sprig's machine: `sprig invite --family {family}`. It prints an address that serves once."
        parts.append(f"## Let the LMS register Sprig\n\n{_numbered([invite, *found.paste])}\n")
    if found.then:
        parts.append(f"## What is left to do then\n\n{_numbered(found.then)}\n")
    if found.by_hand:
        told = " \\\n  ".join(f"{option} {value}" for option, value in found.known.items())
        shown = [
            f"- {what}: `{address}`"
            for what, address in ADDRESSES.items()
            if family == "canvas" or not what.startswith("Canvas")
        ]
        parts.append(
            f"## By hand\n\n{_numbered(found.by_hand)}\n\n"
            + "\n".join(shown)
            + f"\n\nThen, on Sprig's machine:\n\n```\nsprig platform add --family {family} \\\n  {told}\n```\n"
        )
    parts.append(
        "## For teachers\n\n"
        "1. Add an external tool to your course and choose Sprig, then “select content” or whatever the LMS calls it.\n"
        "2. Choose a whole course, or a lesson, and whether it shall have a column in the gradebook.\n"
        f"3. {SAVE.get(family, SAVE_SOMEWHERE)}\n"
    )
    return "\n".join(parts)


ADDRESSES = {
    "Login (OIDC initiation)": "https://sprig.example.org/lti/login",
    "Redirect address": "https://sprig.example.org/lti/launch",
    "Target link, and deep linking": "https://sprig.example.org/lti/launch",
    "Public keys (JWKS)": "https://sprig.example.org/lti/jwks",
    "Canvas: JSON": "https://sprig.example.org/lti/canvas.json",
}


def lms_guides() -> dict[Path, str]:
    """Each guide by its file."""
    return {ROOT / f"docs/lms/{family}.md": lms_guide(family) for family in GUIDES}


if __name__ == "__main__":
    for path, text in lms_guides().items():
        path.write_text(text, "utf-8")
    SETTINGS.write_text(settings_md(), "utf-8")
    EXAMPLE.write_text(env_example(), "utf-8")
    print("Written:", SETTINGS.name, EXAMPLE.name)
