"""What a platform does in its own way.  The defaults are the strict character's: everything that the standards know."""

import hashlib
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from practice_lms.config import Config
from practice_lms.differences import DIFFERENCES
from practice_lms.state.switches import Character, character
from practice_lms.vocabulary import (
    DEEP_LINKING_REQUEST,
    NOTICE_HANDLERS,
    RESOURCE_LINK_REQUEST,
    SCOPES,
    SUBMISSION_REVIEW_REQUEST,
)
from practice_lms.ways import DeploymentForm, Refusal, Registers

TENANTS = 2
"""How many institutions share an issuer, where one is shared."""


NO_LEARNER = Refusal(400, "userId: is no learner of this course")
STALE = Refusal(409, "timestamp: a score of this time or later is here already")
OFFERED: Mapping[str, tuple[str, ...]] = {
    RESOURCE_LINK_REQUEST: (),
    DEEP_LINKING_REQUEST: ("ContentArea",),
    SUBMISSION_REVIEW_REQUEST: (),
}


@dataclass(frozen=True, slots=True)
class Manners:
    """One platform's ways."""

    family: str = "practice-lms"
    version: str = "1"
    # issuer, deployments, tokens
    shared_issuer: str = ""
    deployment_form: DeploymentForm = DeploymentForm.NUMBER
    token_audience: str = ""
    """In place of the token address."""
    # registration
    registers: Registers = Registers.FRAME
    registration_status: int = 201
    tells_deployment: bool = True
    config_needs_token: bool = False
    refuses_unknown: bool = True
    """Scopes, claims and messages that were never offered are refused; others leave them out."""
    is_domain_exact: bool = False
    one_tool_per_domain: bool = False
    needs_showing: bool = False
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: OFFERED)
    """Messages that are offered, with their placements."""
    kept_messages: frozenset[str] | None = None
    """Of what a tool registers; None keeps all that are offered."""
    # launches
    storage_frame: str = "_parent"
    """Empty: nothing is stored for tools."""
    returns_storage_target: bool = True
    resize_subjects: tuple[str, ...] = ("lti.frameResize",)
    has_short_context_type: bool = False
    literal_variables: frozenset[str] = frozenset()
    """Known to the others, and left as they are here."""
    own_variables: frozenset[str] = frozenset()
    knows_two_roles: bool = False
    reviews_submissions: bool = True
    has_deep_link_data: bool = True
    keeps_dates: bool = True
    # members
    members_need_an_activity: bool = False
    """Of the tool's, in the course; before that, launches do not tell where the members are."""
    tells_inactive: bool = True
    tells_differences: bool = True
    # columns, scores, results
    page_size: int | None = None
    """Of members and columns, if the tool asks for none."""
    cursor: tuple[str, str] = ("after", "")
    """The parameter of the next page, and what its value begins with."""
    stale: Refusal = STALE
    unknown_user: Refusal = NO_LEARNER
    not_enrolled: Refusal = NO_LEARNER
    over_maximum: Refusal | None = None
    counts_attempts: bool = False
    """Scores are kept as Canvas does: attempts, grades that vanish, teachers overruled."""
    deletes_coupled: bool = True
    hides_comment_of_one: bool = False
    makes_assignments: bool = False
    ticks_by_grade: bool = False
    """An activity is marked as done for a learner once any grade of hers stands in its column."""
    # copies and notices
    copies_tools_columns: bool = True
    sends_notices: bool = True


OF_CHARACTER = {
    one: replace(Manners(), **{difference.what: difference.how for difference in DIFFERENCES.get(one, ())})
    for one in Character
}


def manners(db: sqlite3.Connection) -> Manners:
    """The ways of the character in force."""
    return OF_CHARACTER[character(db)]


def issuer_of(config: Config, ways: Manners) -> str:
    """Who signs: the LMS itself, or the one name that all customers share."""
    return ways.shared_issuer or config.base_url


def audience_of(config: Config, ways: Manners) -> str:
    """Whom a client assertion must be made for."""
    return ways.token_audience or config.token_url


def offered_scopes(ways: Manners) -> tuple[str, ...]:
    """What tools may ask for."""
    return (*SCOPES, NOTICE_HANDLERS) if ways.sends_notices else SCOPES


def tenants_of(ways: Manners) -> tuple[int, ...]:
    """The institutions of this LMS."""
    return tuple(range(1, TENANTS + 1)) if ways.shared_issuer else (1,)


def tenant_of(ways: Manners, course_tenant: int) -> int:
    """The institution that a course belongs to."""
    return course_tenant if ways.shared_issuer else 1


def deployment_of(config: Config, ways: Manners, tool_number: int, course_tenant: int = 1) -> str:
    """The deployment of a tool in the institution of a course."""
    tenant = tenant_of(ways, course_tenant)
    name = f"{config.base_url} tool {tool_number} tenant {tenant}"
    match ways.deployment_form:
        case DeploymentForm.NUMBER:
            return config.deployment_id if tool_number == 1 else str(tool_number)
        case DeploymentForm.NUMBER_AND_HASH:
            digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
            return f"{10 * tool_number + tenant}:{digest}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def guid_of(ways: Manners, course_tenant: int = 1) -> str:
    """The platform instance that a course is on."""
    tenant = tenant_of(ways, course_tenant)
    return f"practice-lms-{tenant}" if ways.shared_issuer else "practice-lms"
