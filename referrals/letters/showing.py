"""What the page of an enquiry says of each letter: its pages, or in plain words why there is none.

Nothing is drawn here: the page stands at once, and its pictures come after it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from referrals.files.records import DRAWN
from referrals.letters.drawing import MADE_OF_WORDS
from referrals.models import Attachment, DrawnFile

State = Attachment.State
AT_ONCE = 3  # pages that stand on the page of an enquiry
# And more of them by a press; the others have pages of their own. Few, because a browser without
# JavaScript asks for every picture of a page at once, however far down or closed away it is.
IN_ALL = 10

WHY_NOT = {
    "broken": "This file could not be drawn here.",
    "large": "This file is too large to be drawn here.",
    "locked": "This file asks for a password. Ask the sender for a copy without one.",
    "missing": "This file cannot be opened: it is gone, damaged, or its key is missing here.",
    "no_words": "There are no words in this file. It may hold a picture only.",
    "only_adobe": "Only Adobe’s own program shows this form. Save it and open it there.",
    "set_aside": "This file was set aside, so it is not drawn.",
    "slow": "This file took too long to draw.",
    "unknown": "This kind of file is not drawn.",
    "waiting": "The site has not looked inside this file yet. Open this page again in a minute.",
}
NOTES = {
    "broken_pages": "A page of it is broken. Ask the sender for it again.",
    "long": "Only its first pages are drawn. Save the file to read the rest.",
    "rare_signs": "Some letters may show as boxes. Compare with the file itself.",
    "typed_words": "What was typed and does not fit its place stands on the last page.",
}
MAY_BE_TRIED_AGAIN = {"broken", "slow"}


class Letter(NamedTuple):
    """One file. `pages` is 0 where there are none, or where nobody has counted them yet."""

    file: Attachment
    position: int
    of: int
    pages: int
    why: str  # in words; empty where pages can be shown
    notes: list[str]
    may_try: bool
    has_words: bool
    is_copy: bool
    may_save: bool

    @property
    def at_once(self) -> Sequence[int]:
        """Numbers of the pages that stand there at once; the first where nobody has counted."""
        return () if self.why else range(1, min(self.pages or 1, AT_ONCE) + 1)

    @property
    def by_a_press(self) -> Sequence[int]:
        return range(AT_ONCE + 1, min(self.pages, IN_ALL) + 1)

    @property
    def beyond(self) -> int:
        """The first page that has only an address of its own; 0 where there is none."""
        return IN_ALL + 1 if self.pages > IN_ALL else 0

    @property
    def name(self) -> str:
        """For words beside a picture: “the letter”, or “file 2” where several came."""
        return "the letter" if self.of == 1 else f"file {self.position}"


def letters(files: Iterable[dict[str, Any]]) -> list[Letter]:
    """Of the files as `inbox.enquiry_page.files` gives them, in the same order."""
    files = list(files)
    return [
        letter_of(
            item["file"],
            number,
            of=len(files),
            drawn=getattr(item["file"], "drawn", None),
            is_lost=bool(item["lost"]),
        )
        for number, item in enumerate(files, start=1)
    ]


def letter_of(
    file: Attachment, number: int, *, of: int, drawn: DrawnFile | None, is_lost: bool = False
) -> Letter:
    code = reason(file, drawn, is_lost=is_lost)
    notes = drawn.notes if drawn else []
    return Letter(
        file=file,
        position=number,
        of=of,
        pages=drawn.pages if drawn and not code else 0,
        why=WHY_NOT.get(code, WHY_NOT["broken"]) if code else "",
        notes=[NOTES[note] for note in notes if note in NOTES],
        may_try=code in MAY_BE_TRIED_AGAIN,
        has_words=not code and file.content_type in MADE_OF_WORDS,
        is_copy=file.state == State.COPY,
        may_save=not is_lost and file.state in (State.CLEAN, State.COPY),
    )


def reason(file: Attachment, drawn: DrawnFile | None, *, is_lost: bool) -> str:
    """The code of why there are no pages to see; empty where there are, as far as is known."""
    if is_lost:
        return "missing"
    if file.state == State.QUARANTINED:
        return "set_aside"
    if file.state == State.WAITING:
        return "waiting"
    if file.content_type not in DRAWN:
        return "unknown"
    return drawn.why if drawn else ""
