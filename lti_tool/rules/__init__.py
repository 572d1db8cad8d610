"""What follows from what was done: points, rhythm, completion.  Pure: no clock, no database."""
