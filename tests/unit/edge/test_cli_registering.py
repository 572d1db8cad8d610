"""The commands by which platforms and administrators come in."""

import json
import re

from tests.unit.edge.shell import PLATFORM, Shell
from tests.unit.edge.test_cli import stored

INVITE = re.compile(r"http://localhost:8000/lti/register\?invite=[\w-]{32}")
MINUTE = r"\d{4}-\d\d-\d\d \d\d:\d\d"
LINK = re.compile(r"http://localhost:8000/admin/sign-in\?link=[\w-]{32}")


def test_an_invite_is_one_line_that_can_be_pasted(ready: Shell) -> None:
    """What explains it goes to the other stream; each is a new one."""
    first, second = ready("invite"), ready("invite", "--family", "moodle", "--asks-for", "nothing")
    for done in (first, second):
        assert done.returncode == 0, done.stderr
        assert INVITE.fullmatch(done.stdout.strip())
        assert "7 days" in done.stderr
    assert first.stdout != second.stdout
    assert ready("invite", "--family", "unheard-of").returncode == 2


def test_invites_are_listed_and_withdrawn(ready: Shell) -> None:
    """By the number that the list tells; as often as one likes."""
    ready("invite", "--family", "moodle", "--asks-for", "nothing")
    listed = ready("invite", "--list")
    assert re.fullmatch(rf"[0-9a-f]{{12}}  made {MINUTE}  moodle  nothing  open until {MINUTE}\n", listed.stdout)
    number = listed.stdout.split()[0]
    [row] = json.loads(ready("invite", "--list", "--json").stdout)
    assert (row["number"], row["standing"], row["family"], row["platform"]) == (number, "open", "moodle", None)
    for said in ("Withdrawn.", "Nothing to do"):
        done = ready("invite", "--withdraw", number)
        assert (done.returncode, done.stdout) == (0, "")
        assert said in done.stderr
    assert ready("invite", "--list").stdout == ""
    assert ready("invite", "--list", "--withdraw", number).returncode == 2
    assert ready("invite", "--json").returncode == 2


def test_a_sign_in_address_is_one_line_that_can_be_opened(ready: Shell) -> None:
    """It says how long it works."""
    done = ready("admin", "link")
    assert done.returncode == 0, done.stderr
    assert LINK.fullmatch(done.stdout.strip())
    assert "15 minutes" in done.stderr


def test_a_platform_has_its_switches(ready: Shell) -> None:
    """Each can be set and taken back; what is not said stays."""
    ready(*PLATFORM, "--admit-anonymous", "--admit-mentors", "--asks-for", "nothing")
    ready(*PLATFORM, "--refuse-anonymous")
    row = stored(ready)
    assert (row.admits_anonymous, row.admits_mentors, row.asks_for) == (False, True, "nothing")


def test_the_doctor_asks_each_platform(ready: Shell) -> None:
    """One that does not answer is to mend; what only launches tell waits."""
    ready(*PLATFORM)
    ready("keys", "rotate")
    done = ready("doctor")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith("MEND https://lms.example (abc): Its public keys") for line in lines), done.stdout
    assert any(line.startswith("--   https://lms.example (abc): Choosing content") for line in lines), done.stdout
