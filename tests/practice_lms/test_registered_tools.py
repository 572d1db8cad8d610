"""Tools that registered themselves: let in step by step, each with what it asked for, and nothing of the others."""

import json
from collections.abc import Callable

from practice_lms.state.seed import METHODS, TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import AGS_CLAIM, CLAIM, DL, NRPS_CLAIM, SCOPES, TOOL_CONFIGURATION
from tests.practice_lms.acting_tool import Talk, fields_of
from tests.practice_lms.registering_tool import description, opened, registered, send

WELL_KNOWN = "/.well-known/openid-configuration"
Be = Callable[[Character], Talk]


def test_a_pending_tool_can_do_nothing(talk: Talk) -> None:
    """No token, no launch, not in the list of choosers."""
    second = registered(talk, active=False)
    page = talk.client.get("/tools").text
    assert f'data-tool="{second.config.client_id}" data-stage="pending"' in page
    assert second.ask_token(second.tool.assertion(second.config), SCOPES[0]).status_code == 401
    talk.act_as(TEACHER)
    assert talk.client.get(f"/courses/3/add-activity?tool={second.config.client_id}").status_code == 404
    assert talk.client.get(f"/courses/3/add-activity/open?tool={second.config.client_id}").status_code == 403


def test_moodle_shows_a_tool_to_teachers_in_a_second_step(be: Be) -> None:
    """Active is not yet in the activity chooser (README 4)."""
    talk = be(Character.MOODLE)
    client_id = registered(talk, active=False).config.client_id
    chooser = f"/courses/3/add-activity?tool={client_id}"
    assert talk.client.post(f"/tools/{client_id}/show").status_code == 409
    assert talk.client.post(f"/tools/{client_id}/activate").status_code == 303
    assert talk.client.get(chooser).status_code == 404
    assert talk.client.post(f"/tools/{client_id}/show").status_code == 303
    assert talk.client.get(chooser).status_code == 200


def test_an_active_tool_launches_with_what_it_registered_for(talk: Talk) -> None:
    """Its own client id, deployment, claims, scopes and custom parameters; its choices are its own activities."""
    second = registered(talk)
    talk.act_as(TEACHER)
    begun = second.begun(f"/courses/{METHODS}/add-activity/open?tool={second.config.client_id}")
    assert begun["target_link_uri"].endswith("/lti/choose")
    page = second.authorize(begun, redirect_uri=f"{second.config.tool_url}/lti/choose")
    asked = second.verified(fields_of(page.text)["id_token"])
    settings = asked[DL + "deep_linking_settings"]
    item = {"type": "ltiResourceLink", "title": "Chosen", "lineItem": {"scoreMaximum": 10}}
    token = second.tool.deep_linking_answer(second.config, [item], settings["data"])
    path = settings["deep_link_return_url"].removeprefix(second.config.base_url)
    assert talk.client.post(path, data={"JWT": token}).status_code == 200
    claims = second.launch(f"/courses/{METHODS}/activities/4/open")
    assert claims["name"] == "Tess Teacher"
    assert "email" not in claims
    assert claims[CLAIM + "deployment_id"] == "2"
    assert claims[CLAIM + "custom"] == {"course": "3", "copied_from": ""}
    assert claims[AGS_CLAIM]["scope"] == list(SCOPES[:3])
    assert NRPS_CLAIM not in claims


def test_tools_do_not_see_each_others_columns(talk: Talk) -> None:
    """Neither listed, nor read, nor scored."""
    second = registered(talk, scope=" ".join(SCOPES))
    media = "application/vnd.ims.lis.v2.lineitemcontainer+json"
    assert second.call("GET", "/lti/courses/2/lineitems", second.bearer(), media).json == []
    one = "/lti/courses/2/lineitems/1/lineitem"
    assert second.call("GET", one, second.bearer(), media.replace("container", "")).status_code == 404
    score = "application/vnd.ims.lis.v1.score+json"
    assert second.call("POST", f"{one}/scores", second.bearer(), score, {"userId": "5"}).status_code == 404


def test_a_token_is_granted_for_registered_scopes_only(talk: Talk) -> None:
    """What was not asked for at registration is left out."""
    second = registered(talk)
    told = second.ask_token(second.tool.assertion(second.config)).json or {}
    assert told["scope"] == " ".join(SCOPES[:3])


def test_brightspace_opens_a_tab_and_knows_each_domain_once(be: Be) -> None:
    """Its assertions are for one fixed address, which the configuration tells."""
    talk = be(Character.BRIGHTSPACE)
    told = talk.client.get(WELL_KNOWN).json or {}
    assert told["authorization_server"] == "https://api.brightspace.example/auth/token"
    second = registered(talk)
    assert second.ask_token(second.tool.assertion(second.config), SCOPES[0]).status_code == 401
    right = second.tool.assertion(second.config, aud="https://api.brightspace.example/auth/token")
    assert second.ask_token(right, SCOPES[0]).status_code == 200
    assert send(talk, opened(talk)["registration_token"], description(talk)).status_code == 400
    page = talk.client.post("/tools/register", data={"address": "http://x.example/r"}).text
    assert 'target="_blank" rel="opener"' in page
    assert '<iframe name="registration"' not in page


def test_blackboard_has_no_registration(be: Be) -> None:
    """Tools are registered by hand, with the vendor."""
    talk = be(Character.BLACKBOARD)
    assert talk.client.get(WELL_KNOWN).status_code == 404
    talk.act_as(2)
    assert talk.client.post("/tools/register", data={"address": "http://x.example/r"}).status_code == 404
    assert "registered by hand" in talk.client.get("/tools").text


def test_a_removed_tool_takes_its_activities_along(talk: Talk) -> None:
    """The tool from the start cannot be removed."""
    second = registered(talk)
    talk.act_as(2)
    talk.client.post("/courses/3/activities", data={"tool": second.config.client_id, "title": "Bare"})
    assert "Bare" in talk.client.get("/courses/3").text
    assert talk.client.post(f"/tools/{second.config.client_id}/remove").status_code == 303
    assert "Bare" not in talk.client.get("/courses/3").text
    assert talk.client.post(f"/tools/{talk.config.client_id}/remove").status_code == 404


def test_registration_may_fail_on_purpose(talk: Talk) -> None:
    """Once, and the token is as good as before."""
    token = opened(talk)["registration_token"]
    talk.client.post("/faults", json={"kind": "500", "target": "registration", "count": 1})
    assert send(talk, token, description(talk)).status_code == 500
    assert send(talk, token, description(talk)).status_code == 201


def test_a_tool_registers_again_and_keeps_what_it_had(be: Be) -> None:
    """Client id, deployment and stage stay; what it says of itself is new (README 9)."""
    talk = be(Character.MOODLE)
    second = registered(talk)
    again = opened(talk, second.config.client_id)["registration_token"]
    answer = send(talk, again, description(talk, client_name="Renamed", scope=SCOPES[0]))
    told = answer.json or {}
    assert told["client_id"] == second.config.client_id
    assert told[TOOL_CONFIGURATION]["deployment_id"] == second.config.deployment_id
    page = talk.client.get("/tools").text
    assert f'data-tool="{second.config.client_id}" data-stage="shown"' in page
    assert "A second tool" not in page
    granted = json.loads(second.ask_token(second.tool.assertion(second.config)).text)
    assert granted["scope"] == SCOPES[0]
    assert talk.client.post("/tools/register", data={"address": "http://x.example/", "again": "?"}).status_code == 404
