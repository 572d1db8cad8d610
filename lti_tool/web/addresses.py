"""What an address or a form may hold at all; everything else is refused before any view sees it."""

from collections.abc import Iterable

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from lti_tool.errors import NotFound

LARGEST_ID = 2**31 - 1
NUL = "\x00"


class Id(IntegerConverter):
    """`<id:name>`: a number that a row of ours can have.  A larger one is no address, and no database's error."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: object) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)  # type: ignore[arg-type]  # the map, whatever it is


def _texts() -> Iterable[str]:
    yield request.path
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value


def _refuse_nul() -> None:
    """No database keeps a NUL, and nobody types one."""
    if any(NUL in text for text in _texts()):
        raise NotFound


def guard(app: Flask) -> None:
    """Routes may say `<id:…>`, and no request with a NUL reaches a view."""
    app.url_map.converters["id"] = Id
    app.before_request(_refuse_nul)
