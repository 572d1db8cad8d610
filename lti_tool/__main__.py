"""`python -m lti_tool` is `sprig`."""

from lti_tool.cli import main

main()
