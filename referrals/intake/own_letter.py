"""The letter to fill in, with the clinic's own name and addresses: made when somebody asks for it,
as those change. The blank ones are static files, from `benchmarks.letter_template`.
"""

import re
import textwrap
from pathlib import Path

from django.conf import settings

from clinic_site.models import Clinic

FOLDER = Path("static/downloads")
TYPES = {"rtf": "application/rtf", "txt": "text/plain; charset=utf-8"}
RTF_TITLE_ENDS = "\\b0\\cf0\\fs19\\par\n"
RTF_TO = "\\pard\\intbl\\ql To:\\cell\n\\pard\\intbl\\ql "
LOWER_EDGE = ("\\margb680", "\\margb453")  # so that the page holds our lines too
SEND_IT = "Send it to"
WIDTH = 80  # of the plain text


def letter_of(clinic: Clinic, ending: str) -> str:
    """The file as text; `ending` is a key of TYPES."""
    blank = (Path(settings.BASE_DIR) / FOLDER / f"referral-letter.{ending}").read_text("ascii")
    make = as_rtf if ending == "rtf" else as_text
    return make(blank, clinic.name, ways_to_us(clinic))


def ways_to_us(clinic: Clinic) -> str:
    """In one line: where the rooms are, the fax, and each address for secure messaging."""
    places = [" ".join(room.address.split()) for room in clinic.rooms if room.address][:1]
    fax = [f"fax {clinic.fax}"] if clinic.fax else []
    messaging = [line.strip() for line in clinic.secure_messaging.splitlines() if line.strip()]
    return "; ".join([clinic.name, *places, *fax, *messaging]) + "."


def as_rtf(blank: str, name: str, ways: str) -> str:
    line = f"\\pard\\sa30\\fs18\\b {SEND_IT}\\b0  {in_rtf(ways)}\\fs19\\par\n"
    made = blank.replace(RTF_TITLE_ENDS, RTF_TITLE_ENDS + line, 1).replace(*LOWER_EDGE, 1)
    return made.replace(RTF_TO, RTF_TO + in_rtf(name), 1)


def in_rtf(words: str) -> str:
    """Without what RTF takes for its own; letters beyond ASCII by their number, as it wants it."""
    bare = re.sub(r"([\\{}])", r"\\\1", words)
    return "".join(c if ord(c) < 128 else f"\\u{numbered(c)}?" for c in bare)


def numbered(letter: str) -> int:
    number = min(ord(letter), 0xFFFD)
    return number - 0x10000 if number > 0x7FFF else number


def as_text(blank: str, name: str, ways: str) -> str:
    title, _, rest = blank.partition("\n")
    lines = textwrap.wrap(f"- {SEND_IT} {ways}", WIDTH, subsequent_indent="  ")
    lines_and_rest = "\n".join([title, *lines, rest])
    return re.sub("To: _+", lambda _: f"To: {name}", lines_and_rest, count=1)
