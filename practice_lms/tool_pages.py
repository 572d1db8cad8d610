"""The administrator's pages of tools: register one, let it in, show it the door."""

import sqlite3
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.acting import administrator_or_403
from practice_lms.manners import deployment_of, issuer_of, manners, tenants_of
from practice_lms.registration import CONFIGURATION_PATH
from practice_lms.shown import show
from practice_lms.state.notices import latest_sent
from practice_lms.state.tools import Stage, Tool, all_tools, remove_tool, set_stage, tool_of_client
from practice_lms.state.trust import give_registration_token
from practice_lms.ways import Registers
from practice_lms.wiring import lms, now

tool_pages = Blueprint("tool_pages", __name__, url_prefix="/tools")
SHOWN_NOTICES = 10


@tool_pages.get("")
def list_tools() -> str:
    """Every tool, with what is to be done next; a new one is registered here."""
    config = lms().config
    with lms().store.reading() as db:
        administrator_or_403(db)
        ways = manners(db)
        tools = [
            (one, [deployment_of(config, ways, one.number, tenant) for tenant in tenants_of(ways)])
            for one in all_tools(db, config)
        ]
        return show(
            db,
            "tools.html",
            tools=tools,
            ways=ways,
            issuer=issuer_of(config, ways),
            by_hand=ways.registers is Registers.BY_HAND,
            notices=latest_sent(db, SHOWN_NOTICES),
            came_back=request.args.get("registered") == "1",
        )


def _registration_address(told: str, token: str) -> str:
    """The tool's own page, with what it needs to know (Dynamic Registration 1.0, §3.3)."""
    parts = urlsplit(told.strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        abort(400, "The registration address must be a whole address, with http or https.")
    known = {
        "openid_configuration": lms().config.base_url + CONFIGURATION_PATH,
        "registration_token": token,
    }
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *known.items()]), fragment=""))


@tool_pages.post("/register")
def register() -> str:
    """The tool's registration page, in a frame or a new tab; its token serves once.

    With `again`, the tool of this client id registers anew, and keeps what it had.
    """
    with lms().store.writing() as db:
        administrator_or_403(db)
        ways = manners(db)
        if ways.registers is Registers.BY_HAND:
            abort(404, "In this character tools are registered by hand.")
        again = request.form.get("again", "")
        token = give_registration_token(db, now(), _registered(db, again).client_id if again else "")
        address = _registration_address(request.form.get("address", ""), token)
        return show(db, "register.html", address=address, in_window=ways.registers is Registers.WINDOW)


def _registered(db: sqlite3.Connection, client_id: str) -> Tool:
    administrator_or_403(db)
    tool = tool_of_client(db, lms().config, client_id)
    if tool is None or not tool.key:
        abort(404, "There is no such tool, or it was here from the start.")
    return tool


@tool_pages.post("/<client_id>/activate")
def activate(client_id: str) -> BaseResponse:
    """The tool may launch and get tokens; for teachers to add it, Moodle wants one step more."""
    with lms().store.writing() as db:
        tool = _registered(db, client_id)
        set_stage(db, tool.client_id, Stage.ACTIVE if manners(db).needs_showing else Stage.SHOWN)
    return redirect("/tools", 303)


@tool_pages.post("/<client_id>/show")
def show_in_chooser(client_id: str) -> BaseResponse:
    """Teachers find an active tool in the activity chooser."""
    with lms().store.writing() as db:
        tool = _registered(db, client_id)
        if tool.stage is Stage.PENDING:
            abort(409, "Activate the tool first.")
        set_stage(db, tool.client_id, Stage.SHOWN)
    return redirect("/tools", 303)


@tool_pages.post("/<client_id>/remove")
def remove(client_id: str) -> BaseResponse:
    """The tool is gone, with its activities."""
    with lms().store.writing() as db:
        remove_tool(db, _registered(db, client_id).client_id)
    return redirect("/tools", 303)
