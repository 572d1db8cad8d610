"""Who did what, and what follows from it?  The Flask application."""

__version__ = "0.1.0"
