"""The door for platforms: notices, sent by their servers and not by anybody's browser."""

from typing import Any

from flask import Blueprint, Response, current_app, request

from lti_tool.errors import LaunchRefused
from lti_tool.lti.notices import read_notices, take_notice
from lti_tool.services.throttle import address_hash, count_try
from lti_tool.web.access import now, settings
from lti_tool.web.db import writing

notices = Blueprint("notices", __name__)
PATH = "/lti/notices"


@notices.post(PATH)
def take() -> Response:
    """All notices are taken, or none; kinds that we make nothing of count as taken.

    What is refused counts as a try of its network, as a refused launch does.
    """
    tool: Any = current_app.extensions["sprig"]
    try:
        found = read_notices(request.get_data(), tool.database, tool.platform_keys, now())
        with writing() as session:
            for notice in found:
                take_notice(session, notice, now())
    except LaunchRefused:
        with writing() as session:
            network = address_hash(request.remote_addr or "", settings().secret_key or "demo")
            count_try(session, network, now(), settings().login_rate)
        raise
    return Response(status=204)
