"""The referral letter for doctors to fill in: `python -m benchmarks.letter_template`.

Writes `static/downloads/referral-letter.rtf` and `.txt`, both from the questions below. Each is one
A4 page. A letter that is filled in comes back to us: our reader must find what stands behind the
labels.
"""

import textwrap
from pathlib import Path

FOLDER = Path("static/downloads")
TITLE = "Referral letter: sacroiliac (SI) joint"
FIRST = [
    (
        "Emergency department first",
        "if you find new saddle numbness, or new bladder, bowel or sexual trouble; new leg "
        "weakness that gets worse, or is severe in both legs; spinal infection; high-energy "
        "trauma; spinal fracture or tumour with loss of nerve function; tumour with major pain.",
    ),
    (
        "Ring the rooms first",
        "if you suspect a spinal tumour; waiting 1 to 4 weeks may leave lasting harm; signs of "
        "nerve or cord pressure grow slowly; pain takes much function; sciatica comes with loss of "
        "power or reflexes.",
    ),
    ("Rheumatologist first", "if there are clues to inflammation."),
]
LAST = (
    "Valid: clinical information, a date and a signature. It lasts 12 months from a GP, 3 months "
    "from a specialist, unless you write otherwise. Send it a secure way, not by ordinary email."
)
# A heading, what to say under it, and its rows: two short questions side by side, or a long one
# with its lines. What the reader looks for stands at the left, where it knows whose it is.
Row = tuple[str, str] | tuple[str, int]
PARTS: list[tuple[str, str, list[Row]]] = [
    ("", "", [("Date of referral:", "To:")]),
    (
        "Referring doctor",
        "",
        [
            ("Name:", 1),
            ("Provider number:", "Fax:"),
            ("Practice:", 1),
            ("Address:", 1),
            ("Telephone:", "Secure address:"),
            ("Email:", 1),
        ],
    ),
    (
        "Patient",
        "",
        [
            ("Family name:", "Given names:"),
            ("Date of birth:", "Sex at birth:"),
            ("Address:", 1),
            ("Telephone:", "Medicare:"),
            ("Language, needs:", "Aboriginal or Torres Strait Islander:"),
        ],
    ),
    (
        "Reason for referral",
        "Say side, length and start of the pain; nerves, hip, pain tests; relief in % and hours.",
        [
            ("Warning signs:", 1),
            ("Urgency:", "Valid for:"),
            ("What is asked:", 2),
            ("History:", 2),
            ("Findings:", 2),
            ("Tried, with result:", 2),
            ("Operations, illnesses:", 2),
            ("Medicines:", 2),
            ("Allergies, reactions:", 1),
            ("Imaging and tests:", 2),
            ("Patient agrees:", "Signature:"),
        ],
    ),
]

# RTF measures in twips: 20 to a point, 567 to a centimetre.
LEFT, RIGHT = 0, 10000
SHORT_ROW = [1750, 5000, 6900, RIGHT]
LONG_ROW = [1750, RIGHT]
LINE = 365
RULE = r"\clbrdrb\brdrs\brdrw8\brdrcf2"


def escaped(words: str) -> str:
    return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in words)


def rtf_row(cells: list[str], ends: list[int], *, lines: int) -> str:
    """Labels without a frame; what is written stands on a rule."""
    more = "\\line " * (lines - 1)
    frames, words = "", ""
    for place, (cell, end) in enumerate(zip(cells, ends, strict=True)):
        is_blank = place % 2
        frames += f"{RULE if is_blank else ''}\\cellx{end}"
        words += f"\\pard\\intbl\\ql {more if is_blank else escaped(cell)}\\cell\n"
    return f"\\trowd\\trgaph70\\trleft{LEFT}\\trrh{LINE * lines}\\trkeep{frames}\n{words}\\row\n"


def rtf_question(row: Row) -> str:
    first, second = row
    if isinstance(second, int):
        return rtf_row([first, ""], LONG_ROW, lines=second)
    return rtf_row([first, "", second, ""], SHORT_ROW, lines=1)


def as_rtf() -> str:
    text = (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0\\deflang3081\n"
        "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}}\n"
        "{\\colortbl;\\red14\\green90\\blue99;\\red119\\green119\\blue119;}\n"
        f"{{\\info{{\\title {TITLE}}}}}\n"
        "\\paperw11906\\paperh16838\\margl953\\margr953\\margt737\\margb680\\viewkind1\\fs19\n"
        f"\\pard\\sa60\\b\\cf1\\fs32 {TITLE}\\b0\\cf0\\fs19\\par\n"
    )
    for start, rest in FIRST:
        text += f"\\pard\\sa30\\fs18\\b {start}\\b0  {rest}\\fs19\\par\n"
    for heading, hint, rows in PARTS:
        if heading:
            text += f"\\pard\\keepn\\sb110\\sa20\\b\\cf1\\fs21 {heading}\\b0\\cf0\\fs19\\par\n"
        if hint:
            text += f"\\pard\\keepn\\sa20\\fs18 {hint}\\fs19\\par\n"
        text += "".join(map(rtf_question, rows))
    return text + f"\\pard\\sb110\\fs18 {escaped(LAST)}\\par\n}}\n"


WIDTH = 80


def text_question(row: Row) -> list[str]:
    first, second = row
    if isinstance(second, int):
        rest = WIDTH - len(first) - 1
        more = ["_" * WIDTH] * (second - 1)
        return [f"{first} {'_' * rest}", *more]
    half = WIDTH // 2
    return [
        f"{first} {'_' * (half - len(first) - 3)}  {second} {'_' * (half - len(second) - 1)}",
    ]


def as_text() -> str:
    lines = [TITLE.upper()]
    for start, rest in FIRST:
        lines += textwrap.wrap(
            f"{start} {rest}", WIDTH, initial_indent="- ", subsequent_indent="  "
        )
    for heading, hint, rows in PARTS:
        lines += ["", *([heading.upper()] if heading else []), *textwrap.wrap(hint, WIDTH)]
        lines += [line for row in rows for line in text_question(row)]
    lines += ["", *textwrap.wrap(LAST.replace("’", "'"), WIDTH)]
    return "\n".join(lines) + "\n"


def main() -> None:
    (FOLDER / "referral-letter.rtf").write_text(as_rtf(), encoding="ascii")
    (FOLDER / "referral-letter.txt").write_text(as_text(), encoding="ascii")


if __name__ == "__main__":
    main()
