"""What a mark means to the memory model.

Two ratings only.  On class data, reading slow or quick answers as Hard or Easy predicted no better, and a Hard that
means "wrong" breaks FSRS.
"""

from scheduler.model import Rating


def rating(*, is_right: bool) -> Rating:
    """Right is Good, wrong is Again."""
    return Rating.GOOD if is_right else Rating.AGAIN
