"""A full launch, as a browser makes it: login, launch, and the page it leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bench.browser import Browser, drive
from bench.servers import Server
from tests.lti.acting import TOOL, ActingPlatform


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that waits for the platform's answer."""

    learner: int
    cookies: str
    state: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How a tool is launched."""

    login: str
    launch: str
    cookies: Callable[[int, str], str]
    """The learner's cookies, given those that the login set."""


SPRIG = Kind("/lti/login", "/lti/launch", lambda learner, _: f"__Host-sprig=browser-{learner}")
PLAIN = Kind("/login/", "/launch/", lambda _, given: given)


def launch_all(server: Server, kind: Kind, platform: ActingPlatform, learners: list[int], clients: int) -> list[float]:
    """Seconds that each learner's launch took.  The platform signs between the two halves, outside the clock."""

    def begin(browser: Browser, learner: int) -> Begun:
        form = {
            "iss": platform.issuer,
            "client_id": platform.client_id,
            "login_hint": "hint",
            "target_link_uri": f"{TOOL}{kind.launch.rstrip('/')}?c=tiny",
        }
        answer = browser.post(kind.login, form, kind.cookies(learner, ""))
        assert answer.status == 302, answer
        asked = parse_qs(urlsplit(answer.location).query)
        return Begun(learner, kind.cookies(learner, answer.cookies), asked["state"][0], asked["nonce"][0])

    def arrive(browser: Browser, work: tuple[Begun, str]) -> int:
        begun, token = work
        answer = browser.post(kind.launch, {"state": begun.state, "id_token": token}, begun.cookies)
        if answer.status == 303:
            answer = browser.get(urlsplit(answer.location).path, begun.cookies)
        assert answer.status == 200, answer
        return len(answer.body)

    logins = drive(server.port, clients, learners, begin)
    work = [(begun, _token(platform, begun)) for _, begun in logins]
    arrivals = drive(server.port, clients, work, arrive)
    return [first + second for (first, _), (second, _) in zip(logins, arrivals, strict=True)]


def _token(platform: ActingPlatform, begun: Begun) -> str:
    return platform.token(platform.claims(begun.nonce, sub=f"learner-{begun.learner}"))
