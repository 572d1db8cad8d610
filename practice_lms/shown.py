"""What every page shows: who acts, and how the LMS is set."""

import sqlite3
from typing import Any

from flask import render_template, request

from practice_lms.acting import acting
from practice_lms.state.people import everybody
from practice_lms.state.switches import character, faults
from practice_lms.wiring import lms


def show(db: sqlite3.Connection, template: str, **values: Any) -> str:
    """A page within the frame that all have."""
    config = lms().config
    return render_template(
        template,
        me=acting(db),
        people=everybody(db),
        character=character(db),
        fault_count=len(faults(db)),
        jump_url=config.jump_url,
        here=config.base_url + request.full_path.rstrip("?"),
        path=request.path,
        **values,
    )
