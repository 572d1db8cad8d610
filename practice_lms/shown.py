"""What every page shows: who acts, and how the LMS is set."""

import sqlite3
from typing import Any

from flask import render_template, request

from practice_lms.acting import acting
from practice_lms.state.people import everybody
from practice_lms.state.switches import character, faults
from practice_lms.wiring import lms

JUMPED = "jumped"
"""In the query of the page that the tool leads back to after a jump."""


def show(db: sqlite3.Connection, template: str, **values: Any) -> str:
    """A page within the frame that all have."""
    config = lms().config
    here = config.base_url + request.full_path.rstrip("?")
    is_jumped = JUMPED in request.args
    return render_template(
        template,
        me=acting(db),
        people=everybody(db),
        character=character(db),
        fault_count=len(faults(db)),
        jump_url=config.jump_url,
        is_jumped=is_jumped,
        after_jump=here if is_jumped else f"{here}{'&' if request.query_string else '?'}{JUMPED}=1",
        path=request.path,
        **values,
    )
