"""What pylti1p3 wants to know about a registration, from our own row.

One object serves one request: pylti1p3 memoises keys on its `Registration`, and its class attributes are shared.
"""

from typing import Any

from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti_tool.services.registrations import Registration


class KnownPlatform(ToolConfAbstract[Any]):
    """The one registration that this request is about."""

    def __init__(self, platform: Registration) -> None:
        super().__init__()
        self._platform = platform

    def check_iss_has_one_client(self, iss: str) -> bool:  # noqa: ARG002 - the library's signature
        """Never assumed: tenants may share an issuer."""
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:  # noqa: ARG002 - the library's signature
        """Always assumed."""
        return True

    def find_registration_by_params(self, iss: str, client_id: str, *_args: object, **_kwargs: object) -> Any:
        """The registration, if issuer and client are the ones of our row."""
        platform = self._platform
        if (iss, client_id) != (platform.issuer, platform.client_id):
            return None
        registration = LibraryRegistration()
        registration.set_issuer(platform.issuer).set_client_id(platform.client_id)
        registration.set_auth_login_url(platform.auth_url).set_key_set_url(platform.jwks_url)
        return registration

    def find_registration_by_issuer(self, iss: str, *_args: object, **_kwargs: object) -> Any:
        """Never by issuer alone."""

    def find_deployment(self, iss: str, deployment_id: str) -> None:
        """Deployments are `services/launches.py`'s: looked up in the transaction that opens the visit."""

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *_args: object, **_kwargs: object
    ) -> None:
        """As above."""
