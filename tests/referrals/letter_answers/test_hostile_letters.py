"""Letters made to break a reader end soon and within their bounds, whatever is in them."""

import time

import pytest

from referrals.inspecting import bounded
from referrals.inspecting.sniffing import DOCX, JPEG, PDF, RTF
from referrals.letter_answers import reading
from referrals.letter_answers.answers import LetterAnswers, to_json
from referrals.letter_answers.reading import read_letter
from tests.letters.making.sheets import Sheet, as_docx
from tests.referrals.letter_answers.drawn import LETTER, pdf, written

MILLION = "pain " * 1_000_000
SECONDS = 12  # three of the child’s own, on a machine that others use as well


def crowded() -> bytes:
    lines = (f"1 0 0 1 50 {800 - n % 700} Tm (Name: John Citizen of {n}) Tj" for n in range(30_000))
    return pdf("BT /F1 8 Tf " + "\n".join(lines) + " ET")


def deep() -> bytes:
    return b"{\\rtf1" + b"{" * 100_000 + b"Dear colleague"


HOSTILE = {
    "a million words of RTF": (RTF, b"{\\rtf1 " + MILLION.encode() + b"}"),
    "a million words of Word": (DOCX, as_docx(Sheet().p(MILLION, gap=False))),
    "a million lines of Word": (DOCX, as_docx(Sheet().p(*["pain"] * 100_000, gap=False))),
    "a million words of PDF": (PDF, pdf(written(MILLION))),
    "a crowded page": (PDF, crowded()),
    "many pages": (PDF, pdf(*[written(LETTER.format(more=""))] * 400)),
    "groups in groups": (RTF, deep()),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_letter_ends_in_time(what):
    kind, data = HOSTILE[what]
    began = time.monotonic()
    answers = read_letter(data=data, content_type=kind)
    assert time.monotonic() - began < SECONDS
    assert answers.state in {"too_long", "unreadable"}


BROKEN = {
    "nothing": (PDF, b""),
    "no PDF": (PDF, b"%PDF-1.4 and no more"),
    "no zip": (DOCX, b"PK\x03\x04 and no more"),
    "another kind": (RTF, b"%PDF-1.4"),
    "a kind that is not taken": ("text/html", b"<p>Dear Dr Other"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_letter_is_said_to_be_unreadable(what):
    kind, data = BROKEN[what]
    assert read_letter(data=data, content_type=kind).state == "unreadable"


def test_a_picture_is_a_scan_and_starts_no_child(monkeypatch):
    monkeypatch.setattr(bounded, "run", lambda *args, **kwargs: pytest.fail("a child was started"))
    assert read_letter(data=b"\xff\xd8\xff", content_type=JPEG).state == "scan"


FAILURES = {
    bounded.TookTooLong(): "too_long",
    bounded.Failed(9): "unreadable",
    bounded.Busy(): "not_in_time",
    bounded.ClockRanOut(): "not_in_time",
}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_child_that_fails_raises_nothing(failure, monkeypatch):
    def fails(*args, **kwargs):
        raise failure

    monkeypatch.setattr(bounded, "run", fails)
    assert read_letter(data=b"%PDF", content_type=PDF).state == FAILURES[failure]


ASKS_AGAIN = to_json(LetterAnswers("not_in_time")).encode()  # only who runs it can say so


@pytest.mark.parametrize(
    "said", [b"", b"[]", b'{"state": "fine"}', b'{"state": "read"}', b"[" * 9999, ASKS_AGAIN]
)
def test_what_a_taken_child_says_is_not_believed(said, monkeypatch):
    monkeypatch.setattr(bounded, "run", lambda *args, **kwargs: said)
    assert read_letter(data=b"%PDF", content_type=PDF).state == "unreadable"


def test_the_child_gets_bounds(monkeypatch):
    bounds = {}

    def noted(module, kind, **given):
        bounds.update(given)
        raise bounded.Busy

    monkeypatch.setattr(bounded, "run", noted)
    read_letter(data=b"%PDF", content_type=PDF)
    assert bounds["cpu_seconds"] == reading.SECONDS == 3
    assert bounds["memory"] <= 328 * 1024 * 1024
