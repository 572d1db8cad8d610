"""How fast: one file for each figure, `python -m bench` prints them (docs/performance.md)."""
