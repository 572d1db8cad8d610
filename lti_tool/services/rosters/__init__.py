"""Who is in an LMS course, as the LMS lists it: read when a teacher asks, and by the worker while a course is in use.

First everybody on the list is noted, then whoever is not on it is marked as gone.  A list that was not read to its end
marks nobody.  Where an LMS tells what changed since the last reading, that is read instead, and once a day all of it.
Nobody's work is ever touched, and people are told apart by the LMS's own id for them, never by a name or an address.
"""

from lti_tool.services.rosters.model import Asked, Fetched, Listed, Reading, Roster
from lti_tool.services.rosters.noting import note_roster
from lti_tool.services.rosters.reading import (
    RosterState,
    ask_for_roster,
    read_asked_rosters,
    read_roster,
    read_rosters,
    roster_state,
)

__all__ = [
    "Asked",
    "Fetched",
    "Listed",
    "Reading",
    "Roster",
    "RosterState",
    "ask_for_roster",
    "note_roster",
    "read_asked_rosters",
    "read_roster",
    "read_rosters",
    "roster_state",
]
