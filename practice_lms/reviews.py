"""Which columns' submissions can be reviewed (Submission Review 1.0)."""

import sqlite3

from practice_lms.manners import manners
from practice_lms.state.line_items import LineItem, line_items_of_link


def is_reviewable(db: sqlite3.Connection, item: LineItem) -> bool:
    """The tool asked for it.  The column must be the only one of its activity, as in Moodle (LTI.md, 2.9)."""
    if item.review is None or not manners(db).reviews_submissions:
        return False
    return item.link_id is None or len(line_items_of_link(db, item.link_id)) == 1
