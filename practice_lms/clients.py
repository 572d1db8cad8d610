"""Whose an assertion is, and what a tool may do."""

import jwt

from practice_lms.manners import Manners, offered_scopes
from practice_lms.state.tools import Stage, Tool, tool_of_client
from practice_lms.wiring import lms


def client_of(assertion: str) -> Tool | None:
    """The active tool that the assertion says it is from."""
    claims = jwt.decode(assertion, options={"verify_signature": False})
    with lms().store.reading() as db:
        tool = tool_of_client(db, lms().config, str(claims.get("sub")))
    return None if tool is None or tool.stage is Stage.PENDING else tool


def granted_scopes(tool: Tool, ways: Manners, wanted: list[str]) -> list[str]:
    """Of the wanted scopes those that are offered here, and that the tool registered for."""
    offered = offered_scopes(ways)
    return [one for one in offered if one in wanted and (tool.scopes is None or one in tool.scopes)]
