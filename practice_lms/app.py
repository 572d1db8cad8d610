"""Builds the practice LMS: a small, strict LTI 1.3 Advantage platform.

One tool is known from the start; others register themselves.

Its addresses, which other programs may rely on:

* `/auth` (OIDC authorization; GET, POST) · `/token` (POST) · `/jwks`
* `/lti/courses/<id>/lineitems`, `…/lineitems/<n>/lineitem`, `…/lineitem/scores`, `…/lineitem/results` (AGS 2.0)
* `/.well-known/openid-configuration` (GET) · `/registration` (POST) (Dynamic Registration 1.0)
* `/lti/notice-handlers/<deployment>` (GET, PUT) (Platform Notification Service 1.0)
* `/lti/courses/<id>/members` (NRPS 2.0) · `/deep-linking/return` (POST)
* `/faults` (GET, POST JSON or form) · `/faults/clear` (POST)
* `/character` (POST) · `/launching` (POST) · `/reset` (POST)
* for people: `/`, `/act-as`, `/settings`, `/tools` (`…/register`, `…/<client id>/activate`, `…/show`, `…/remove`)
* `/courses/<id>` with `…/activities/<link>` (`…/open`, `…/edit`, `…/duplicate`, `…/remove`), `…/activities` (POST),
  `…/add-activity`, `…/copy` (POST), `…/members`, `…/gradebook` (`…/<column>/<person>/review`)
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from jinja2 import StrictUndefined

from practice_lms.ags import ags
from practice_lms.config import Config
from practice_lms.deep_linking import deep_linking
from practice_lms.editing import editing
from practice_lms.faults import arm, fault_page
from practice_lms.gradebook import gradebook
from practice_lms.notices import notices
from practice_lms.nrps import nrps
from practice_lms.oidc import oidc
from practice_lms.pages import pages
from practice_lms.registration import registration
from practice_lms.signing import KeyRing, own_key
from practice_lms.state.seed import seed_if_new
from practice_lms.state.store import Store
from practice_lms.state.switches import Character, set_character
from practice_lms.tokens import tokens
from practice_lms.tool_pages import tool_pages
from practice_lms.wiring import EXTENSION, Lms

BLUEPRINTS = (
    oidc,
    tokens,
    ags,
    nrps,
    deep_linking,
    registration,
    notices,
    fault_page,
    gradebook,
    editing,
    tool_pages,
    pages,
)
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
        if config.character:
            set_character(db, Character(config.character))
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MOST_FORM_BYTES, MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Lms(config, store, key, KeyRing(), clock)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    arm(app)
    return app
