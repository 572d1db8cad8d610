"""What pylti1p3 sees of the web: a form to read, and cookies that it never sets."""

from collections.abc import Mapping

from pylti1p3.cookie import CookieService
from pylti1p3.request import Request


class FormRequest(Request):
    """The parameters of a request, and nothing to keep between requests."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form

    @property
    def session(self) -> dict[str, object]:
        """Empty: the library's session is not used."""
        return {}

    def is_secure(self) -> bool:
        """Never asked by the parts we use."""
        return True

    def get_param(self, key: str) -> str:
        """The parameter, or an empty text."""
        return self._form.get(key, "")


class NoCookies(CookieService):
    """The browser is bound by `launch_state.browser_hash`; the library's cookies are not used."""

    def get_cookie(self, name: str) -> str | None:  # noqa: ARG002 - the library's signature
        """Never any."""
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Nothing is set."""
