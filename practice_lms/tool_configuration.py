"""A tool's description of itself, each field checked (Dynamic Registration 1.0, §3.5)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from practice_lms.manners import Manners, offered_scopes
from practice_lms.vocabulary import CLAIMS, DEEP_LINKING_REQUEST, TOOL_CONFIGURATION

REQUIRED_ADDRESSES = ("initiate_login_uri", "jwks_uri")
OPTIONAL_ADDRESSES = ("logo_uri", "tos_uri", "policy_uri", "client_uri")
GRANTS = frozenset({"implicit", "client_credentials"})


class Unacceptable(Exception):
    """What is wrong, in words, and in Moodle's short way (README 5)."""

    def __init__(self, detail: str, moodles_code: str) -> None:
        super().__init__(detail)
        self.detail, self.moodles_code = detail, moodles_code


@dataclass(frozen=True, slots=True)
class Described:
    """A registration in order."""

    name: str
    login_url: str
    redirect_urls: tuple[str, ...]
    jwks_url: str
    target_url: str
    domain: str
    scopes: tuple[str, ...]
    claims: frozenset[str]
    custom: dict[str, str]
    messages: tuple[dict[str, Any], ...]

    @property
    def message_urls(self) -> dict[str, str]:
        """Where each type of message goes, if it says so."""
        return {one["type"]: one["target_link_uri"] for one in self.messages if "target_link_uri" in one}


def _missing(name: str) -> Unacceptable:
    return Unacceptable(f"{name}: is required", f"missing required attribute {name}")


def _address(value: object, name: str) -> str:
    if value is None:
        raise _missing(name)
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise Unacceptable(f"{name}: must be an absolute address without a fragment", f"invalid_{name}")
    return str(value)


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unacceptable(f"{name}: must be a list of texts", f"invalid_{name}")
    return value


def _check_flow(body: dict[str, Any]) -> None:
    wanted = (
        ("application_type", body.get("application_type") == "web", "web"),
        ("response_types", body.get("response_types") == ["id_token"], '["id_token"]'),
        (
            "token_endpoint_auth_method",
            body.get("token_endpoint_auth_method") == "private_key_jwt",
            "private_key_jwt",
        ),
    )
    for name, is_right, right in wanted:
        if not is_right:
            raise Unacceptable(f"{name}: must be {right}", f"invalid_{name}")
    if set(_texts(body.get("grant_types"), "grant_types")) != GRANTS:
        raise Unacceptable("grant_types: must be implicit and client_credentials", "invalid_grant_types")


def _known(wanted: list[str], offered: tuple[str, ...], name: str, ways: Manners) -> tuple[str, ...]:
    unknown = sorted(set(wanted) - set(offered))
    if unknown and ways.refuses_unknown:
        raise Unacceptable(f"{name}: not offered here: {', '.join(unknown)}", f"invalid_{name}")
    return tuple(one for one in offered if one in wanted)


def _scopes(body: dict[str, Any], ways: Manners) -> tuple[str, ...]:
    scope = body.get("scope")
    if not isinstance(scope, str):
        raise Unacceptable("scope: must be a text, with spaces between the scopes", "missing required attribute scope")
    wanted = [one for one in scope.split() if one != "openid"]
    return _known(wanted, offered_scopes(ways), "scope", ways)


def _domain(configuration: dict[str, Any], target_url: str, ways: Manners) -> str:
    domain = configuration.get("domain")
    if not isinstance(domain, str) or not domain:
        raise Unacceptable("domain: is required", "missing_domain")
    parts = urlsplit(target_url)
    host = parts.hostname or ""
    fits = domain == parts.netloc
    if not ways.is_domain_exact:
        fits = fits or host == domain or host.endswith(f".{domain}")
    if not fits:
        raise Unacceptable("domain: does not cover target_link_uri", "domain_targetlinkuri_mismatch")
    return domain


def _custom(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Unacceptable(f"{name}: must be an object of texts", f"invalid_{name}")
    return value


def _message(value: object, ways: Manners) -> dict[str, Any] | None:
    """The message as it is kept; None if it is left out."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise Unacceptable("messages: each is an object with a type", "invalid_messages")
    kept = {"type": value["type"]}
    if "target_link_uri" in value:
        kept["target_link_uri"] = _address(value["target_link_uri"], "target_link_uri")
    _custom(value.get("custom_parameters", {}), "custom_parameters")
    if not _known([kept["type"]], tuple(ways.messages), "messages", ways):
        return None
    placements = _texts(value.get("placements", []), "placements")
    known = _known(placements, ways.messages[kept["type"]], "placements", ways)
    if ways.kept_messages is not None and kept["type"] not in ways.kept_messages:
        return None
    if "label" in value and ways.kept_messages is None:
        kept["label"] = str(value["label"])
    return kept | {"placements": list(known)} if known and kept["type"] == DEEP_LINKING_REQUEST else kept


def read_registration(body: object, ways: Manners) -> Described:
    """All that is kept of the registration, or `Unacceptable` for the first thing that is not in order."""
    if not isinstance(body, dict):
        raise Unacceptable("the body must be a JSON object", "invalid_request")
    _check_flow(body)
    for name in REQUIRED_ADDRESSES:
        _address(body.get(name), name)
    for name in OPTIONAL_ADDRESSES:
        if name in body:
            _address(body[name], name)
    redirects = _texts(body.get("redirect_uris", []), "redirect_uris")
    if not redirects:
        raise _missing("redirect_uris")
    called = body.get("client_name")
    if not isinstance(called, str) or not called.strip():
        raise _missing("client_name")
    configuration = body.get(TOOL_CONFIGURATION)
    if not isinstance(configuration, dict):
        raise _missing(TOOL_CONFIGURATION)
    target_url = _address(configuration.get("target_link_uri"), "target_link_uri")
    messages = configuration.get("messages")
    if not isinstance(messages, list):
        raise Unacceptable("messages: must be a list", "invalid_messages")
    claims = _texts(configuration.get("claims", []), "claims")
    return Described(
        called.strip(),
        body["initiate_login_uri"],
        tuple(_address(one, "redirect_uris") for one in redirects),
        body["jwks_uri"],
        target_url,
        _domain(configuration, target_url, ways),
        _scopes(body, ways),
        frozenset(_known(claims, CLAIMS, "claims", ways)),
        _custom(configuration.get("custom_parameters", {}), "custom_parameters"),
        tuple(one for one in (_message(value, ways) for value in messages) if one is not None),
    )
