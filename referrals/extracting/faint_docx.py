"""A Word file's words without those that nobody sees: white on white, or smaller than print."""

import zipfile
from io import BytesIO
from xml.etree.ElementTree import Element

from referrals.drawing.letters.docx_words import Document, Package, value
from referrals.drawing.letters.words import Piece

SMALLEST = 8  # half points
LIGHT = 0xE0  # each of red, green and blue at least
PLAIN = {"", "auto"}


def seen_words_of_docx(data: bytes) -> tuple[list[Piece], set[str]]:
    """The pieces of the letter, and codes of what was left out."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        package = SeenPackage(archive)
        return Document(archive, package=package).pieces(), package.tricks


class SeenPackage(Package):
    """Gives each part without its faint words."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        super().__init__(archive)
        self.tricks: set[str] = set()

    def part(self, name: str) -> Element | None:
        root = super().part(name)
        if root is not None and drop_faint(root, is_dark=False):
            self.tricks.add("hidden_words")
        return root


def drop_faint(parent: Element, *, is_dark: bool) -> bool:
    """Take away runs that nobody sees; `is_dark`: what lies behind them is not white."""
    dropped = False
    is_dark = is_dark or has_dark_ground(parent)
    for child in list(parent):
        if child.tag == "w_bdo":  # words that stand there backwards
            parent.remove(child)
            dropped = True
        elif child.tag == "w_r" and is_faint(child, is_dark=is_dark):
            for words in child.findall("w_t"):
                dropped |= bool((words.text or "").strip())
                child.remove(words)
        else:
            dropped |= drop_faint(child, is_dark=is_dark)
    return dropped


def has_dark_ground(element: Element) -> bool:
    for name in ("w_tcPr", "w_pPr", "w_rPr"):
        shade = element.find(f"{name}/w_shd")
        fill = shade.get("w_fill", "").lower() if shade is not None else ""
        if fill not in PLAIN and not is_light(fill):
            return True
    return False


def is_faint(run: Element, *, is_dark: bool) -> bool:
    properties = run.find("w_rPr")
    if properties is None:
        return False
    size = value(properties, "w_sz")
    if size.isdecimal() and int(size) < SMALLEST:
        return True
    has_ground = is_dark or has_dark_ground(run) or bool(value(properties, "w_highlight"))
    return is_light(value(properties, "w_color").lower()) and not has_ground


def is_light(colour: str) -> bool:
    try:
        return len(colour) == 6 and min(bytes.fromhex(colour)) >= LIGHT
    except ValueError:
        return False
