"""Canvas's own way to register a tool: a JSON document at an address that its administrator pastes."""

from typing import Any
from urllib.parse import urlsplit

from lti_tool.lti.claims import ASKED, DEEP_LINKING_REQUEST
from lti_tool.lti.registration import NAME, SAYS, SCOPES

PRIVACY = {"nothing": "anonymous", "name": "name_only", "mail": "public"}
"""Canvas's words for what an institution may let us keep."""
PLACES = ("assignment_selection", "link_selection")


def canvas_key(public_url: str, asks_for: str) -> dict[str, Any]:
    """The document (Canvas, "Configuring LTI 1.3 Developer Keys by URL")."""
    target = f"{public_url}/lti/launch"
    placements = [
        {"placement": one, "message_type": DEEP_LINKING_REQUEST, "target_link_uri": target, "text": NAME}
        for one in PLACES
    ]
    return {
        "title": NAME,
        "description": SAYS,
        "oidc_initiation_url": f"{public_url}/lti/login",
        "target_link_uri": target,
        "public_jwk_url": f"{public_url}/lti/jwks",
        "scopes": list(SCOPES),
        "custom_fields": ASKED,
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(public_url).netloc,
                "tool_id": "sprig",
                "privacy_level": PRIVACY[asks_for],
                "settings": {"text": NAME, "placements": placements},
            }
        ],
    }
