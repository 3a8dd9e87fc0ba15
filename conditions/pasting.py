"""Text from a word processor, as it was meant: bold words, headings, lists, rows of a table.

Google Docs, Word, Word Online, Outlook, LibreOffice and Pages say with styles what a page says with
elements. What is hidden or struck out there is not meant for readers and is left out.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby, takewhile
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from conditions.links import is_allowed

MOST_CHARACTERS = 1_000_000
FOREIGN = re.compile(
    r"<(?:b|i|span|div|font|table|style|meta|center|u|o:p|h[1456])\b|\s(?:style|class)=",
    re.IGNORECASE,
)
MOST_DEEP = 100
NESTING = re.compile(r"<(/?)(?!(?:p|li|t[drh]|br|img|meta|link|col|hr|input|o:p)\b|[!?])[a-zA-Z]")
LEFT_OUT = {"head", "style", "script", "title", "img", "del", "s", "strike", "xml", "template"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
BLOCKS = {"p", "div", "blockquote", "section", "article", "pre", "address", "center", "dt", "dd"}
CLASS_RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
BOLD_FROM = 600
SPACES = re.compile(r"[ \t\r\n\f]+")
WIDE_SPACES = re.compile(r"(?:\xa0 ?){2,}| \xa0|\xa0 ")
WORD_LIST = re.compile(r"mso-list:\s*l\d+\s+level(\d)")
MARKER = re.compile(
    r"^\s*([·•◦▪§■➢–-]|o(?=[\s\xa0]{2})|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]+)[.)])[\s\xa0]+"
)
NUMBER = re.compile(r"\(?(?:\d+|[a-zA-Z]|[ivxlc]+)[.)]")
RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
INDENT = 36  # points of a Word list's level
CELL_ENDS = " | "


class Run(NamedTuple):
    """Words in one style; `text` is a line break where it is a newline."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


class Block(NamedTuple):
    """A paragraph, a heading, or an item of a list at a level from 1 on."""

    kind: str
    runs: list[Run]
    level: int = 0
    ordered: bool = False
    number: int = 0  # what a numbered item is called, where that is known


class Style(NamedTuple):
    """What the elements around a word say of it."""

    bold: bool = False
    italic: bool = False
    href: str = ""
    shift: str = ""


def as_meant(html: str, *, headings: bool = True) -> str:
    """Markup of our own elements for the same words. Text without foreign markup stays as it is.

    Without `headings` a heading becomes a bold paragraph.
    """
    if not FOREIGN.search(html):
        return html
    if depth(html) > MOST_DEEP:  # no word processor does that, and it would take minutes to read
        return html
    return "".join(written(block, headings) for block in grouped(Reader(html).blocks))


def depth(html: str) -> int:
    """About how deep elements stand in each other; those that end by themselves do not count."""
    now = deepest = 0
    for sign in NESTING.findall(html):
        now = max(0, now - 1) if sign else now + 1
        deepest = max(deepest, now)
    return deepest


def grouped(blocks: list[Block]) -> Iterator[Block | list[Block]]:
    """Items that follow each other together, all else alone."""
    for is_item, run in groupby(blocks, key=lambda block: block.kind == "item"):
        if is_item:
            yield list(run)
        else:
            yield from run


def written(block: Block | list[Block], headings: bool) -> str:
    if isinstance(block, list):
        return written_list(block)
    if block.kind in {"h2", "h3"}:
        plain = [run._replace(bold=False) for run in block.runs]
        if headings:
            return f"<{block.kind}>{inline(plain)}</{block.kind}>"
        return f"<p>{inline([run._replace(bold=True) for run in plain])}</p>"
    return f"<p>{inline(block.runs)}</p>"


def written_list(items: list[Block]) -> str:
    """Lists in lists, by the levels of their items."""
    first, html = items[0], ""
    kin = (first.level, first.ordered)
    together = list(takewhile(lambda i: i.level > first.level or i[2:4] == kin, items))
    rest, tag = items[len(together) :], "ol" if first.ordered else "ul"
    start = f' start="{first.number}"' if first.number > 1 else ""
    while together:
        item, *after = together
        deeper = list(takewhile(lambda i: i.level > first.level, after))
        words, inner = inline(item.runs), written_list(deeper) if deeper else ""
        html += f"<li><p>{words}</p>{inner}</li>" if inner else f"<li>{words}</li>"
        together = after[len(deeper) :]
    return f"<{tag}{start}>{html}</{tag}>{written_list(rest) if rest else ''}"


def inline(runs: list[Run]) -> str:
    html = ""
    for (bold, italic, href), same in groupby(runs, key=lambda run: run[1:]):
        text = escape("".join(run.text for run in same), quote=False).replace("\n", "<br>")
        text = f"<em>{text}</em>" if italic and text.strip() else text
        text = f"<strong>{text}</strong>" if bold and text.strip() else text
        html += f'<a href="{escape(href)}">{text}</a>' if href else text
    return html


class Reader:
    """Walks through foreign markup and collects blocks."""

    def __init__(self, html: str) -> None:
        self.blocks: list[Block] = []
        self.runs: list[Run] = []
        self.number = 0
        from tinyhtml5 import parse  # a megabyte, which only the editor needs

        root = parse(html[:MOST_CHARACTERS], namespace_html_elements=False)
        sheets = " ".join("".join(node.itertext()) for node in root.iter("style"))
        self.styles = dict(CLASS_RULE.findall(sheets))
        body = root.find("body")
        if body is not None:
            self.walk(body, Style(), [])
        self.end("p")

    def css(self, node: Any) -> str:
        """The style of an element in one line: of its classes, then its own."""
        of_classes = [self.styles.get(name, "") for name in node.get("class", "").split()]
        return ";".join([*of_classes, node.get("style", "")]).lower()

    def walk(self, node: Any, style: Style, lists: list[bool]) -> None:
        """`lists` says of each list around the node whether it is numbered."""
        self.words(node.text, style)
        for child in node:
            if isinstance(child.tag, str):
                self.element(child, style, lists)
            self.words(child.tail, style)

    def element(self, node: Any, around: Style, lists: list[bool]) -> None:
        tag, css = node.tag.lower(), self.css(node)
        if tag in LEFT_OUT or is_not_meant(css):
            return
        style = styled(tag, css, around, node)
        if tag == "br":
            self.runs.append(Run("\n"))
        elif tag in {"ul", "ol"}:
            self.end_around(lists)
            self.number = number_in(node.get("start", ""))
            self.walk(node, style, [*lists, tag == "ol"])
            self.end_around(lists)
        elif tag == "li":
            self.item(node, style, lists)
        elif tag == "table":
            self.table(node, style, lists)
        elif tag in BLOCKS or tag in HEADINGS:
            self.block(node, style, lists, css)
        else:
            self.walk(node, style, lists)

    def item(self, node: Any, style: Style, lists: list[bool]) -> None:
        self.end_around(lists)
        told = node.get("data-aria-level") or node.get("aria-level") or ""
        level = int(told) if told.isdecimal() and len(told) < 3 else len(lists)
        ordered = lists[-1] if lists else False
        self.walk(node, style, [*[False] * (level - 1), ordered] if level else lists)
        self.end("item", level=max(level, 1), ordered=ordered)
        self.number = 0

    def block(self, node: Any, style: Style, lists: list[bool], css: str) -> None:
        if lists:  # a paragraph of an item is a line of it
            if self.runs:
                self.runs.append(Run("\n"))
            self.walk(node, style, lists)
            return
        self.end("p")
        level = level_of(node, css)
        marker = self.marker(node) if level else ""
        self.walk(node, style, lists)
        if level and not marker:
            marker = self.take_marker()
        if marker:
            self.number = number_in(marker)
            self.end("item", level=level, ordered=bool(NUMBER.fullmatch(marker)))
            self.number = 0
            return
        is_title = "MsoTitle" in node.get("class", "")
        self.end("h2" if is_title else HEADINGS.get(node.tag.lower(), "p"))

    def marker(self, node: Any) -> str:
        """The sign in front of a Word list's item, which Word marks as not a part of the text."""
        for span in node.iter("span"):
            if re.search(r"mso-list:\s*ignore", span.get("style", ""), re.IGNORECASE):
                return "".join(span.itertext()).strip().strip("\xa0") or "·"
        return ""

    def take_marker(self) -> str:
        """The same where it stands in the text itself; cut from it."""
        text = "".join(run.text for run in self.runs)
        found = MARKER.match(text)
        if not found:
            return ""
        left = found.end()
        while left and self.runs:
            run = self.runs.pop(0)
            if len(run.text) > left:
                self.runs.insert(0, run._replace(text=run.text[left:]))
            left = max(0, left - len(run.text))
        return found[1]

    def table(self, node: Any, style: Style, lists: list[bool]) -> None:
        """A line for each row, its cells parted. A table of one column only places its words."""
        sections = [child for child in node if child.tag in {"thead", "tbody", "tfoot"}]
        rows = [row for part in [node, *sections] for row in part if row.tag == "tr"]
        cells_of = [[cell for cell in row if cell.tag in {"td", "th"}] for row in rows]
        self.end_around(lists)
        if all(len(cells) <= 1 for cells in cells_of):
            for cell in [cell for cells in cells_of for cell in cells]:
                self.walk(cell, style, lists)
                self.end_around(lists)
            return
        for cells in cells_of:
            for number, cell in enumerate(cells):
                self.runs += [Run(CELL_ENDS)] if number else []
                self.runs += self.cell(cell, style)
            self.end("p")

    def cell(self, node: Any, style: Style) -> list[Run]:
        """The words of a cell in one line."""
        inside = Reader("")
        inside.styles = self.styles
        inside.walk(node, styled(node.tag, self.css(node), style, node), [])
        inside.end("p")
        lines = [
            [run._replace(text=run.text.replace("\n", " ")) for run in b.runs]
            for b in inside.blocks
        ]
        parted = [[Run("; "), *line] if number else line for number, line in enumerate(lines)]
        return [run for line in parted for run in line]

    def words(self, text: str | None, style: Style) -> None:
        if not text:
            return
        plain = SPACES.sub(" ", text)
        shifted = {"super": RAISED, "sub": LOWERED}.get(style.shift)
        if shifted and plain.strip() and not set(plain.strip()) - set("0123456789+-"):
            plain = plain.translate(shifted)
        self.runs.append(Run(plain, style.bold, style.italic, style.href))

    def end_around(self, lists: list[bool]) -> None:
        """End what stands before a list or a table: words of an item, or a paragraph."""
        if lists:
            self.end("item", level=len(lists), ordered=lists[-1])
        else:
            self.end("p")

    def end(self, kind: str, *, level: int = 0, ordered: bool = False) -> None:
        """Make a block of the words so far. Two line breaks part paragraphs; one stays."""
        runs, self.runs = self.runs, []
        for part in parts(runs) if kind != "item" else [trimmed(runs)]:
            if part:
                self.blocks.append(Block(kind, part, level, ordered, self.number if ordered else 0))


def number_in(text: str) -> int:
    found = re.search(r"\d{1,4}", text)
    return int(found[0]) if found else 0


def is_not_meant(css: str) -> bool:
    """Hidden, struck out, or the sign in front of a Word list's item."""
    squeezed = css.replace(" ", "")
    signs = ["display:none", "mso-hide:all", "line-through", "mso-list:ignore"]
    return any(sign in squeezed for sign in signs)


def styled(tag: str, css: str, around: Style, node: Any) -> Style:
    """What an element makes of the style around it: its own words count most."""
    bold = around.bold or tag in {"b", "strong", "th"}
    weights = re.findall(r"(?:^|;)\s*font(?:-weight)?\s*:\s*([^;]*)", css)
    for weight in weights:
        found = re.search(r"\b(bold|bolder|normal|lighter|[1-9]00)\b", weight)
        if found:
            bold = is_bold(found[1])
    italic = around.italic or tag in {"i", "em", "cite"}
    slants = re.findall(r"font-style\s*:\s*(italic|oblique|normal)", css)
    if slants:
        italic = slants[-1] != "normal"
    href = link_of(node) if tag == "a" else around.href
    shift = {"sup": "super", "sub": "sub"}.get(tag, around.shift)
    aligned = re.findall(r"vertical-align\s*:\s*(super|sub|baseline)", css)
    return Style(bold, italic, href, aligned[-1] if aligned else shift)


def is_bold(weight: str) -> bool:
    return weight in {"bold", "bolder"} or (weight.isdecimal() and int(weight) >= BOLD_FROM)


def one_line(run: Run) -> Run:
    return run._replace(text=run.text.replace("\n", " "))


def link_of(node: Any) -> str:
    """An address that may stand on a page; Google's detour is left out."""
    href = node.get("href", "").strip()
    try:
        parts = urlsplit(href)
    except ValueError:  # no such host: `https://[`
        return ""
    if parts.netloc.endswith("google.com") and parts.path == "/url":
        href = (parse_qs(parts.query).get("q") or [""])[0]
    return href if href and is_allowed(href) and not href.startswith("#") else ""


def level_of(node: Any, css: str) -> int:
    """The level of a Word list's item, 1 to 9; 0 for a paragraph that is none."""
    found = WORD_LIST.search(css)
    if found:
        return int(found[1]) or 1
    if "listparagraph" not in node.get("class", "").lower():
        return 0
    indent = re.search(r"margin-left\s*:\s*([\d.]+)pt", css)
    return max(1, round(float(indent[1]) / INDENT)) if indent else 1


def parts(runs: list[Run]) -> list[list[Run]]:
    """Runs parted where two line breaks or more follow each other."""
    found: list[list[Run]] = [[]]
    breaks = 0
    for run in runs:
        breaks = breaks + 1 if run.text == "\n" else breaks if not run.text.strip() else 0
        if run.text == "\n" and breaks == 2:
            found.append([])
        elif not (run.text == "\n" and breaks > 2):
            found[-1].append(run)
    return [part for part in map(trimmed, found) if part]


def trimmed(runs: list[Run]) -> list[Run]:
    """Without white space at either end, around line breaks, and doubled between words."""
    kept: list[Run] = []
    for run in runs:
        if run.text == "\n":
            strip_end(kept, " \xa0")
            if kept and kept[-1].text != "\n":
                kept.append(run)
            continue
        text = WIDE_SPACES.sub(" ", run.text)
        before = kept[-1].text[-1] if kept else "\n"
        text = text.lstrip(" \xa0" if before == "\n" else " ") if before in " \n" else text
        if text:
            kept.append(run._replace(text=text))
    strip_end(kept, " \xa0\n")
    return kept


def strip_end(runs: list[Run], signs: str) -> None:
    while runs and not runs[-1].text.strip(signs):
        if runs[-1].text == "\n" and "\n" not in signs:
            return
        runs.pop()
    if runs:
        runs[-1] = runs[-1]._replace(text=runs[-1].text.rstrip(signs))
