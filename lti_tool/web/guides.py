"""What each LMS wants of its administrator: where an invite is pasted, what is left to do then, and what by hand.

The steps after a registration are the ones that the LMS itself does not show (LTI.md §3; Moodle's were seen in a live
4.5, the others come from documents).
"""

from dataclasses import dataclass, field

from lti_tool.words import N_


@dataclass(frozen=True, slots=True)
class Guide:
    """One product's ways; texts are message ids."""

    name: str
    paste: tuple[str, ...] = ()
    """Where the invite goes; nothing where a tool cannot register itself."""
    then: tuple[str, ...] = ()
    """What is left to do once Sprig is registered."""
    by_hand: tuple[str, ...] = ()
    known: dict[str, str] = field(default_factory=dict)
    """Addresses of the LMS, as options of `sprig platform add`."""


MOODLE = Guide(
    name="Moodle",
    paste=(
        N_("Open Site administration, Plugins, Activity modules, External tool, Manage tools."),
        N_("Paste the address into “Tool URL” and press “Add LTI Advantage”."),
    ),
    then=(
        N_("Press “Activate” on Sprig’s card in Manage tools; until then nobody can open it."),
        N_("Press the pencil on the card and choose “Show in activity chooser and as a preconfigured tool”."),
        N_(
            "Under Privacy on the same page, let teachers see grades come back: “Accept grades from the tool” is “Always” or “Delegate to teacher”."
        ),
    ),
    by_hand=(
        N_("Open Manage tools and press “configure a tool manually”."),
        N_(
            "LTI version: LTI 1.3. Public key type: Keyset URL. Copy the addresses below into the fields of the same meaning."
        ),
        N_("Switch on “Supports Deep Linking”, and under Services grade sync with column management, and membership."),
        N_(
            "Save, then press the magnifier on the card: it shows the client id and the addresses for the command below."
        ),
    ),
    known={
        "--issuer": "https://MOODLE",
        "--client-id": "CLIENT_ID",
        "--auth-url": "https://MOODLE/mod/lti/auth.php",
        "--token-url": "https://MOODLE/mod/lti/token.php",
        "--jwks-url": "https://MOODLE/mod/lti/certs.php",
    },
)
CANVAS = Guide(
    name="Canvas",
    paste=(
        N_("Open Admin, your account, Developer Keys, and press “+ Developer Key”, “+ LTI Registration”."),
        N_("Paste the address and press Continue; look through what Sprig asks for, then press “Enable & Close”."),
    ),
    then=(
        N_("Switch the developer key to ON, if it is not yet."),
        N_("In Settings, Apps of the account press “+ App”, “By Client ID”, and type in the client id below."),
        N_(
            "Open Sprig from a course once. All Canvas institutions share one name, so Sprig’s administrator has to confirm yours; until then nobody is let in."
        ),
    ),
    by_hand=(
        N_("Open Developer Keys and press “+ Developer Key”, “+ LTI Key”. Method: Enter URL."),
        N_(
            "Paste the address of the JSON below, save, and switch the key to ON. Its number under Details is the client id."
        ),
        N_("In Settings, Apps of the account press “+ App”, “By Client ID”, and type it in."),
    ),
    known={
        "--issuer": "https://canvas.instructure.com",
        "--client-id": "CLIENT_ID",
        "--auth-url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "--token-url": "https://sso.canvaslms.com/login/oauth2/token",
        "--jwks-url": "https://sso.canvaslms.com/api/lti/security/jwks",
    },
)
BRIGHTSPACE = Guide(
    name="Brightspace",
    paste=(
        N_("Open Admin Tools, Manage Extensibility, LTI Advantage, and press “Register Tool”."),
        N_("Choose “Dynamic”, paste the address, and press Register; a new tab opens."),
    ),
    then=(
        N_("Open the tool in LTI Advantage and switch it on: Brightspace registers tools switched off."),
        N_(
            "Press “View Deployments”. If there is none, make one: allow Assignment and Grade Services, Names and Roles, and Deep Linking, and choose the org units."
        ),
    ),
    by_hand=(
        N_(
            "In LTI Advantage press “Register Tool”, “Standard”. Copy the addresses below into the fields of the same meaning."
        ),
        N_(
            "Tick Assignment and Grade Services, Deep Linking, Names and Role Provisioning Services. The page then shows the client id."
        ),
        N_(
            "Make a deployment, choose the org units, and add a link of the type “Deep Linking Quicklink” with the target address."
        ),
    ),
    known={
        "--issuer": "https://ORGANISATION.brightspace.com",
        "--client-id": "CLIENT_ID",
        "--auth-url": "https://ORGANISATION.brightspace.com/d2l/lti/authenticate",
        "--token-url": "https://auth.brightspace.com/core/connect/token",
        "--jwks-url": "https://ORGANISATION.brightspace.com/d2l/.well-known/jwks",
        "--token-audience": "https://api.brightspace.com/auth/token",
    },
)
BLACKBOARD = Guide(
    name="Blackboard",
    by_hand=(
        N_(
            "Register Sprig once in Anthology’s developer portal with the addresses below; the portal shows the client id and the addresses for the command."
        ),
        N_(
            "In Blackboard open Administrator Panel, LTI Tool Providers, “Register LTI 1.3/Advantage Tool”, and type in the client id."
        ),
        N_("Approve the tool, and allow grade service access and membership service access."),
        N_(
            "Open Sprig from a course once. All Blackboard institutions share one name, so Sprig’s administrator has to confirm yours."
        ),
    ),
    known={
        "--issuer": "https://blackboard.com",
        "--client-id": "CLIENT_ID",
        "--auth-url": "AS_SHOWN",
        "--token-url": "AS_SHOWN",
        "--jwks-url": "AS_SHOWN",
    },
)
SAKAI = Guide(
    name="Sakai",
    paste=(
        N_("Open Administration Workspace, Plus Admin or External Tools, and choose to use LTI Dynamic Registration."),
        N_("Paste the address, and wait until the page says that it is done."),
    ),
    then=(
        N_("Open the tool in External Tools, and allow it to send grades and to be given the roster."),
        N_("Make the tool visible in all sites, or place it in the sites that need it."),
    ),
    by_hand=(
        N_("Open External Tools and press “Install LTI 1.x Tool”. Choose LTI 1.3 and copy the addresses below."),
        N_("After saving, the tool’s page shows the client id, the issuer and the addresses for the command below."),
    ),
    known={
        "--issuer": "https://SAKAI",
        "--client-id": "CLIENT_ID",
        "--auth-url": "AS_SHOWN",
        "--token-url": "AS_SHOWN",
        "--jwks-url": "AS_SHOWN",
    },
)
OPENEDX = Guide(
    name="Open edX",
    by_hand=(
        N_(
            "In Studio add the block “LTI Consumer” to a unit. Choose LTI 1.3 and paste the login, redirect, target and key set addresses."
        ),
        N_("Let the block request a score, with 100 points, and switch on Deep Linking if you want to choose there."),
        N_("The block then shows the client id, the deployment id and the addresses for the command below."),
    ),
    known={
        "--issuer": "https://LMS",
        "--client-id": "CLIENT_ID",
        "--auth-url": "AS_SHOWN",
        "--token-url": "AS_SHOWN",
        "--jwks-url": "AS_SHOWN",
        "--deployment": "AS_SHOWN",
    },
)
OTHER = Guide(
    name="",
    paste=(N_("Look for “LTI dynamic registration”, “register a tool” or “tool URL”, and paste the address there."),),
    then=(
        N_("Look at Sprig in your platform’s list of tools: activate it there, if it waits for that."),
        N_("Let teachers find it, and allow it grades and the list of members."),
    ),
    by_hand=(
        N_("Register a tool of LTI 1.3 (“LTI Advantage”) with the addresses below."),
        N_(
            "Allow it deep linking, grades and the list of members; the platform then shows the rest of the command below."
        ),
    ),
    known={
        "--issuer": "AS_SHOWN",
        "--client-id": "CLIENT_ID",
        "--auth-url": "AS_SHOWN",
        "--token-url": "AS_SHOWN",
        "--jwks-url": "AS_SHOWN",
    },
)
GUIDES = {
    "moodle": MOODLE,
    "canvas": CANVAS,
    "brightspace": BRIGHTSPACE,
    "blackboard": BLACKBOARD,
    "sakai": SAKAI,
    "openedx": OPENEDX,
    "other": OTHER,
}


def guide(family: str) -> Guide:
    """The product's, or what holds for most."""
    return GUIDES.get(family, OTHER)
