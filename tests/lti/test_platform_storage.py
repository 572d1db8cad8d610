"""Where no cookie is kept, the platform's own frame may prove that one browser began and ends a launch."""

import re
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.lti.acting import TOOL, ActingPlatform

FRAME = {"Sec-Fetch-Dest": "iframe"}
OURS = {"Sec-Fetch-Site": "same-origin"}


def begin(app: Flask, platform: ActingPlatform, target: str = "post_message_forwarding") -> TestResponse:
    """The login of a framed browser that keeps no cookie, after we looked for it."""
    form = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": "hint",
        "target_link_uri": f"{TOOL}/lti/launch?c=tiny",
        "lti_storage_target": target,
        "probe": "1",
    }
    return without_cookies(app).post("/lti/login", data=form, base_url=TOOL, headers=FRAME)


def without_cookies(app: Flask) -> FlaskClient:
    """A browser that keeps none."""
    return app.test_client(use_cookies=False)


def data_of(answer: TestResponse) -> dict[str, str]:
    """What the page tells its script."""
    form = re.search(r'<form id="storage"[^>]*>', answer.text)
    assert form, answer.text
    return {name: value.replace("&amp;", "&") for name, value in re.findall(r'data-(\w+)="([^"]*)"', form[0])}


def arrival(app: Flask, platform: ActingPlatform, begun: TestResponse) -> tuple[dict[str, str], TestResponse]:
    """The platform's answer, and ours to it."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(data_of(begun)["next"]).query).items()}
    form = {"state": asked["state"], "id_token": platform.token(platform.claims(asked["nonce"]))}
    return form, without_cookies(app).post("/lti/launch", data=form, base_url=TOOL)


def test_a_login_asks_the_frame_to_keep_a_secret(app: Flask, platform: ActingPlatform) -> None:
    """At the origin of the authorization address, and nowhere else; whoever has no scripts gets the new tab."""
    answer = begin(app, platform)
    told = data_of(answer)
    assert (told["target"], told["origin"]) == ("post_message_forwarding", platform.issuer)
    assert told["value"]
    assert told["next"].startswith(f"{platform.issuer}/auth?")
    assert 'target="_blank"' in answer.text


def test_a_frame_whose_name_is_none_is_not_asked(app: Flask, platform: ActingPlatform) -> None:
    """The new tab is offered as if there were no storage."""
    answer = begin(app, platform, 'x" onload="alert(1)')
    assert 'id="storage"' not in answer.text
    assert 'target="_blank"' in answer.text


def test_the_secret_that_the_frame_kept_opens_the_launch(app: Flask, platform: ActingPlatform) -> None:
    """The visit's own secret then stands in its address, since no cookie can bind it."""
    begun = begin(app, platform)
    form, pending = arrival(app, platform, begun)
    assert pending.status_code == 200
    assert 'data-launch="pending"' in pending.text
    assert data_of(pending)["key"] == data_of(begun)["key"]
    proven = form | {"browser": data_of(begun)["value"]}
    answer = without_cookies(app).post("/lti/launch", data=proven, base_url=TOOL, headers=OURS)
    assert answer.status_code == 303
    address = urlsplit(answer.location).path
    assert "." in address.split("/")[2]
    assert without_cookies(app).get(address, base_url=TOOL).status_code == 200
    again = without_cookies(app).post("/lti/launch", data=proven, base_url=TOOL, headers=OURS)
    assert 'data-problem="launch-replayed"' in again.text


def test_another_page_cannot_bring_the_secret(app: Flask, platform: ActingPlatform) -> None:
    """Else whoever began a launch himself could sign others in as him."""
    begun = begin(app, platform)
    form, _ = arrival(app, platform, begun)
    for site in ("cross-site", "same-site", "none", ""):
        answer = without_cookies(app).post(
            "/lti/launch",
            data=form | {"browser": data_of(begun)["value"]},
            base_url=TOOL,
            headers={"Sec-Fetch-Site": site} if site else {},
        )
        assert 'data-launch="pending"' in answer.text, site


def test_a_wrong_secret_opens_nothing_and_is_not_asked_for_again(app: Flask, platform: ActingPlatform) -> None:
    """The page says what to do instead."""
    form, _ = arrival(app, platform, begin(app, platform))
    answer = without_cookies(app).post("/lti/launch", data=form | {"browser": "x"}, base_url=TOOL, headers=OURS)
    assert 'data-launch="pending"' in answer.text
    assert 'id="storage"' not in answer.text


def test_who_relaxed_the_rule_lets_learners_in_when_nobody_answers(app: Flask, acting: ActingPlatform) -> None:
    """The page goes on by itself."""
    acting.register(app.extensions["sprig"].database, admits_unbound_learners=True)
    told = data_of(begin(app, acting))
    assert told["otherwise"] == told["next"]
