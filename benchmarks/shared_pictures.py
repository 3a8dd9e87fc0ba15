"""The drawings as 1200 × 630 pictures, for messages in which somebody shares the address of a page.

No program that shows such a picture reads SVG. Each picture names the drawing it was made of, so
that a test sees when a drawing has changed since. Needs Chromium; run by `make shared-pictures`.
"""

import io
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, sync_playwright

from conditions.public.sharing import HEIGHT, MADE_OF, WIDTH, digest_of
from tests.measuring import CHROMIUM

STATIC = Path(__file__).resolve().parents[1] / "static"
COLOURS = 96  # a palette: a third of the bytes, and no eye sees it
SHEET = f"""<style>
body {{ margin: 0; background: #f6f1e6; height: {HEIGHT}px; display: grid; place-items: center }}
body::after {{ content: ""; position: fixed; inset: auto 0 0 0; height: 14px; background: #0e5a63 }}
svg {{ width: {WIDTH - 80}px; height: {HEIGHT - 62}px; margin-bottom: 14px }}
</style>"""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for drawing in sorted((STATIC / "illustrations").glob("*.svg")):
            save(drawing, taken(page, drawing))
        browser.close()


def taken(page: Page, drawing: Path) -> bytes:
    page.set_content(SHEET + drawing.read_text(encoding="utf-8"))
    return page.screenshot()


def save(drawing: Path, png: bytes) -> None:
    facts = PngInfo()
    facts.add_text(MADE_OF, digest_of(drawing))
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(STATIC / "shared" / f"{drawing.stem}.png", optimize=True, pnginfo=facts)


if __name__ == "__main__":
    main()
