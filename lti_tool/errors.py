"""What can go wrong, in words for people.  Knows no HTTP: `web/problems.py` holds the only table class → status."""

from lti_tool.words import N_


class ToolError(Exception):
    """Something a person can be told: what happened, what it means for their work, what to do.

    `slug` names the problem for ever (pages, logs, docs/troubleshooting.md).  Texts are English message ids; whoever
    shows them translates them.  `values` fill their `%(name)s` places.
    """

    slug = "problem"
    title = N_("Something went wrong")
    detail = N_("Sprig could not do this.")
    hint = N_("Try again in a moment. If it happens again, tell your teacher or the help desk.")
    meaning = N_("Nothing is lost. Your answers and your grade are as you left them.")
    """For the person's work."""

    def __init__(self, **values: str) -> None:
        super().__init__(f"{self.slug} {values}" if values else self.slug)
        self.values = values


class NotFound(ToolError):
    """What was asked for is not here, or not for this person; we do not tell which."""

    slug = "not-found"
    title = N_("There is nothing here")
    detail = N_("This address does not lead to a page, or the page belongs to somebody else. Your work is safe.")
    hint = N_("Go back to your course and open the activity again.")


class Forbidden(ToolError):
    """The person is known but may not do this."""

    slug = "not-allowed"
    title = N_("This page is for teachers")
    detail = N_("Your role in this course does not include it. Nothing was changed.")
    hint = N_("If you should see it, ask the teacher of the course to change your role.")


class InputInvalid(ToolError):
    """A form holds something we cannot take; nothing was saved."""

    slug = "input-invalid"
    title = N_("This could not be saved")
    detail = N_("%(what)s")
    hint = N_("Correct it and send it again. Nothing was lost.")


class TooMany(ToolError):
    """Too many requests from one address."""

    slug = "too-many-requests"
    title = N_("Too many tries in a short time")
    detail = N_("Sprig lets only so many launches start from one network each minute. Your work is safe.")
    hint = N_("Wait a minute, then open the activity again from your course.")


class VisitOver(ToolError):
    """The visit is unknown, over, or belongs to another browser."""

    slug = "visit-over"
    title = N_("This visit is over")
    detail = N_(
        "For your safety a visit ends after a while, and only the browser that began it can go on. Every answer you gave is kept."
    )
    hint = N_("Go back to your course and open the activity again.")


class WrongSchema(ToolError):
    """The database is not at the version this program needs."""

    slug = "wrong-schema"
    title = N_("The database needs an update")
    detail = N_("It is at version %(found)s; this program needs %(needed)s.")
    hint = N_("Run `sprig migrate`, then start again.")


class LaunchRefused(ToolError):
    """A launch that lets nobody in; each child says why, with a slug that docs/troubleshooting.md explains."""

    slug = "launch-refused"
    title = N_("This link could not be opened")
    detail = N_(
        "Your course sent something Sprig could not accept. Nothing is lost: your answers and your grade are as you left them."
    )
    hint = N_("Go back to your course page, reload it, and open the activity again.")


class RegistrationRefused(ToolError):
    """A registration that was not made; each child says why, with a slug that docs/troubleshooting.md explains."""

    slug = "registration-refused"
    title = N_("Sprig could not be registered")
    detail = N_("The learning platform and Sprig did not come to an agreement.")
    hint = N_("Try again from your learning platform. If it happens again, register Sprig by hand.")
    meaning = N_("Nothing was registered here, and the invite is still good. No course and no grade is touched.")
