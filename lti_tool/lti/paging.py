"""Where a list goes on, and where its changes are told, by its `Link` header, whatever the header's form."""

import re
from urllib.parse import urljoin

from lti_tool.lti.claims import origin_of
from lti_tool.lti.http import Answer
from lti_tool.lti.keepable import is_keepable

MOST_PAGES = 50
LONGEST = 2000
"""Characters of an address that is kept."""
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r";\s*rel\s*=\s*[\"'“”]?([^\"'“”;,]*)", re.IGNORECASE)


class ForeignPage(Exception):
    """What the header names is on another host, or nowhere: our token must not go there."""


def next_page(answer: Answer, url: str) -> str | None:
    """Where the list goes on, as the LMS wrote it; None at its end.  `url` is where the answer came from."""
    return _linked(answer, url, "next")


def differences(answer: Answer, url: str) -> str | None:
    """Where the LMS will tell what changed since this answer (NRPS 2.0); None unless it is an address to be kept."""
    try:
        found = _linked(answer, url, "differences")
    except ForeignPage:
        return None
    return found if found is not None and len(found) <= LONGEST and is_keepable(found) else None


def _linked(answer: Answer, url: str, relation: str) -> str | None:
    """The address of this relation.

    Cursors keep their case (RFC 8288 leaves addresses alone, pylti1p3 does not).  Moodle puts the relation in curly
    quotes and writes `&amp;` in the address of its line items (README 52); others quote nothing.
    """
    # HTTP knows no UTF-8: what Moodle sends as one arrives as Latin-1.
    header = answer.headers.get("link", "").encode("latin-1", "replace").decode("utf-8", "replace")
    for target, parameters in _LINK.findall(header):
        found = _REL.search(parameters)
        if found and relation in found[1].casefold().split():
            return _beside(url, target.strip().replace("&amp;", "&"))
    return None


def _beside(url: str, target: str) -> str:
    try:
        following: str = urljoin(url, target)
    except ValueError as error:  # an address that is none
        raise ForeignPage from error
    if origin_of(following) is None or origin_of(following) != origin_of(url):
        raise ForeignPage
    return following
