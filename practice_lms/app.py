"""Builds the practice LMS: a small, strict LTI 1.3 Advantage platform with one registered tool.

Its addresses, which other programs may rely on:

* `/auth` (OIDC authorization; GET, POST) · `/token` (POST) · `/jwks`
* `/lti/courses/<id>/lineitems`, `…/lineitems/<n>/lineitem`, `…/lineitem/scores`, `…/lineitem/results` (AGS 2.0)
* `/lti/courses/<id>/members` (NRPS 2.0) · `/deep-linking/return` (POST)
* `/faults` (GET, POST JSON or form) · `/faults/clear` (POST) · `/character` (POST) · `/reset` (POST)
* for people: `/`, `/act-as`, `/courses/<id>`, `…/activities/<link>`, `…/gradebook`, `…/add-activity`, `/settings`
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from jinja2 import StrictUndefined

from practice_lms.ags import ags
from practice_lms.config import Config
from practice_lms.deep_linking import deep_linking
from practice_lms.faults import arm, fault_page
from practice_lms.gradebook import gradebook
from practice_lms.nrps import nrps
from practice_lms.oidc import oidc
from practice_lms.pages import pages
from practice_lms.signing import ToolKeys, own_key
from practice_lms.state.seed import seed_if_new
from practice_lms.state.store import Store
from practice_lms.tokens import tokens
from practice_lms.wiring import EXTENSION, Lms

MOST_FORM_BYTES = 1024 * 1024


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def create_app(config: Config, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The LMS over this folder; seeded if the folder is new."""
    store = Store(config.data / "practice_lms.sqlite3")
    with store.writing() as db:
        key = own_key(db)
        seed_if_new(db, config)
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MOST_FORM_BYTES, MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Lms(config, store, key, ToolKeys(config.jwks_url), clock)
    for blueprint in (oidc, tokens, ags, nrps, deep_linking, fault_page, gradebook, pages):
        app.register_blueprint(blueprint)
    arm(app)
    return app
