"""Short text: something is typed."""

from content.kinds.writing import as_meant, is_close, normal, read_leniency
from content.kinds.written import LONGEST_ANSWER, MOST_ANSWERS, Asked, Field, Handling, Written, fields, one_line, sole
from content.lines import joined
from content.markdown import block
from content.model import Foreseen, Leniency, Marked, Response, ShortText
from content.responses import Form, ResponseInvalid, Slip, typed


def _read(written: Written) -> Asked[ShortText]:
    lines, found = fields(written.lines, ("answer", "or", "not"))
    stem = written.stem(lines)
    leniency = read_leniency(written.labels)
    sole(written, found, "answer")
    if found and found[0].name != "answer":
        written.problem("the first answer is `Answer:`", "move it up; it is the one to show", found[0].line)
    accepted = [(one.line, _accepted(written, one)) for one in found if one.name in ("answer", "or")]
    foreseen = [(one.line, said) for one in found if one.name == "not" and (said := _foreseen(written, one))]
    texts = accepted + [(line, said.text) for line, said in foreseen]
    _refuse_twins(written, texts, leniency)
    if len(texts) > MOST_ANSWERS:
        written.problem(f"the question has more than {MOST_ANSWERS} answers", line=texts[MOST_ANSWERS][0])
    return stem, ShortText(tuple(text for _, text in accepted), tuple(said for _, said in foreseen), leniency)


def _accepted(written: Written, field: Field) -> str:
    value = one_line(written, field)
    if len(value) > 2 and value[0] == value[-1] == "`":
        written.problem("the answer stands in backticks", "write just what is to be typed", field.line)
    return value


def _foreseen(written: Written, field: Field) -> Foreseen | None:
    text, sign, said = field.lines[0].text.partition(" > ")
    rest = (field.lines[0]._replace(text=said.strip()), *field.lines[1:])
    if not text.strip() or not sign or not joined(rest):
        written.problem("this foreseen answer lacks its feedback", "write `Not: answer > feedback`", field.line)
        return None
    if len(text) > LONGEST_ANSWER:
        written.problem(f"the answer is longer than {LONGEST_ANSWER} characters", line=field.line)
    return Foreseen(text.strip(), block(rest, written.report))


def _refuse_twins(written: Written, texts: list[tuple[int, str]], leniency: Leniency) -> None:
    seen: dict[str, int] = {}
    for line, text in texts:
        first = seen.setdefault(normal(text, leniency), line)
        if first != line and text:
            written.problem("this answer counts as the same as an earlier one", f"see line {first}", line)


def _given(_: ShortText, form: Form) -> Response:
    text = typed(form, "a")
    if not text:
        raise ResponseInvalid(Slip.NOTHING_WRITTEN)
    return (text,)


def _mark(body: ShortText, response: Response, _: str) -> Marked:
    text = normal(response[0], body.leniency)
    accepted = [normal(one, body.leniency) for one in body.accepted]
    if text in accepted:
        return Marked(True, (True,))
    for said in body.foreseen:
        foreseen = normal(said.text, body.leniency)
        if as_meant(text, foreseen) == foreseen:
            return Marked(False, (False,), (said.feedback,))
    is_right = any(is_close(as_meant(text, one), one, body.leniency) for one in accepted)
    return Marked(is_right, (is_right,))


SHORT_TEXT = Handling(_read, _given, _mark)
