"""When?  When is an item due, when does a job run?  Pure, but for `runner`."""
