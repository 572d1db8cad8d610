"""What every page shows: who acts, and how the LMS is set."""

import sqlite3
from typing import Any
from urllib.parse import urlsplit

from flask import render_template, request

from practice_lms.acting import acting
from practice_lms.faults import StorageFault
from practice_lms.manners import manners
from practice_lms.state.people import everybody
from practice_lms.state.switches import character, faults
from practice_lms.state.tools import all_tools
from practice_lms.wiring import lms

JUMPED = "jumped"
"""In the query of the page that the tool leads back to after a jump."""


def show(db: sqlite3.Connection, template: str, **values: Any) -> str:
    """A page within the frame that all have."""
    config = lms().config
    here = config.base_url + request.full_path.rstrip("?")
    is_jumped = JUMPED in request.args
    frame: dict[str, Any] = {
        "me": acting(db),
        "people": everybody(db),
        "character": character(db),
        "ways": manners(db),
        "storage": StorageFault(),
        "origins": _origins(db),
        "fault_count": len(faults(db)),
        "jump_url": config.jump_url,
        "is_jumped": is_jumped,
        "after_jump": here if is_jumped else f"{here}{'&' if request.query_string else '?'}{JUMPED}=1",
        "path": request.path,
    }
    return render_template(template, **(frame | values))


def _origins(db: sqlite3.Connection) -> str:
    """Where tools' pages come from: who else sends messages is a stranger."""
    found = set()
    for tool in all_tools(db, lms().config):
        for url in (tool.target_url, tool.login_url, *tool.redirect_urls):
            parts = urlsplit(url)
            found.add(f"{parts.scheme}://{parts.netloc}")
    return " ".join(sorted(found))
