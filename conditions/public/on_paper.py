"""What a pen and a narrow column need, and what must not fall apart at the end of a line."""

import re

WORDS = re.compile(r">[^<>]+<")
RULED = re.compile(r"_{2,}(?: _{2,})*\s*<")  # at the end of a line; more of them, more lines
GAP = re.compile(r"_{2,}")
TELEPHONE = re.compile(
    r"(?:\+61 \d|\(0\d\)|\b0\d) \d{4} \d{4}\b"  # a place’s
    r"|\b04\d\d \d{3} \d{3}\b|\+61 4\d\d \d{3} \d{3}\b"  # a mobile’s
    r"|\b1[38]00(?: \d{2,3}){2,3}\b|\b13(?: \d\d){2}\b"  # free, and at a local rate
)
GRADIENT = re.compile(rb'<linearGradient id="([^"]+)"[^>]*>(.*?)</linearGradient>', re.DOTALL)
COLOUR = re.compile(rb'stop-color="(#[0-9a-f]{3,6})"')
OF_MASKS = {b"#000", b"#fff", b"#000000", b"#ffffff"}
FOR_PHONES = re.compile(rb"@media \(max-width: 480px\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
SHORTHAND = re.compile(rb"font: (\d+px) ([^;}]+)")  # it would win over a later font-size


def for_pens(html: str) -> str:
    """Rules to write on instead of underscores, and each telephone number in one piece."""
    head, body, page = html.partition("<body")
    return head + body + WORDS.sub(lambda words: in_one_piece(with_rules(words[0])), page)


def in_one_piece(words: str) -> str:
    return TELEPHONE.sub(r'<span class="number">\g<0></span>', words)


def with_rules(words: str) -> str:
    """A blank at the end of a line reaches to the edge of the column."""
    return GAP.sub('<span class="gap"></span>', RULED.sub(rules, words))


def rules(blanks: re.Match[str]) -> str:
    first, *more = ["rule"] + ["rule next-rule"] * (len(blanks[0].split()) - 1)
    return "".join(f'<span class="{name}"></span>' for name in [first, *more]) + "<"


def drawn_small(drawing: bytes) -> bytes:
    """What draws the PDF heeds no width of screen: the rules for phones hold without asking."""
    return SHORTHAND.sub(rb"font-size: \1; font-family: \2", FOR_PHONES.sub(rb"\1", drawing))


def in_flat_colours(drawing: bytes) -> bytes:
    """Some readers of PDF (poppler, and with it many printers) leave out what runs from one colour
    into another. What is opaque gets its middle colour; what fades stays."""
    for name, stops in GRADIENT.findall(drawing):
        colours = COLOUR.findall(stops)
        if colours and b"opacity" not in stops and not OF_MASKS.issuperset(colours):
            drawing = drawing.replace(b"url(#%s)" % name, colours[len(colours) // 2])
    return drawing
