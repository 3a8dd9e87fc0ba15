"""Puts a picture on a sheet of A4: upright, round where it was round, no larger than the sheet."""

from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from referrals.drawing.text_lines import Style, text_content

A4 = (595.28, 841.89)  # points
EDGE = 50  # points around words of ours
MARGIN = 18.0  # points; printers leave this much white
USUAL_DOTS = 96.0  # per inch, where a picture does not say
LEAST_DOTS, MOST_DOTS = 30.0, 5000.0
MOST_STRETCHED = 8.0  # faxes have twice as many dots across as down
NEARLY = 1.15  # a scan this much larger than A4 is a letter of another country: no margin

Matrix = tuple[float, float, float, float, float, float]

# Where a point (right, up) of the stored picture, both from 0 to 1, is shown for each value of
# EXIF's Orientation.
TURNS: dict[int, Matrix] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


class Look(NamedTuple):
    """How a stored picture is meant to be seen."""

    dots: tuple[float, float] | None = None  # per inch, across and down as stored
    turn: int = 1  # EXIF's Orientation


def add_picture(pdf: pikepdf.Pdf, stream: pikepdf.Stream, look: Look) -> None:
    """One more page with this picture. A wide one lies across: the sheet is then turned."""
    stored = int(stream.Width), int(stream.Height)
    turn = look.turn if look.turn in TURNS else 1
    width, height = natural_size(stored, look.dots)
    if turn >= 5:
        width, height = height, width
    lies_across = width > height
    sheet = (A4[1], A4[0]) if lies_across else A4
    width, height = fitted((width, height), sheet)
    left, bottom = (sheet[0] - width) / 2, (sheet[1] - height) / 2
    shown = after(TURNS[turn], (width, 0, 0, height, left, bottom))
    if lies_across:
        shown = after(shown, (0, 1, -1, 0, A4[0], 0))
    content = "q {} cm /P Do Q".format(" ".join(f"{number:.4f}" for number in shown))
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *A4]),
        Resources=Dictionary(XObject=Dictionary(P=stream)),
        Contents=pdf.make_stream(content.encode()),
    )
    if lies_across:
        page.Rotate = 90
    pdf.pages.append(pikepdf.Page(page))


def add_words(pdf: pikepdf.Pdf, words: str) -> None:
    """One more page, with a line of ours at its top."""
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    content, _ = text_content(words, (A4[0] - 2 * EDGE, A4[1] - 2 * EDGE), Style(many_lines=True))
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *A4]),
        Resources=Dictionary(Font=Dictionary(Helv=font)),
        Contents=pdf.make_stream(b"1 0 0 1 %d %d cm " % (EDGE, EDGE) + content),
    )
    pdf.pages.append(pikepdf.Page(page))


def natural_size(stored: tuple[int, int], dots: tuple[float, float] | None) -> tuple[float, float]:
    """Points across and down. Odd resolutions still tell how much wider than high a dot is."""
    across, down = dots or (USUAL_DOTS, USUAL_DOTS)
    if min(across, down) <= 0 or not 1 / MOST_STRETCHED <= across / down <= MOST_STRETCHED:
        across = down = USUAL_DOTS
    if min(across, down) < LEAST_DOTS or max(across, down) > MOST_DOTS:
        across, down = (
            USUAL_DOTS * across / min(across, down),
            USUAL_DOTS * down / min(across, down),
        )
    return stored[0] / across * 72, stored[1] / down * 72


def fitted(size: tuple[float, float], sheet: tuple[float, float]) -> tuple[float, float]:
    """As large as it says, or as large as the sheet allows."""
    excess = max(size[0] / sheet[0], size[1] / sheet[1])
    if excess <= 1:
        return size
    if excess <= NEARLY:
        return size[0] / excess, size[1] / excess
    inner = sheet[0] - 2 * MARGIN, sheet[1] - 2 * MARGIN
    excess = max(size[0] / inner[0], size[1] / inner[1])
    return size[0] / excess, size[1] / excess


def after(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def image_stream(pdf: pikepdf.Pdf, packed: bytes, size: tuple[int, int], **entries: Any) -> Any:
    """A picture whose bytes are packed already, as `entries` say."""
    stream = pikepdf.Stream(pdf, packed)
    stream.Type = Name.XObject
    stream.Subtype = Name.Image
    stream.Width, stream.Height = size
    for name, value in entries.items():
        stream[f"/{name}"] = value
    return stream
