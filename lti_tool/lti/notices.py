"""What platforms tell us unasked: notices of copied courses, each signed as a launch is (PNS 1.0).

A notice is sent once, and anybody may send it again: noting a copy twice changes nothing, so no memory of ids is kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lti_tool.logs import get_log
from lti_tool.lti.claims import CLAIM, CONTEXT_COPY_NOTICE
from lti_tool.lti.compact import parts_of
from lti_tool.lti.keepable import is_keepable, is_keepable_json, is_shallow, kept
from lti_tool.lti.messages import MOST_TOKEN_CHARACTERS, decoded
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.refusals import (
    ClaimMissing,
    DeploymentHeld,
    DeploymentUnknown,
    ForeignToken,
    MessageUnknown,
    SignatureInvalid,
    TokenMalformed,
    UnknownPlatform,
)
from lti_tool.models.engine import Database
from lti_tool.services.copies import Copied, find_deployment, note_copy
from lti_tool.services.registrations import Registration, registrations_of

MOST_NOTICES = 50
MOST_ORIGINS = 20
MOST_AUDIENCES = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that passed every check but that of its deployment."""

    platform: Registration
    deployment_id: str
    copied: Copied | None
    """None for a kind of notice that we make nothing of."""


def read_notices(raw: bytes, database: Database, keys: PlatformKeys, now: datetime) -> list[Notice]:
    """The notices in this body, or `LaunchRefused` if one of them is not in order.

    No transaction may be open: keys may have to be fetched.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise TokenMalformed from error
    notices = body.get("notices") if isinstance(body, dict) else None
    if not isinstance(notices, list) or not 0 < len(notices) <= MOST_NOTICES:
        raise TokenMalformed
    tokens = [one.get("jwt") if isinstance(one, dict) else None for one in notices]
    return [_read(token, database, keys, now) for token in tokens]


def _read(token: object, database: Database, keys: PlatformKeys, now: datetime) -> Notice:
    if not isinstance(token, str) or len(token) > MOST_TOKEN_CHARACTERS or not token.isascii():
        raise TokenMalformed
    header, said = _unverified(token)
    if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
        raise SignatureInvalid
    platform = _platform(said, database)
    key = keys.key_for(platform, header["kid"], now)
    claims = decoded(token, key, platform, ["exp", "iat", "iss", "aud"], now)
    if claims.get(CLAIM + "version") != "1.3.0":
        raise MessageUnknown
    kind = _object(claims, "notice").get("type")
    is_copy = kind == CONTEXT_COPY_NOTICE
    return Notice(platform, _id(claims, "deployment_id"), _copied(claims) if is_copy else None)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Head and claims as they came: whose they may be, nothing more."""
    try:
        header, claims = parts_of(token)
    except ValueError as error:
        raise TokenMalformed from error
    if not is_shallow([header, claims]) or not is_keepable_json([header, claims]):
        raise TokenMalformed
    return header, claims


def _platform(said: dict[str, Any], database: Database) -> Registration:
    """The registration that the notice is for: ours among its audiences, its authorised party if it names one."""
    audience, party, issuer = said.get("aud"), said.get("azp"), said.get("iss")
    audiences = audience if isinstance(audience, list) else [audience]
    if len(audiences) > MOST_AUDIENCES or (party is None and len(audiences) > 1):
        raise ForeignToken
    clients = [one for one in audiences if isinstance(one, str) and one and party in {None, one}]
    if not isinstance(issuer, str) or not clients:
        raise ForeignToken
    with database.reading() as session:
        found = [one for client in clients for one in registrations_of(session, issuer, client)]
    if not found:
        raise UnknownPlatform
    return found[0]


def _object(claims: dict[str, Any], name: str) -> dict[str, Any]:
    value = claims.get(CLAIM + name)
    if not isinstance(value, dict):
        raise ClaimMissing(claim=name)
    return value


def _id(claims: dict[str, Any], name: str) -> str:
    return _checked(claims.get(CLAIM + name), name)


def _checked(value: object, name: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not is_keepable(value):
        raise ClaimMissing(claim=name)
    return value


def _copied(claims: dict[str, Any]) -> Copied:
    context, origins = _object(claims, "context"), claims.get(CLAIM + "origin_contexts")
    if not isinstance(origins, list):
        raise ClaimMissing(claim="origin_contexts")
    title = context.get("title")
    return Copied(
        context_id=_checked(context.get("id"), "context.id"),
        title=kept(title)[:500] if isinstance(title, str) else "",
        origins=tuple(_checked(one, "origin_contexts") for one in origins[:MOST_ORIGINS]),
    )


def take_notice(session: Session, notice: Notice, now: datetime) -> None:
    """What it says is on record; `LaunchRefused` if its deployment is not one that is let in."""
    installed = find_deployment(session, notice.platform.id, notice.deployment_id)
    if installed is None:
        raise DeploymentUnknown(deployment=notice.deployment_id)
    if installed.is_held:
        raise DeploymentHeld
    is_news = notice.copied is not None and note_copy(session, installed, notice.copied, now)
    get_log(platform=notice.platform.id).info("notice taken", copy=is_news)
