"""Steps of the memory model for a second of one core."""

import time
from dataclasses import dataclass

from bench.tables import Table, spread
from scheduler.memory import step
from scheduler.model import MemoryState, Rating


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    steps: int


FULL, QUICK, TINY = Size(7, 500_000), Size(3, 100_000), Size(1, 500)


def measure(size: Size) -> list[Table]:
    """Memories of all kinds, each reviewed on a later day: the long way through the model."""
    states = [
        MemoryState(0.5 + n % 97 * 1.7, 1.0 + n % 10 * 0.9, 739_000 + n % 30, 739_040, 1 + n % 9, n % 3)
        for n in range(1000)
    ]
    ratings = [Rating.GOOD, Rating.GOOD, Rating.AGAIN, Rating.GOOD]
    rates = []
    for _ in range(size.rounds):
        began = time.process_time()
        for n in range(size.steps):
            step(states[n % 1000], ratings[n & 3], 739_040)
        rates.append(size.steps / (time.process_time() - began))
    row = ("scheduler.memory.step", spread(rates, 0))
    return [Table("Memory model", ("what", "steps per second of one core"), [row])]
