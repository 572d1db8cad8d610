"""A signed token's parts as they stand, before anything is verified: one spelling, and one value for each name."""

import json
from typing import Any

from jwt.utils import base64url_decode, base64url_encode


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, or `ValueError`.

    Strict, since two readers could each make something else of what is not: base64url without padding, line breaks or
    loose bits (RFC 7515, 2), UTF-8, and no name twice in one object (RFC 7519, 4).
    """
    if not token.isascii():
        raise ValueError("not base64url")
    header, claims, signature = token.split(".")
    _bytes(signature)
    return _object(header), _object(claims)


def _bytes(text: str) -> bytes:
    found = base64url_decode(text)
    if base64url_encode(found).decode() != text:
        raise ValueError("not base64url")
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        found: object = json.loads(_bytes(text).decode(), object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the caller's one error
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found
