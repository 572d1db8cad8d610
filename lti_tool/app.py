"""Builds and wires the web application."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, g, request
from jinja2 import StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool.logs import begin_notes, get_log
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.models.engine import Database
from lti_tool.services.keys import KeyBox
from lti_tool.settings import Settings
from lti_tool.web import addresses, problems, security, words
from lti_tool.web.admin import admin
from lti_tool.web.author import author
from lti_tool.web.check import check
from lti_tool.web.db import db
from lti_tool.web.demo import demo
from lti_tool.web.grades import grades
from lti_tool.web.grading import grading
from lti_tool.web.health import health
from lti_tool.web.learn import learn
from lti_tool.web.lti import lti
from lti_tool.web.mentor import mentor
from lti_tool.web.notices import notices
from lti_tool.web.own import own
from lti_tool.web.pick import pick
from lti_tool.web.preview import preview
from lti_tool.web.register import registering
from lti_tool.web.roster import roster
from lti_tool.web.sections import sections
from lti_tool.web.teach import teach
from lti_tool.web.work import work

HERE = Path(__file__).parent
BLUEPRINTS = (
    lti, notices, registering, learn, check, own, mentor, teach, pick, preview, author, roster, sections, work, grading,
    grades, admin, health,
)  # fmt: skip
MOST_FORM_BYTES = 256 * 1024
YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Tool:
    """What the views reach through the application."""

    settings: Settings
    database: Database
    platform_keys: PlatformKeys
    key_box: KeyBox


class _Page(Template):
    """A template that takes its macros as they are: Jinja compares 40 globals at each import, and ours never differ."""

    def _get_default_module(self, _context: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]


def _asset(name: str) -> str:
    """The address of a static file, with its hash: it may be cached for ever."""
    return f"{request.script_root}/static/{name}?v={_digest(name)}"


def create_app(settings: Settings) -> Flask:
    """The application over these settings.  Nothing is asked of the network or the database yet."""
    app = Flask(
        __name__,
        static_folder=str(HERE / "static"),
        static_url_path="/static",
        template_folder=str(HERE.parent / "templates"),
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=MOST_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.template_class = _Page
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=_asset, theme="auto")
    db.init_app(app)
    with app.app_context():
        database = Database(settings.database_url, engine=db.engine)
    app.extensions["sprig"] = Tool(settings, database, PlatformKeys(database), KeyBox(settings.key_secret))
    words.speak(app)
    problems.explain(app)
    security.protect(app)
    _log_requests(app)
    addresses.guard(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.demo:
        app.register_blueprint(demo)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _log_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        begin_notes(request=secrets.token_hex(6))

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint not in {"static", "health.healthz"}:
            took = round((time.perf_counter() - g.began) * 1000, 1)
            get_log().info("request answered", endpoint=request.endpoint, status=response.status_code, took_ms=took)
        return response
