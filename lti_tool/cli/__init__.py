"""`sprig`: the command line.  Exit 0 done, 1 the input is at fault, 2 wrong usage, 3 a system failed."""

from lti_tool.cli.admin import admin
from lti_tool.cli.courses import course
from lti_tool.cli.doctor import doctor
from lti_tool.cli.frame import Sprig
from lti_tool.cli.grades import grades
from lti_tool.cli.invite import invite
from lti_tool.cli.keys import keys
from lti_tool.cli.memory import memory
from lti_tool.cli.platforms import platform
from lti_tool.cli.privacy import privacy
from lti_tool.cli.running import demo, migrate, serve, worker

main = Sprig(name="sprig", help="Short lessons inside the LMS: spaced, gradebook-true, verifiable.")
for _command in (migrate, serve, worker, demo, platform, invite, admin, course, keys, grades, memory, privacy, doctor):
    main.add_command(_command)

__all__ = ["main"]
