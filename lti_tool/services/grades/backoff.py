"""How long to wait after a failed try.  Pure: the jitter is drawn from what is retried, so a test can know it."""

import zlib
from datetime import timedelta

LONGEST = timedelta(hours=6)
LONGEST_FOR_PLATFORM = timedelta(minutes=15)
"""A platform that is back should be noticed soon: one score every quarter of an hour finds out, however many wait."""
LONGEST_ASKED = timedelta(days=1)
"""What we believe of a `Retry-After`."""


def pause_after(tries: int, seed: str, base: timedelta, longest: timedelta = LONGEST) -> timedelta:
    """The pause after this many failed tries (1 or more): doubled each time, 75 to 125 % of it, at most `longest`."""
    # Jitter spreads the scores that failed together; the exponent is bounded, as a timedelta is.
    share = zlib.crc32(f"{seed}:{tries}".encode()) / 0xFFFFFFFF
    doubled: timedelta = base * 2 ** min(tries - 1, 30)
    return min(longest, doubled * (0.75 + share / 2))
