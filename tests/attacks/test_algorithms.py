"""Only RS256 with the platform's own key lets anybody in, whatever a token says of itself."""

import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from tests.attacks.world import STRANGER, Forge, World, part, sealed
from tests.lti.acting import ActingPlatform, public_jwk

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
SPKI, PKCS1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
CURVE = ec.generate_private_key(ec.SECP256R1())


def _hmac(alg: str, secret: bytes) -> Forge:
    """Signed with a secret that everybody can know (PyJWT itself refuses to sign with a public key)."""

    def forge(_: ActingPlatform, claims: dict[str, Any]) -> str:
        signed = f"{part({'alg': alg, 'kid': 'one'})}.{part(claims)}"
        return f"{signed}.{part(hmac.new(secret, signed.encode(), f'sha{alg[2:]}').digest())}"

    return forge


def _hmac_with(alg: str, form: str) -> Forge:
    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        return _hmac(alg, _public(platform, form))(platform, claims)

    return forge


def _public(platform: ActingPlatform, form: str) -> bytes:
    """The platform's public key, in a form that somebody might take for a secret."""
    key = platform.keys["one"].public_key()
    jwk = public_jwk(platform.keys["one"], "one")
    forms: dict[str, bytes] = {
        "pem": key.public_bytes(PEM, SPKI),
        "pem without its last line": key.public_bytes(PEM, SPKI).rstrip(b"\n"),
        "pkcs1 pem": key.public_bytes(PEM, PKCS1),
        "der": key.public_bytes(DER, SPKI),
        "pkcs1 der": key.public_bytes(DER, PKCS1),
        "jwk": json.dumps(jwk).encode(),
        "compact jwk": json.dumps(jwk, separators=(",", ":")).encode(),
        "key set": json.dumps(platform.key_set()).encode(),
        "modulus": jwt.utils.base64url_decode(jwk["n"]),
        "modulus in base64": jwk["n"].encode(),
        "kid": b"one",
        "client id": platform.client_id.encode(),
        "sha256 of the pem": hashlib.sha256(key.public_bytes(PEM, SPKI)).digest(),
    }
    return forms[form]


FORMS = ("pem", "pem without its last line", "pkcs1 pem", "der", "pkcs1 der", "jwk", "compact jwk", "key set",
         "modulus", "modulus in base64", "kid", "client id", "sha256 of the pem")  # fmt: skip
SYMMETRIC: dict[str, Forge] = {
    f"{alg} with the {form}": _hmac_with(alg, form)
    for alg in ("HS256", "HS384", "HS512")
    for form in (FORMS if alg == "HS256" else ("pem", "der", "jwk"))
} | {"HS256 with nothing": _hmac("HS256", b""), "HS256 with a NUL": _hmac("HS256", b"\x00")}


def _said(alg: Any) -> Forge:
    """The platform's own good RS256 signature under another name: a stolen key is no key to another algorithm."""

    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        return sealed(platform, {"alg": alg, "kid": "one"}, claims)

    return forge


def _unsigned(alg: Any) -> Forge:
    def forge(_: ActingPlatform, claims: dict[str, Any]) -> str:
        return f"{part({'alg': alg, 'kid': 'one'})}.{part(claims)}."

    return forge


def _signed_as(alg: str, key: Any) -> Forge:
    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, key or platform.keys["one"], alg, {"kid": "one"})

    return forge


def _padded_as_pss(platform: ActingPlatform, claims: dict[str, Any]) -> str:
    signed = f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims)}"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return f"{signed}.{part(platform.keys['one'].sign(signed.encode(), pss, hashes.SHA256()))}"


def _hashed_as(chosen: hashes.HashAlgorithm) -> Forge:
    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        signed = f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims)}"
        return f"{signed}.{part(platform.keys['one'].sign(signed.encode(), padding.PKCS1v15(), chosen))}"

    return forge


UNSIGNED: tuple[Any, ...] = ("none", "None", "nOnE", "NONE", "none ", "", None, "RS256")
SAID: tuple[Any, ...] = ("none", "rs256", "RS256 ", "RS384", "RS512", "PS256", "HS256", None, 7, True, ["RS256"],
                         {"RS256": 1}, "RS256\x00", "R\u017f256", "\uff32S256", "R" * 5000)  # fmt: skip
ALGORITHMS: dict[str, Forge] = {
    **{f"unsigned, alg {alg!r}": _unsigned(alg) for alg in UNSIGNED},
    **{f"signed, alg {alg!r}"[:60]: _said(alg) for alg in SAID},
    "no alg": lambda platform, claims: sealed(platform, {"kid": "one"}, claims),
    "RS384": _signed_as("RS384", None),
    "RS512": _signed_as("RS512", None),
    "PS256": _signed_as("PS256", None),
    "ES256": _signed_as("ES256", CURVE),
    "RS256 with PSS padding": _padded_as_pss,
    "RS256 over SHA-512": _hashed_as(hashes.SHA512()),
    "RS256 over SHA-1": _hashed_as(hashes.SHA1()),
    "a stranger's RS256": lambda platform, claims: sealed(platform, {"alg": "RS256", "kid": "one"}, claims, STRANGER),
}
TABLES = (SYMMETRIC, ALGORITHMS)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_public_key_is_no_secret(world: World, name: str) -> None:
    """Whoever signs with it signs for nobody."""
    world.refuses_token(SYMMETRIC[name], "signature-invalid")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_no_other_algorithm_is_taken(world: World, name: str) -> None:
    """Nor none at all, nor ours under another spelling."""
    world.refuses_token(ALGORITHMS[name], "signature-invalid")
