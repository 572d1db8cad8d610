"""A platform by other hands: lti1p3platform does the protocol, this file gives it HTTP and a memory.

It is lenient (wrong audiences, replays and bodies pass it), so it judges the happy path alone; the practice LMS judges
the rest.  What both accept was not written to suit our own reading of the standard.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from flask import Flask, Response, jsonify, request
from lti1p3platform.exceptions import LtiException
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService

from tests.practice_lms.acting_tool import new_key
from tests.practice_lms.serving import on_a_socket

CLIENT_ID, DEPLOYMENT = "sprig-at-the-peer", "peer-1"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class FromFlask(Request):
    """Flask's request as the library wants it."""

    def build_metadata(self, request: Any) -> Any:
        """Its parts."""
        return {
            "method": request.method,
            "form_data": request.form.to_dict(),
            "get_data": request.args.to_dict(),
            "headers": request.headers,
            "content_type": request.content_type,
            "path": request.path,
            "json": request.get_json(force=True, silent=True),
        }


class Asked(Request):
    """An authorization request that came by address."""

    def build_metadata(self, request: Any) -> Any:
        """Its parts."""
        return {"method": "GET", "form_data": {}, "get_data": request}


class Conf(LTI1P3PlatformConfAbstract):
    """One registration, and the tool's keys as they were handed over."""

    def init_platform_config(self, **kwargs: Any) -> None:
        """The registration is known."""
        self._registration = kwargs["registration"]

    def get_registration_by_params(self, **kwargs: Any) -> Registration:
        """The only one."""
        found: Registration = self._registration
        return found


class Login(OIDCLoginAbstract):
    """A login initiation, as an address."""

    def set_lti_message_hint(self, **kwargs: Any) -> None:
        """What is launched."""
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        """The address itself."""
        return url


class Launch(LTIAdvantageMessageLaunchAbstract):
    """A launch, as the fields of a form."""

    def render_launch_form(self, launch_data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """The fields themselves."""
        return launch_data


@dataclass
class Memory:
    """What this platform remembers."""

    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)
    answers_lost: int = 0
    """So many of the next scores are kept, and answered with an error all the same."""


class Grades(AssignmentsGradesService):
    """One column, whose scores go to the memory."""

    memory: Memory

    def update_score(self, line_item_id: str, score: Any) -> UpdateScoreStatus:
        """Kept, if it is newer than what is there."""
        known = self.memory.scores.get(score["userId"])
        if known is not None and known["timestamp"] >= score["timestamp"]:
            return UpdateScoreStatus.OLD_TIMESTAMP
        self.memory.scores[score["userId"]] = score
        return UpdateScoreStatus.SUCCESS

    def get_results(
        self, line_item_id: str, page: int = 1, limit: int | None = None, user_id: str | None = None
    ) -> Any:
        """The kept scores as results."""
        found = [
            {
                "id": f"{self.ags.lineitem_url}/results/{one}",
                "scoreOf": self.ags.lineitem_url,
                "userId": one,
                "resultScore": score["scoreGiven"],
                "resultMaximum": score["scoreMaximum"],
            }
            for one, score in self.memory.scores.items()
            if user_id in {None, one}
        ]
        return {"content": found, "has_next": False}

    def find_lineitem(self, line_item_id: str) -> Any:
        """The column."""
        return {"id": self.ags.lineitem_url, "label": "The column", "scoreMaximum": 100}

    def find_lineitems(self, *args: Any, **kwargs: Any) -> Any:
        """All columns: one."""
        return {"content": [self.find_lineitem("1")], "has_next": False}

    def create_lineitem(self, creation_data: Any) -> Any:
        """No more columns."""
        raise LtiException("there is one column, and no more")

    update_lineitem = delete_lineitem = create_lineitem


@dataclass
class Peer:
    """The platform, listening."""

    url: str
    tool_url: str
    memory: Memory = field(default_factory=Memory)
    tool_keys: dict[str, Any] = field(default_factory=dict)
    private_pem: str = ""
    public_pem: str = ""

    def __post_init__(self) -> None:
        private = new_key()
        self.private_pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self.public_pem = (
            private.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def conf(self) -> Conf:
        """The library's own view of the registration."""
        registration = (
            Registration()
            .set_iss(self.url)
            .set_client_id(CLIENT_ID)
            .set_deployment_id(DEPLOYMENT)
            .set_oidc_login_url(f"{self.tool_url}/lti/login")
            .set_launch_url(f"{self.tool_url}/lti/launch?c=tiny.first")
            .set_deeplink_launch_url(f"{self.tool_url}/lti/launch")
            .set_platform_private_key(self.private_pem)
            .set_platform_public_key(self.public_pem)
            .set_tool_key_set(self.tool_keys)
        )
        return Conf(registration=registration)

    def login_address(self, user_id: str, hint: str) -> str:
        """Where the browser of somebody begins."""
        login = Login(None, self.conf())
        if hint == "deep linking":
            login.set_deeplinking_launch_url()
        login.set_lti_message_hint(hint=hint)
        address: str = login.initiate_login(user_id)
        return address

    def launch_fields(self, asked: dict[str, str]) -> dict[str, Any]:
        """The form that answers an authorization request."""
        launch = Launch(Asked(asked), self.conf())
        is_deep = asked["lti_message_hint"] == "deep linking"
        launch.set_user_data(asked["login_hint"], [MEMBERSHIP + ("Instructor" if is_deep else "Learner")], "Ada Peer")
        launch.set_launch_context_claim("course-1", context_title="A course at the peer")
        launch.set_launch_presentation_claim("iframe", f"{self.url}/back")
        if is_deep:
            launch.set_dl(f"{self.url}/deep", "Choose", accept_types={"ltiResourceLink"})
        else:
            launch.set_resource_link_claim("link-1", title="The first lesson")
            launch.set_ags(f"{self.url}/items", f"{self.url}/items/1")
        fields: dict[str, Any] = launch.lti_launch()
        return fields

    def app(self) -> Flask:
        """Its services over HTTP."""
        app = Flask("peer")

        @app.get("/jwks")
        def jwks() -> Response:
            return jsonify(self.conf().get_jwks())

        @app.post("/token")
        def token() -> Response:
            return jsonify(self.conf().get_access_token(request.form.to_dict()))

        @app.post("/items/1/scores")
        def scores() -> Response:
            return self._answer("scores", lambda grades: grades.handle_update_score("1"))

        @app.get("/items/1/results")
        def results() -> Response:
            return self._answer("results", lambda grades: grades.handle_get_results("1"))

        return app

    def _answer(self, name: str, handle: Any) -> Response:
        grades = Grades(FromFlask(request), self.conf(), f"{self.url}/items", f"{self.url}/items/1")
        grades.memory = self.memory
        told = grades.handle_resp(lambda: handle(grades))
        code = told.code
        if name == "scores" and self.memory.answers_lost:
            self.memory.answers_lost -= 1
            code = 500
        self.memory.calls.append((name, code))
        answer = jsonify(told.result["content"] if told.result else told.message)
        answer.status_code, answer.content_type = code, told.media_type
        return answer


@contextmanager
def listening_peer(tool_url: str) -> Iterator[Peer]:
    """The platform on a socket."""
    made: list[Peer] = []

    def build(url: str) -> Flask:
        made.append(Peer(url, tool_url))
        return made[0].app()

    with on_a_socket(build):
        yield made[0]
