"""Why a launch or a registration is refused, each with a slug.

docs/troubleshooting.md has a paragraph for each; a test keeps both lists equal.
"""

from lti_tool.errors import LaunchRefused, RegistrationRefused
from lti_tool.services.invites import AlreadyRegistered, InviteBusy, InviteExpired, InviteUnknown, InviteUsed
from lti_tool.words import N_

BACK = N_("Go back to your course page, reload it, and open the activity again.")
ADMIN = N_("Send this page's details to the people who look after your learning platform.")


class UnknownPlatform(LaunchRefused):
    """No registration has this issuer and client id."""

    slug = "unknown-platform"
    title = N_("Sprig does not know this learning platform")
    detail = N_(
        "The platform that sent you here has not been registered with this Sprig, or its registration was switched off."
    )
    hint = ADMIN


class LoginIncomplete(LaunchRefused):
    """The login initiation lacks a parameter that the standard requires."""

    slug = "login-incomplete"
    title = N_("The link is not complete")
    detail = N_("Your learning platform left out something that Sprig needs to open the activity (%(missing)s).")
    hint = ADMIN


class PlatformRefused(LaunchRefused):
    """The platform answered with an error instead of a token."""

    slug = "platform-refused"
    title = N_("Your learning platform did not let you through")
    detail = N_("It answered “%(error)s”. That often means you were logged out there.")
    hint = N_("Log in to your learning platform again, then open the activity.")


class StateUnknown(LaunchRefused):
    """We never began this launch, or purged it long ago."""

    slug = "launch-unknown"
    title = N_("This link is not one Sprig began")
    detail = N_("A launch starts in your course and ends here within ten minutes. This one has no such beginning.")
    hint = BACK


class Expired(LaunchRefused):
    """The launch or its token is too old."""

    slug = "launch-expired"
    title = N_("This link was opened too late")
    detail = N_("Your course hands Sprig a link that works once and for a short time. This one was older than that.")
    hint = BACK


class ClockSkew(LaunchRefused):
    """The token says it was made in the future: one of the two clocks is wrong."""

    slug = "clock-skew"
    title = N_("Two clocks do not agree")
    detail = N_(
        "Your learning platform's clock and Sprig's differ by more than a minute, so the link seems to come from the future."
    )
    hint = ADMIN


class Replayed(LaunchRefused):
    """This launch was already used."""

    slug = "launch-replayed"
    title = N_("This link was already used")
    detail = N_("Each link from your course works once. This happens after “reload” or “back”. Nothing is lost.")
    hint = BACK


class TokenMalformed(LaunchRefused):
    """What was sent is not a token."""

    slug = "token-malformed"
    title = N_("What arrived cannot be read")
    detail = N_("Your learning platform did not send a readable launch.")
    hint = ADMIN


class SignatureInvalid(LaunchRefused):
    """The signature, its key or its algorithm is not the platform's."""

    slug = "signature-invalid"
    title = N_("The link is not signed by your learning platform")
    detail = N_("Sprig checks that each launch truly comes from your platform. This one does not prove it.")
    hint = ADMIN


class KeysUnavailable(LaunchRefused):
    """The platform's keys could not be fetched."""

    slug = "platform-keys-unavailable"
    title = N_("Your learning platform's keys are out of reach")
    detail = N_("Sprig could not fetch the keys that prove where this launch comes from.")
    hint = N_(
        "Try again in a minute. If it goes on, send this page's details to the people who look after your learning platform."
    )


class ForeignToken(LaunchRefused):
    """Issuer, audience or authorised party is somebody else."""

    slug = "token-foreign"
    title = N_("This link was made for another tool")
    detail = N_("The launch names another platform or another tool than the one it was begun with.")
    hint = ADMIN


class NonceMismatch(LaunchRefused):
    """The token answers another login than this one."""

    slug = "nonce-mismatch"
    title = N_("Two launches got mixed up")
    detail = N_("The answer from your learning platform belongs to another launch than the one begun here.")
    hint = BACK


class ClaimMissing(LaunchRefused):
    """A required claim is absent or has the wrong form."""

    slug = "claim-missing"
    title = N_("The launch is not complete")
    detail = N_("Your learning platform left out or garbled a part that every launch must have (%(claim)s).")
    hint = ADMIN


class MessageUnknown(LaunchRefused):
    """A message type or LTI version that we do not take."""

    slug = "message-unsupported"
    title = N_("Sprig cannot open this kind of link")
    detail = N_("Your learning platform sent a kind of message that Sprig does not handle.")
    hint = ADMIN


class DeploymentUnknown(LaunchRefused):
    """This platform lists its deployments, and this is none of them."""

    slug = "deployment-unknown"
    title = N_("This course area is not set up for Sprig yet")
    detail = N_("The platform is known, but not this installation of Sprig in it (deployment %(deployment)s).")
    hint = ADMIN


class DeploymentHeld(LaunchRefused):
    """A new deployment on a shared issuer waits for its institution to be confirmed."""

    slug = "deployment-held"
    title = N_("Sprig is waiting for your institution to be confirmed")
    detail = N_(
        "Many institutions share this learning platform's address, so somebody has to confirm which one you belong to."
    )
    hint = ADMIN


class TargetForeign(LaunchRefused):
    """The signed target is not an address of this tool."""

    slug = "target-foreign"
    title = N_("The link leads somewhere else")
    detail = N_("The launch asks for an address that is not part of this Sprig.")
    hint = ADMIN


class ContentUnknown(LaunchRefused):
    """The link names content that this institution does not have."""

    slug = "content-unknown"
    title = N_("The lesson behind this link is gone")
    detail = N_("The link names a course or a lesson that this Sprig does not have.")
    hint = N_("Tell your teacher: the link needs to be chosen anew.")


class NotSetUp(LaunchRefused):
    """A learner opened a link for which no teacher has chosen content yet."""

    slug = "not-set-up"
    title = N_("Not set up yet")
    detail = N_("Your teacher has placed this activity but not yet chosen what is in it.")
    hint = N_("Come back later, or tell your teacher.")


class RoleUnfit(LaunchRefused):
    """This role may not do what the message asks."""

    slug = "role-unfit"
    title = N_("Only teachers can do this")
    detail = N_("Your role in this course does not include choosing content, or looking at other people’s work.")
    hint = ADMIN


class MentorsNotAdmitted(LaunchRefused):
    """A mentor came where the institution lets none in."""

    slug = "mentors-not-admitted"
    title = N_("Mentors see nothing here")
    detail = N_("Your institution has not switched on that mentors may see how far somebody is.")
    hint = ADMIN


class NothingToReview(LaunchRefused):
    """A submission review is about somebody who never came here."""

    slug = "nothing-to-review"
    title = N_("There is nothing to look at yet")
    detail = N_("This person has not opened the activity in Sprig.")
    hint = N_("Answers appear here as soon as there are some.")


ALL: tuple[type[LaunchRefused], ...] = (
    UnknownPlatform, LoginIncomplete, PlatformRefused, StateUnknown, Expired, ClockSkew, Replayed, TokenMalformed,
    SignatureInvalid, KeysUnavailable, ForeignToken, NonceMismatch, ClaimMissing, MessageUnknown, DeploymentUnknown,
    DeploymentHeld, TargetForeign, ContentUnknown, NotSetUp, RoleUnfit,
    MentorsNotAdmitted, NothingToReview,
)  # fmt: skip


class AddressUnsafe(RegistrationRefused):
    """An address that the platform named is not one that we go to."""

    slug = "registration-address-unsafe"
    title = N_("Sprig does not go to this address")
    detail = N_(
        "“%(address)s” is not an https address on the public internet, and a registration must not reach into private networks."
    )
    hint = N_(
        "If your learning platform is on a network of your own, ask Sprig’s administrator to set ALLOW_PRIVATE_ADDRESSES, or to register it by hand."
    )


class ConfigurationUnread(RegistrationRefused):
    """The platform's description of itself could not be fetched."""

    slug = "configuration-unreadable"
    title = N_("Your learning platform’s description of itself cannot be read")
    detail = N_("Sprig asked for it at %(address)s and got no usable answer (%(reason)s).")
    hint = N_("Check that the address works from outside your network, then begin again from your learning platform.")


class ConfigurationIncomplete(RegistrationRefused):
    """A part that we need is absent, or of the wrong form."""

    slug = "configuration-incomplete"
    title = N_("Your learning platform’s description of itself is not complete")
    detail = N_("A part that Sprig needs is missing or garbled (%(missing)s).")
    hint = N_("Register Sprig by hand: its administrator has a sheet with all addresses.")


class IssuerForeign(RegistrationRefused):
    """The description names an issuer that is somebody else's host."""

    slug = "issuer-foreign"
    title = N_("The learning platform says that it is another one")
    detail = N_("Its description lies at %(host)s, but names %(issuer)s as the one who signs.")
    hint = N_("Check the site address in your learning platform’s settings; it must be the one that browsers use.")


class RegistrationDeclined(RegistrationRefused):
    """The platform did not take the registration."""

    slug = "registration-declined"
    title = N_("Your learning platform did not take the registration")
    detail = N_("It answered: %(answer)s")
    hint = N_(
        "Registration addresses of learning platforms work for about an hour: begin again there. If a tool of this address is registered there already, remove it first."
    )


class RegistrationUnclear(RegistrationRefused):
    """The platform took the registration, but told no client id."""

    slug = "registration-unclear"
    title = N_("Your learning platform’s answer lacks a part")
    detail = N_("It took the registration, but did not say by which client id it knows Sprig.")
    hint = N_("Remove the half-made tool there and begin again, or register Sprig by hand.")
    meaning = N_(
        "Nothing was registered here, and the invite is still good. Your learning platform may list a tool that does not work."
    )


REGISTRATION: tuple[type[RegistrationRefused], ...] = (
    InviteUnknown, InviteUsed, InviteExpired, InviteBusy, AlreadyRegistered, AddressUnsafe, ConfigurationUnread,
    ConfigurationIncomplete, IssuerForeign, RegistrationDeclined, RegistrationUnclear,
)  # fmt: skip
