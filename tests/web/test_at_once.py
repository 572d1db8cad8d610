"""Two requests at the same instant: one does it, the other finds it done.  On both engines, over two connections."""

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import delete, func, select

from lti_tool.models import (
    GradeOwed,
    LaunchState,
    Memory,
    PointEntry,
    Review,
    Sitting,
    SittingStep,
    StepDone,
    Tenant,
    Visit,
)
from lti_tool.models.engine import Database
from tests.lti.acting import TOOL, ActingPlatform, arrive, asked, launch, login, visit_of
from tests.web.paper import Paper

ROUNDS = 6


def both(*tries: Callable[[], int]) -> list[int]:
    """What each came to, begun as nearly together as threads allow."""
    barrier = threading.Barrier(len(tries))
    results: list[int] = []

    def run(one: Callable[[], int]) -> None:
        barrier.wait()
        results.append(one())

    threads = [threading.Thread(target=run, args=(one,)) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def total(database: Database, model: type) -> int:
    """How many rows."""
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def learner(app: Flask, platform: ActingPlatform, sub: str) -> tuple[Paper, Paper]:
    """The same person in two browsers."""
    pages = []
    for _ in range(2):
        client = app.test_client()
        pages.append(Paper.open(client, f"/t/{visit_of(launch(client, platform, sub=sub))}/"))
    return pages[0], pages[1]


def test_one_answer_from_two_connections_counts_once(app: Flask, platform: ActingPlatform, database: Database) -> None:
    """One review, one memory, one step: whichever came first; the other gets the same feedback."""
    for number in range(ROUNDS):
        one, other = learner(app, platform, f"learner-{number}")
        one = one.press("Start lesson 1").press("Continue")
        other = other.press("Start lesson 1")
        right, wrong = one.choice("4"), one.choice("3")

        def answer(paper: Paper, value: str) -> Callable[[], int]:
            path, data = paper.data("Check", a=value)
            return lambda: paper.client.post(path, data=data, base_url=TOOL).status_code

        assert both(answer(one, right), answer(other, wrong)) == [303, 303]
        shown = [Paper.open(paper.client, paper.path).words for paper in (one, other)]
        assert shown[0] == shown[1]
    assert total(database, Review) == ROUNDS
    assert total(database, Memory) == ROUNDS


def test_two_begin_a_lesson_at_once(app: Flask, platform: ActingPlatform, database: Database) -> None:
    """Both are in the same sitting."""
    for number in range(ROUNDS):
        one, other = learner(app, platform, f"learner-{number}")

        def begin(paper: Paper) -> Callable[[], int]:
            path, data = paper.data("Start lesson 1")
            return lambda: paper.client.post(path, data=data, base_url=TOOL).status_code

        assert both(begin(one), begin(other)) == [303, 303]
    assert total(database, Sitting) == ROUNDS
    assert total(database, SittingStep) == 3 * ROUNDS


def test_the_last_step_twice_finishes_once(app: Flask, platform: ActingPlatform, database: Database) -> None:
    """The lesson's points and the grade are counted once."""
    for number in range(ROUNDS):
        one, other = learner(app, platform, f"learner-{number}")
        question = one.press("Start lesson 1").press("Continue")
        question.press("Check", a=question.choice("4"))
        task = Paper.open(one.client, question.path[:-1] + "3")
        path, data = task.data("Check", a="Paris")
        other_path = other.path + path.partition("/s/")[1].lstrip("/") + path.partition("/s/")[2]
        tries = [
            lambda: one.client.post(path, data=data, base_url=TOOL).status_code,  # noqa: B023 - joined in this round
            lambda: other.client.post(other_path, data=data, base_url=TOOL).status_code,  # noqa: B023 - the same
        ]
        assert both(*tries) == [303, 303]
    assert total(database, StepDone) == 3 * ROUNDS
    assert total(database, PointEntry) == ROUNDS
    assert total(database, GradeOwed) == 0


def test_one_launch_twice_opens_one_visit(app: Flask, platform: ActingPlatform, database: Database) -> None:
    """The state is consumed by one of them."""
    for number in range(ROUNDS):
        client = app.test_client()
        begun = asked(login(client, platform))
        token = platform.token(platform.claims(begun["nonce"], sub=f"learner-{number}"))
        again = app.test_client()
        cookie = client.get_cookie("__Host-sprig", domain="tool.example")
        assert cookie is not None
        again.set_cookie("__Host-sprig", cookie.value, domain="tool.example", secure=True)
        tries = [
            lambda: arrive(client, begun["state"], token).status_code,  # noqa: B023 - joined in this round
            lambda: arrive(again, begun["state"], token).status_code,  # noqa: B023 - the same
        ]
        assert both(*tries) == [303, 400]
    assert total(database, Visit) == ROUNDS
    assert total(database, LaunchState) == ROUNDS


def test_two_people_come_first_at_once(app: Flask, platform: ActingPlatform, database: Database) -> None:
    """A new installation's or course's first launches make its rows once, and lock nobody out."""
    with database.writing() as session:
        session.execute(delete(Tenant))
    for number in range(ROUNDS):
        clients = [app.test_client() for _ in range(2)]
        begun = [asked(login(client, platform)) for client in clients]
        context = {"id": f"context-{number}", "title": "New"}
        tokens = [
            platform.token(
                platform.claims(one["nonce"], sub=f"learner-{number}", context=context, deployment_id=str(number))
            )
            for one in begun
        ]
        tries = [
            lambda n=n: arrive(clients[n], begun[n]["state"], tokens[n]).status_code  # noqa: B023 - joined in this round
            for n in range(2)
        ]
        assert both(*tries) == [303, 303]
