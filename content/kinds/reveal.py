"""Reveal: the learner looks at the answer and judges herself."""

from content.kinds.written import Asked, Handling, Written, fields, sole
from content.markdown import block
from content.model import Marked, Response, Reveal
from content.responses import Form, ResponseInvalid, Slip, only


def _read(written: Written) -> Asked[Reveal]:
    lines, found = fields(written.lines, ("answer",))
    stem = written.stem(lines)
    answer = sole(written, found, "answer")
    if answer is None:
        return None
    if not answer.text:
        written.problem("`Answer:` is empty", line=answer.line)
    return stem, Reveal(block(answer.lines, written.report))


def _given(_: Reveal, form: Form) -> Response:
    judged = only(form, "a")
    if not judged:
        raise ResponseInvalid(Slip.NOTHING_CHOSEN)
    if judged not in ("yes", "no"):
        raise ResponseInvalid(Slip.NOT_OFFERED)
    return (judged,)


def _mark(_: Reveal, response: Response, __: str) -> Marked:
    is_right = response == ("yes",)
    return Marked(is_right, (is_right,))


REVEAL = Handling(_read, _given, _mark)
