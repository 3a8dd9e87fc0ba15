"""What an inspection may find in a file, and what each finding means for those who read it.

One row per code. The worst outcome among a file's codes decides its state; a code that is not
in the table counts as the worst. The words after a code are for staff; where the sender can mend
it there are words for the sender too, which fit after “File 2” and after a file's name.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class Outcome(IntEnum):
    """From harmless to harmful."""

    MILD = 1  # clean, with a note
    COPY = 2  # shown as a harmless copy, the original behind a warning
    SET_ASIDE = 3  # nothing harmless can be drawn, or it is made to do harm


class Finding(NamedTuple):
    outcome: Outcome
    for_staff: str
    for_sender: str = ""


MILD, COPY, SET_ASIDE = Outcome
NEEDS_PASSWORD = "needs_password"  # noqa: S105 - a code
COULD_NOT_INSPECT = "could_not_inspect"
VIRUS = "virus"
AS_PDF = "In its program choose Print, then “Save as PDF”, and attach that."

FINDINGS = {
    # Ordinary letters
    "form_calculations": Finding(MILD, "It is a form that checks or adds up what is typed."),
    "worksheet": Finding(MILD, "It holds the numbers behind a chart."),
    "linked_picture": Finding(MILD, "A picture in it lies elsewhere and is not fetched."),
    # Shown as a harmless copy
    "javascript": Finding(COPY, "It holds a script."),
    "submit_form": Finding(COPY, "It has a button that sends what is typed somewhere."),
    "xfa": Finding(COPY, "It holds a second form inside (XFA)."),
    "launch": Finding(COPY, "Something in it opens a program when it is clicked."),
    "automatic_action": Finding(COPY, "It does something by itself when it is used."),
    "open_action": Finding(COPY, "It does something by itself when it is opened."),
    "rich_media": Finding(COPY, "It holds a film, a sound or a model in 3D."),
    "embedded_file": Finding(COPY, "It holds another file inside."),
    "ole_picture": Finding(COPY, "A picture in it was made by another program."),
    "odd_spelling": Finding(COPY, "A field in it is spelled so that its words are hard to see."),
    "control": Finding(COPY, "It holds buttons or fields that run a program (ActiveX)."),
    # Set aside: nothing harmless can be drawn
    NEEDS_PASSWORD: Finding(
        SET_ASIDE,
        "It asks for a password.",
        f"asks for a password. Save it without one. {AS_PDF}",
    ),
    COULD_NOT_INSPECT: Finding(
        SET_ASIDE, "It could not be read here.", f"could not be read here. {AS_PDF}"
    ),
    "xfa_only": Finding(
        SET_ASIDE,
        "It is a form that only Adobe’s own program can show.",
        f"is a form that only Adobe’s own program can show. {AS_PDF}",
    ),
    "image_bomb": Finding(
        SET_ASIDE,
        "Its pictures are far too large when unpacked.",
        "holds pictures that are too large to open. Scan it in grey with 200 or 300 dots per inch.",
    ),
    "page_bomb": Finding(
        SET_ASIDE,
        "It has far too many pages.",
        "has too many pages. Attach the pages that matter.",
    ),
    "zip_bomb": Finding(
        SET_ASIDE, "It is far too large when unpacked.", f"is too large when unpacked. {AS_PDF}"
    ),
    # Set aside: made to do harm, or as good as that
    VIRUS: Finding(SET_ASIDE, "The virus scanner knows it as harmful."),
    "eicar": Finding(SET_ASIDE, "It holds the test sign of virus scanners."),
    "polyglot": Finding(SET_ASIDE, "Another program would take it for another kind of file."),
    "macros": Finding(SET_ASIDE, "It holds macros.", f"holds macros. {AS_PDF}"),
    "remote_template": Finding(SET_ASIDE, "It fetches a template from elsewhere when opened."),
    "external_object": Finding(SET_ASIDE, "It fetches something from elsewhere when opened."),
    "dde": Finding(SET_ASIDE, "It makes Word start another program (DDE)."),
    "include_field": Finding(SET_ASIDE, "It fetches text or pictures from elsewhere (INCLUDE)."),
    "alt_chunk": Finding(SET_ASIDE, "Another document is hidden inside and shown in its place."),
    "html_object": Finding(SET_ASIDE, "It holds a web page that runs inside Word."),
    "package": Finding(SET_ASIDE, "A program or an object that is known for attacks is inside."),
    "import_data": Finding(SET_ASIDE, "It loads data from elsewhere into a form."),
    "remote_goto": Finding(SET_ASIDE, "It opens a file that lies elsewhere."),
    "launch_at_open": Finding(SET_ASIDE, "It opens a program or an address when it is opened."),
    # Known from before: no inspection finds this any more
    "encrypted": Finding(SET_ASIDE, "It is locked by its sender’s program."),
}
UNKNOWN = Finding(SET_ASIDE, "Something in it looked wrong.")


def finding(code: str) -> Finding:
    return FINDINGS.get(code, UNKNOWN)


def worst(codes: Iterable[str]) -> Outcome:
    return max((finding(code).outcome for code in codes), default=MILD)


def for_staff(codes: Iterable[str]) -> list[str]:
    """A sentence per code, the worst first."""
    found = sorted((finding(code) for code in codes), key=lambda f: -f.outcome)
    return [one.for_staff for one in found]


def for_sender(codes: Iterable[str]) -> str:
    """What the sender must know, as the rest of a sentence; empty where nothing can be mended."""
    found = sorted((finding(code) for code in codes), key=lambda f: -f.outcome)
    return next((f.for_sender for f in found if f.for_sender), "")
