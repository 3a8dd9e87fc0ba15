"""The drawings: light, valid, without scripts, and every label can be read."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "static" / "illustrations"
DRAWINGS = sorted(FOLDER.glob("*.svg"), key=lambda path: path.stem)
NAMES = [path.stem for path in DRAWINGS]

# The labels that are shown, as [words, left, top, right, bottom, size of letters] in screen
# pixels, and the canvas as the last entry.
BOXES = """() => {
    const svg = document.documentElement, view = svg.viewBox.baseVal, at = svg.getScreenCTM();
    const all = [...svg.querySelectorAll("text")];
    const shown = all.filter(text => text.getBoundingClientRect().width);
    const boxes = shown.map(text => {
        const box = text.getBoundingClientRect();
        const size = parseFloat(getComputedStyle(text).fontSize) * at.a;
        return [text.textContent.trim(), box.left, box.top, box.right, box.bottom, size];
    });
    const right = at.e + view.width * at.a, bottom = at.f + view.height * at.d;
    return [...boxes, ["canvas", at.e, at.f, right, bottom, 0]];
}"""


def boxes(page: Page, drawing: Path, width: int) -> list[list]:
    page.set_viewport_size({"width": width, "height": 4 * width})
    page.goto(drawing.as_uri())
    return page.evaluate(BOXES)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("drawing", DRAWINGS, ids=NAMES)
def test_no_label_overlaps_another_or_leaves_the_canvas(page: Page, drawing: Path, width: int):
    *labels, canvas = boxes(page, drawing, width)
    assert labels
    for place, (words, left, top, right, bottom, _) in enumerate(labels):
        assert canvas[1] <= left, words
        assert canvas[2] <= top, words
        assert right <= canvas[3], words
        assert bottom <= canvas[4], words
        for other, left2, top2, right2, bottom2, _ in labels[place + 1 :]:
            apart = right <= left2 or right2 <= left
            # Lines of one label stand close: their boxes may share the space between letters.
            shared = min(bottom, bottom2) - max(top, top2)
            assert apart or shared < 0.25 * (bottom - top), f"{words} / {other}"


@pytest.mark.parametrize("drawing", DRAWINGS, ids=NAMES)
def test_labels_can_be_read_on_a_telephone(page: Page, drawing: Path):
    *labels, _ = boxes(page, drawing, 320)
    assert min(label[5] for label in labels) >= 14


@pytest.mark.parametrize("drawing", DRAWINGS, ids=NAMES)
def test_a_drawing_is_light_and_clean(drawing: Path):
    text = drawing.read_text(encoding="utf-8")
    assert len(text.encode()) <= 30 * 1024
    for unwanted in ["style=", "<script", "<image", "foreignObject", 'href="http', "inkscape"]:
        assert unwanted not in text


@pytest.mark.parametrize("drawing", DRAWINGS, ids=NAMES)
def test_a_drawing_is_valid_and_says_what_it_shows(drawing: Path):
    root = ElementTree.parse(drawing).getroot()  # noqa: S314  our own files
    ids = re.findall(r'\bid="([^"]+)"', drawing.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))
    assert {"title", "desc"} <= {child.tag.rpartition("}")[2] for child in root}
    assert drawing.name in (FOLDER.parents[1] / "docs" / "illustrations.md").read_text()
