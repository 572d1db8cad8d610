"""Numbers that look drawn and are always the same: a log replayed gives the same days and the same order."""

_MASK = (1 << 64) - 1


def drawn(*seeds: int) -> int:
    """A number of 64 bits, evenly spread over the seeds and different for each order of them (SplitMix64)."""
    state = 0
    for seed in seeds:
        state = (state ^ seed) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state
