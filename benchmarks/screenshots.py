"""Pictures of ten page types at both widths, light and dark, into docs/screenshots/.

`python -m benchmarks.screenshots`. Small on purpose: the first screen and a little more, WebP. Only
the picture that opens the README is large, as it is looked at by itself.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.measuring import CHROMIUM
from tests.running_site import ROOT, Mailbox, RunningSite

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {1280: 1500, 320: 1400}  # width to height, in pixels of the page
SHOWN = {1280: 640, 320: 320}  # width of the picture
FIRST, FIRST_SIZE, SHARPNESS = "first-page", (1200, 836), 1.5  # in pixels of the page
PAGES = {
    "home": "/",
    "condition": "/conditions/sacroiliac-joint-dysfunction/",
    "treatment": "/treatments/minimally-invasive-fusion/",
    "comparison": "/treatments/compare/",
    "guide": "/guides/recovery-after-fusion/",
    "planner": "/recovery/?surgery_date=2027-01-31",
    "questions": "/my-questions/",
    "search": "/search/?q=crutches",
    "referral": "/refer/",
    "not-found": "/nothing-here/",
}


def main() -> None:
    mailbox = Mailbox()
    site = RunningSite(Path(tempfile.mkdtemp(prefix="clinic-pictures-")), mailbox)
    try:
        site.prepare()
        site.start("web")
        site.wait_until_up()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take_first(browser, site.url)
            for name, path in PAGES.items():
                for width in SIZES:
                    for scheme in ("light", "dark"):
                        take(browser, f"{site.url}{path}", name, width, scheme)
    finally:
        site.stop()


def take_first(browser: Browser, url: str) -> None:
    width, height = FIRST_SIZE
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=SHARPNESS
    )
    page.goto(url)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    picture.save(FOLDER / f"{FIRST}.webp", quality=75, method=6)


def take(browser: Browser, url: str, name: str, width: int, scheme: str) -> None:
    height = SIZES[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(url)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    shown = SHOWN[width]
    small = picture.resize((shown, round(height * shown / width)), Image.Resampling.LANCZOS)
    small.save(FOLDER / f"{name}-{width}-{scheme}.webp", quality=60, method=6)


if __name__ == "__main__":
    main()
