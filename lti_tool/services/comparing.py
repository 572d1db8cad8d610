"""What publishing an upload would change."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from content.identity import item_digest
from lti_tool.services.authoring import Draft
from lti_tool.services.courses import edition
from lti_tool.services.views import name_of


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing would do to the questions of the published version: their names."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    """Asked in other words; what learners remember stays."""
    restarted: tuple[str, ...]
    """The author says that they mean something else: learning begins anew."""
    retired: tuple[str, ...]
    same: int


def changes(session: Session, shown: Draft) -> Changes | None:
    """What publishing would change; none if nothing of the course is published yet."""
    if shown.version_id is None:
        return None
    old = {item.key: item for item in edition(session, shown.version_id).course.items()}
    new = {item.key: item for item in shown.course.items()}
    both = [key for key in new if key in old]
    other = [key for key in both if item_digest(old[key]) != item_digest(new[key])]
    return Changes(
        added=tuple(name_of(item) for key, item in new.items() if key not in old),
        changed=tuple(name_of(new[key]) for key in other if new[key].meaning == old[key].meaning),
        restarted=tuple(name_of(new[key]) for key in other if new[key].meaning != old[key].meaning),
        retired=tuple(name_of(item) for key, item in old.items() if key not in new),
        same=len(both) - len(other),
    )
