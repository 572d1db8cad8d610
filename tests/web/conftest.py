"""The same platform and application as for launches."""

from tests.lti.conftest import acting, app, browser, platform

__all__ = ["acting", "app", "browser", "platform"]
