"""What only the tests of the inbox share."""

import json

import pytest

from referrals.drawing import cut_outs, file_pages, page_pictures, page_words, whole_record
from referrals.drawing.parcel import packed, unpacked
from referrals.files import judging, records
from referrals.from_letter import held
from referrals.inspecting import bounded
from referrals.inspecting.child import inspect
from referrals.letter_answers.answers import SCAN, LetterAnswers
from referrals.letters.shelf import shelf


@pytest.fixture(autouse=True)
def _inspect_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each file takes a third of a second; `test_verdicts` starts it."""

    def codes(kind: str, data: bytes, **_: object) -> list[str]:
        return sorted(inspect(kind, data).codes)

    monkeypatch.setattr(judging, "inspect", codes)


@pytest.fixture(autouse=True)
def _nothing_drawn_before() -> None:
    shelf.clear()


def picture_in_this_process(pdf: bytes, page: str, across: str) -> bytes:
    try:
        return page_pictures.picture_of(pdf, int(page), int(across))
    except IndexError:
        raise bounded.Failed(page_pictures.NO_SUCH_PAGE) from None


@pytest.fixture(autouse=True)
def _draw_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """So quick that no test waits for a busy machine; `test_record_children` starts children."""

    def child(module: str, *args: str, data: bytes, seconds: float) -> bytes:
        if module == "file_pages":
            told, pdf = file_pages.answer_for(*args, data)
            return packed([json.dumps(told).encode(), pdf])
        if module == "page_pictures":
            return picture_in_this_process(data, *args)
        if module == "cut_outs":
            places, pdf = unpacked(data)
            return packed(cut_outs.cut_outs(pdf, json.loads(places)))
        if module == "page_words":
            return json.dumps(page_words.words_of(data)).encode()
        title, cover, receipt, *files = unpacked(data)
        return whole_record.joined(title.decode(), cover.decode(), receipt.decode(), files)

    monkeypatch.setattr(records, "child", child)


@pytest.fixture(autouse=True)
def _letters_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes a process and a second; the tests of `from_letter` say what is read."""
    monkeypatch.setattr(held, "read_letter", lambda **_: LetterAnswers(SCAN))
