"""How far a lesson or a course is done, as one number."""


def percent(done: int, required: int) -> int:
    """Whole percent, rounded down: 100 only when everything required is done, 0 where nothing is required."""
    if required <= 0:
        return 0
    return max(0, min(100, 100 * done // required))
