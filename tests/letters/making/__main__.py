"""Writes `tests/letters/first`: each layout by several programs, and what each letter truly says."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.letters.making.cases import Case
from tests.letters.making.layouts import LAYOUTS
from tests.letters.making.sheets import (
    Sheet,
    as_docx,
    as_html,
    as_rtf,
    by_hand,
    by_pillow,
    by_weasyprint,
)

FOLDER = Path(__file__).parents[1] / "first"
SCANS = 4


def by_chromium(sheets: list[tuple[str, Sheet]]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        for name, sheet in sheets:
            page.set_content(as_html(sheet))
            (FOLDER / name).write_bytes(page.pdf(prefer_css_page_size=True))
        browser.close()


# By the number of the letter among those of its layout.
KINDS: list[tuple[str, str, Callable[[Sheet], bytes] | None]] = [
    ("weasyprint", "pdf", by_weasyprint),
    ("chromium", "pdf", None),
    ("hand", "pdf", by_hand),
    ("word", "docx", as_docx),
    ("rich", "rtf", as_rtf),
]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    truths, for_chromium, number = {}, [], 0
    for place, layout in enumerate(LAYOUTS):
        for turn in range(4):
            maker, ending, make = KINDS[(turn + place) % len(KINDS)]
            case = Case(number)
            sheet = layout(case)
            name = f"{layout.__name__}-{maker}.{ending}"
            truths[name] = {"state": "read", **case.truth}
            if make is None:
                for_chromium.append((name, sheet))
            else:
                (FOLDER / name).write_bytes(make(sheet))
            number += 1
    for layout in LAYOUTS[:SCANS]:
        name = f"{layout.__name__}-scan.pdf"
        (FOLDER / name).write_bytes(by_pillow(layout(Case(number))))
        truths[name] = {"state": "scan", "answers": {}, "flags": [], "urgent": False}
        number += 1
    by_chromium(for_chromium)
    (FOLDER / "truth.json").write_text(json.dumps(truths, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
