"""The peer: a plain tool on pylti1p3, written as the library's Flask example is, with what two processes need.

Like the example it keeps state, nonce and launch data in a cache, takes the platform's keys anew for each launch, and
renders a small page.  Unlike it, its cache lies in files, since the example's own lives in one process; the page that
asks for cookies, DEBUG and pprint are off, which spares it a request and time; it is served by granian, as we are.
"""

import json
import os
from pathlib import Path
from typing import Any

from cachelib import FileSystemCache
from flask import Flask, Response, render_template_string
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfJsonFile

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>body { font-family: sans-serif; margin: 2rem; max-width: 40rem }</style></head>
<body><h1>{{ title }}</h1>
<p>Hello, {{ name }}. You came from <b>{{ course }}</b>.</p>
<p>Launch {{ launch_id }}</p>
<form method="post" action="/score"><input type="hidden" name="launch_id" value="{{ launch_id }}">
{% for n in range(1, 11) %}<label><input type="radio" name="points" value="{{ n }}"> {{ n }} of 10 points</label>
{% endfor %}<button>Send the score</button></form>
{% if is_deep_link %}<p>Choose what the link shall open.</p>{% endif %}
</body></html>
"""
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


def create_app(folder: Path) -> Flask:
    """The application; `folder` holds `tool.json` (the library's own form) and the cache."""
    app = Flask("plain-pylti1p3")
    app.config.update(SECRET_KEY="replace-me", SESSION_COOKIE_NAME="plain-pylti1p3")
    # As it comes (500 files) the cache counts and prunes at each write; a number that is never reached spares it that.
    threshold = int(os.environ.get("PLAIN_THRESHOLD", "500"))
    cache = FileSystemCache(str(folder / "cache"), threshold=threshold, default_timeout=600)

    @app.route("/login/", methods=["GET", "POST"])
    def login() -> Response:
        request = FlaskRequest()
        storage = FlaskCacheDataStorage(cache)
        oidc = FlaskOIDCLogin(request, ToolConfJsonFile(str(folder / "tool.json")), launch_data_storage=storage)
        response: Response = oidc.redirect(request.get_param("target_link_uri"))
        return response

    @app.post("/launch/")
    def launch() -> str:
        storage = FlaskCacheDataStorage(cache)
        message = FlaskMessageLaunch(
            FlaskRequest(), ToolConfJsonFile(str(folder / "tool.json")), launch_data_storage=storage
        )
        data: dict[str, Any] = message.get_launch_data()
        return render_template_string(
            PAGE,
            title=data[CLAIM + "resource_link"]["title"],
            name=data.get("name", ""),
            course=data[CLAIM + "context"]["title"],
            launch_id=message.get_launch_id(),
            is_deep_link=message.is_deep_link_launch(),
        )

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def configure(folder: Path, issuer: str, client_id: str, jwks_url: str) -> None:
    """The registration of one platform lies in the folder, as the library reads it."""
    registration = {
        "default": True,
        "client_id": client_id,
        "auth_login_url": f"{issuer}/auth",
        "auth_token_url": f"{issuer}/token",
        "key_set_url": jwks_url,
        "key_set": None,
        "private_key_file": "private.key",
        "public_key_file": "public.key",
        "deployment_ids": ["1"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tool.json").write_text(json.dumps({issuer: [registration]}), "utf-8")
    for name in ("private.key", "public.key"):  # read by the library, used for nothing here
        (folder / name).write_text("", "utf-8")


def application() -> Flask:
    """The application over the folder named in the environment, for the server."""
    return create_app(Path(os.environ["PLAIN_FOLDER"]))
