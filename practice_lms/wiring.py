"""What the views reach through the application."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app

from practice_lms.config import Config
from practice_lms.signing import KeyRing, SigningKey
from practice_lms.state.store import Store

EXTENSION = "practice_lms"


@dataclass(frozen=True, slots=True)
class Lms:
    """One running LMS."""

    config: Config
    store: Store
    key: SigningKey
    tool_keys: KeyRing
    clock: Callable[[], datetime]
    chance: random.Random = field(default_factory=random.Random)


def lms() -> Lms:
    """The LMS of the current request."""
    return cast(Lms, current_app.extensions[EXTENSION])


def now() -> datetime:
    """The LMS's time."""
    return lms().clock()
