"""A letter as paragraphs, columns and tables, and as a file of each kind."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from html import escape
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw


@dataclass
class P:
    """A paragraph; `gap` leaves room below it."""

    text: str
    gap: bool = False
    align: str = "left"
    bold: bool = False


@dataclass
class Columns:
    left: list[str]
    right: list[str]


@dataclass
class Table:
    rows: list[list[str]]
    border: bool = True


@dataclass
class Sheet:
    items: list[P | Columns | Table] = field(default_factory=list)
    foot: str = ""
    font: str = "DejaVu Sans"
    size: float = 10

    def p(self, *lines: str, gap: bool = True, align: str = "left", bold: bool = False) -> Sheet:
        for number, line in enumerate(lines):
            self.items.append(P(line, gap and number == len(lines) - 1, align, bold))
        return self

    def columns(self, left: list[str], right: list[str]) -> Sheet:
        self.items.append(Columns(left, right))
        return self

    def table(self, *rows: list[str], border: bool = True) -> Sheet:
        self.items.append(Table([list(row) for row in rows], border))
        return self


# HTML, for WeasyPrint and Chromium


def as_html(sheet: Sheet) -> str:
    body = "".join(html_of(item) for item in sheet.items)
    foot = f"<div class=foot>{escape(sheet.foot)}</div>" if sheet.foot else ""
    style = (
        f"@page{{size:A4;margin:18mm}}body{{font:{sheet.size}pt '{sheet.font}',sans-serif;line-height:1.3}}"
        "p{margin:0;white-space:pre-wrap}.gap{margin-bottom:11pt}.center{text-align:center}.right{text-align:right}"
        ".bold{font-weight:bold}table{border-collapse:collapse;width:100%;margin-bottom:10pt}"
        "td{vertical-align:top;padding:2pt 4pt}.border td{border:.5pt solid #777}"
        ".foot{position:fixed;bottom:0;font-size:8pt}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Letter</title><style>{style}</style>{body}{foot}"


def html_of(item: P | Columns | Table) -> str:
    if isinstance(item, P):
        marks = f"{item.align}{' gap' if item.gap else ''}{' bold' if item.bold else ''}"
        return f'<p class="{marks}">{escape(item.text) or "&nbsp;"}</p>'
    if isinstance(item, Columns):
        sides = ("<br>".join(map(escape, side)) for side in (item.left, item.right))
        return (
            "<table><tr>"
            + "".join(f"<td style='width:50%'>{side}</td>" for side in sides)
            + "</table>"
        )
    rows = (
        "".join(f"<td>{escape(c).replace(chr(10), '<br>')}</td>" for c in row) for row in item.rows
    )
    return f"<table class={'border' if item.border else 'none'}>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def by_weasyprint(sheet: Sheet) -> bytes:
    from weasyprint import HTML

    return HTML(string=as_html(sheet)).write_pdf()


def by_pillow(sheet: Sheet) -> bytes:
    """A scan: the page as a picture, in a PDF without text."""
    import pypdfium2

    with pypdfium2.PdfDocument(by_weasyprint(sheet)) as document:
        picture = document[0].render(scale=1.2, grayscale=True).to_pil().convert("1")
    target = BytesIO()
    ImageDraw.Draw(picture).line((3, 3, 3, 400), fill=0)
    Image.Image.save(picture, target, "PDF", resolution=86)
    return target.getvalue()


# Lines with places, for the hand-made PDF


def lines_of(sheet: Sheet) -> list[tuple[float, float, str, bool]]:
    """Left, how far down, words, bold."""
    size, down, found = sheet.size, 0.0, []
    step = 1.3 * size
    for item in sheet.items:
        if isinstance(item, P):
            found += [(place, down, text, item.bold) for place, text in tabbed(item.text, size)]
            down += step * (2 if item.gap else 1)
        elif isinstance(item, Columns):
            for left, texts in ((0.0, item.left), (260.0, item.right)):
                found += [(left, down + n * step, text, False) for n, text in enumerate(texts)]
            down += step * (max(len(item.left), len(item.right)) + 1)
        else:
            for row in item.rows:
                width = 480 / len(row)
                for n, cell in enumerate(row):
                    cut = cell.split("\n")
                    found += [
                        (n * width, down + k * step, text, False) for k, text in enumerate(cut)
                    ]
                down += step * max(cell.count("\n") + 1 for cell in row) + 3
            down += step
    return found


def tabbed(text: str, size: float) -> list[tuple[float, str]]:
    """Long lines are cut, tabs go to stops of eighty points."""
    place, found = 0.0, []
    for part in text.split("\t"):
        if part:
            found.append((place, part))
        place = (int((place + len(part) * size * 0.5) / 80) + 1) * 80
    return found


def wrapped(text: str, letters: int) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        if len(line) + len(word) > letters and line:
            lines, line = [*lines, line], ""
        line = f"{line} {word}" if line else word
    return [*lines, line]


def by_hand(sheet: Sheet) -> bytes:
    """A PDF written piece by piece, as old report programs do: Helvetica, each line on its own."""
    wide: list[P | Columns | Table] = []
    for item in sheet.items:
        if isinstance(item, P) and len(item.text) > 95:
            cut = wrapped(item.text, 95)
            wide += [P(line, item.gap and n == len(cut) - 1) for n, line in enumerate(cut)]
        else:
            wide.append(item)
    pdf = pikepdf.new()
    lines = lines_of(Sheet(wide, size=sheet.size))
    if sheet.foot:
        lines.append((-20.0, 760.0, sheet.foot, False))
    pages: dict[int, list[str]] = {}
    for left, down, text, bold in lines:
        number = int(down // 765)
        y = 800 - (down - 765 * number)
        spelled = text.encode("cp1252", "replace").hex()
        font = "F2" if bold else "F1"
        pages.setdefault(number, []).append(
            f"BT /{font} {sheet.size} Tf {50 + left:.1f} {y:.1f} Td <{spelled}> Tj ET"
        )
    fonts = {
        key: pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name(name),
                Encoding=Name.WinAnsiEncoding,
            )
        )
        for key, name in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold"))
    }
    for number in sorted(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(fonts))
        page.obj.Contents = pdf.make_stream("\n".join(pages[number]).encode())
        page.obj.MediaBox = Array([0, 0, 595, 842])
    target = BytesIO()
    pdf.save(target)
    return target.getvalue()


# Word


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def run_of(text: str) -> str:
    parts = text.split("\t")
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in parts)
    return f"<w:r>{inner}</w:r>"


def word_p(text: str) -> str:
    return f"<w:p>{run_of(text)}</w:p>" if text else "<w:p/>"


def word_of(item: P | Columns | Table) -> str:
    if isinstance(item, P):
        return word_p(item.text) + (word_p("") if item.gap else "")
    rows = (
        [["\n".join(item.left), "\n".join(item.right)]] if isinstance(item, Columns) else item.rows
    )
    cells = (
        "".join(f"<w:tc>{''.join(map(word_p, c.split(chr(10))))}</w:tc>" for c in row)
        for row in rows
    )
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>" + word_p("")


def as_docx(sheet: Sheet) -> bytes:
    body = "".join(map(word_of, sheet.items))
    foot = (
        '<w:sectPr><w:footerReference w:type="default" r:id="r1"/></w:sectPr>' if sheet.foot else ""
    )
    spaces = f'xmlns:w="{WORD}" xmlns:r="{OFFICE}"'
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        types = "wordprocessingml.document.main+xml"
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.{types}"/></Types>',
        )
        start = f'<Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        file.writestr(
            "_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{start}</Relationships>'
        )
        file.writestr(
            "word/document.xml", f"<w:document {spaces}><w:body>{body}{foot}</w:body></w:document>"
        )
        if sheet.foot:
            one = f'<Relationship Id="r1" Type="{OFFICE}/footer" Target="footer1.xml"/>'
            relations = f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'
            file.writestr("word/_rels/document.xml.rels", relations)
            file.writestr("word/footer1.xml", f"<w:ftr {spaces}>{word_p(sheet.foot)}</w:ftr>")
    return target.getvalue()


# RTF


def rtf_text(text: str) -> str:
    plain = "".join(f"\\{c}" if c in "\\{}" else c for c in text).replace("\t", "\\tab ")
    return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in plain)


def rtf_of(item: P | Columns | Table) -> str:
    if isinstance(item, P):
        return f"\\pard {rtf_text(item.text)}\\par\n" + ("\\par\n" if item.gap else "")
    rows = (
        [["\n".join(item.left), "\n".join(item.right)]] if isinstance(item, Columns) else item.rows
    )
    drawn = ""
    for row in rows:
        ends = "".join(f"\\cellx{(n + 1) * 9000 // len(row)}" for n in range(len(row)))
        cells = "".join(
            "\\pard\\intbl "
            + "\\par ".join(rtf_text(line) for line in cell.split("\n"))
            + "\\cell "
            for cell in row
        )
        drawn += f"\\trowd{ends}{cells}\\row\n"
    return drawn + "\\pard\\par\n"


def as_rtf(sheet: Sheet) -> bytes:
    foot = f"{{\\footer \\pard {rtf_text(sheet.foot)}\\par}}" if sheet.foot else ""
    head = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\fs20 "
    return (head + foot + "".join(map(rtf_of, sheet.items)) + "}").encode("ascii")
