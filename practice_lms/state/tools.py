"""The tools that are known: one from the start, and those that registered themselves."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from practice_lms.config import Config


class Stage(StrEnum):
    """How far a tool has come."""

    PENDING = "pending"
    ACTIVE = "active"
    SHOWN = "shown"
    """In the activity chooser, too; only Moodle tells it from being active."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A registered tool.  Addresses are absolute."""

    key: str
    """What links and columns call it: the client id, or nothing for the one that was there from the start."""
    client_id: str
    name: str
    login_url: str
    redirect_urls: tuple[str, ...]
    jwks_url: str
    target_url: str
    number: int = 1
    domain: str = ""
    stage: Stage = Stage.SHOWN
    scopes: tuple[str, ...] | None = None
    """None is all that there are."""
    claims: frozenset[str] | None = None
    """What it asked to be told about people; None is everything."""
    custom: Mapping[str, str] = field(default_factory=dict)
    message_urls: Mapping[str, str] = field(default_factory=dict)
    """Where a type of message goes; the others go to `target_url`."""

    def url_for(self, message_type: str) -> str:
        """The target of a message that no link or column directs."""
        return self.message_urls.get(message_type, self.target_url)


FROM_THE_START = {
    "zone": "$Person.address.timezone",
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
    "opens_at": "$ResourceLink.available.startDateTime",
    "closes_at": "$ResourceLink.submission.endDateTime",
}
"""The custom parameters of the tool that was there from the start."""


def first_tool(config: Config) -> Tool:
    """The tool that the LMS was started with."""
    return Tool(
        "",
        config.client_id,
        "The demo's tool",
        config.login_url,
        (config.launch_url,),
        config.jwks_url,
        config.launch_url,
        custom=FROM_THE_START,
    )


def _tool(row: sqlite3.Row) -> Tool:
    told = json.loads(row["registration"])
    return Tool(
        row["client_id"],
        row["client_id"],
        told["name"],
        told["login_url"],
        tuple(told["redirect_urls"]),
        told["jwks_url"],
        told["target_url"],
        row["number"] + 1,
        told["domain"],
        Stage(row["stage"]),
        tuple(told["scopes"]),
        frozenset(told["claims"]),
        told["custom"],
        told["message_urls"],
    )


def put_tool(db: sqlite3.Connection, tool: Tool) -> Tool:
    """The tool is known: under the next number, or, if its client id was, under that one and as far as it had come."""
    kept = {
        "name": tool.name,
        "login_url": tool.login_url,
        "redirect_urls": tool.redirect_urls,
        "jwks_url": tool.jwks_url,
        "target_url": tool.target_url,
        "domain": tool.domain,
        "scopes": tool.scopes,
        "claims": sorted(tool.claims or ()),
        "custom": dict(tool.custom),
        "message_urls": dict(tool.message_urls),
    }
    db.execute(
        "INSERT INTO tool (client_id, stage, registration) VALUES (?, ?, ?) "
        "ON CONFLICT (client_id) DO UPDATE SET registration = excluded.registration",
        (tool.client_id, tool.stage.value, json.dumps(kept)),
    )
    return _tool(db.execute("SELECT * FROM tool WHERE client_id = ?", (tool.client_id,)).fetchone())


def all_tools(db: sqlite3.Connection, config: Config) -> list[Tool]:
    """Every tool, the first first."""
    return [first_tool(config), *(_tool(row) for row in db.execute("SELECT * FROM tool ORDER BY number"))]


def find_tool(db: sqlite3.Connection, config: Config, key: str) -> Tool | None:
    """The tool that links and columns call so."""
    return next((one for one in all_tools(db, config) if one.key == key), None)


def tool_of_client(db: sqlite3.Connection, config: Config, client_id: str) -> Tool | None:
    """The tool with this client id."""
    return next((one for one in all_tools(db, config) if one.client_id == client_id), None)


def set_stage(db: sqlite3.Connection, client_id: str, stage: Stage) -> None:
    """The tool has come this far."""
    db.execute("UPDATE tool SET stage = ? WHERE client_id = ?", (stage.value, client_id))


def remove_tool(db: sqlite3.Connection, client_id: str) -> None:
    """The tool is gone, with its activities and columns."""
    db.execute("DELETE FROM link WHERE tool = ?", (client_id,))
    db.execute("DELETE FROM line_item WHERE tool = ?", (client_id,))
    db.execute("DELETE FROM notice_handler WHERE tool = ?", (client_id,))
    db.execute("DELETE FROM tool WHERE client_id = ?", (client_id,))
