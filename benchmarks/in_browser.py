"""Largest paint on a throttled telephone, against a bare page with the same words.

Slow 4G (150 ms, 1.6 Mbit/s), processor slowed four times, Chromium, empty cache, rounds
interleaved. Needs Chromium; says so and ends where there is none.
"""

import gzip
import re
import statistics
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.measuring import CHROMIUM, measure
from tests.running_site import Mailbox, RunningSite

ROUNDS = 7
PATHS = ["/", "/treatments/minimally-invasive-fusion/", "/treatments/compare/"]


def main() -> None:
    if CHROMIUM is None:
        print("In the browser: not measured, Chromium is not installed.")
        return
    mailbox = Mailbox()
    mailbox.open()
    site = RunningSite(Path(tempfile.mkdtemp(prefix="clinic-bench-")), mailbox)
    try:
        site.prepare()
        site.start("web")
        site.wait_until_up()
        bare = [write_bare_page(site, path, number) for number, path in enumerate(PATHS)]
        site.processes["web"].terminate()
        site.processes["web"].wait()
        site.start("web")  # static files are listed at start
        site.wait_until_up()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for path, bare_path in zip(PATHS, bare, strict=True):
                report(browser, site.url, path, bare_path)
    finally:
        site.stop()
        mailbox.close()


def write_bare_page(site: RunningSite, path: str, number: int) -> str:
    """The words of a page without style or pictures, served by the same web server."""
    with urllib.request.urlopen(site.url + path, timeout=10) as answer:  # noqa: S310
        html = answer.read().decode()
    words = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    body = words.partition("<body>")[2].partition("</body>")[0]
    body = re.sub(r"<(?!/?(?:h[1-6]|p|ul|ol|li|dl|dt|dd|table|tr|td|th)\b)[^>]*>", "", body)
    body = re.sub(r"<(/?\w+)[^>]*>", r"<\1>", body)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title>'
        '<meta name="viewport" content="width=device-width"></head><body>'
        f"{body}</body></html>"
    ).encode()
    folder = site.folder / "var" / "static"
    (folder / f"bare-{number}.html").write_bytes(page)
    (folder / f"bare-{number}.html.gz").write_bytes(gzip.compress(page))
    return f"/static/bare-{number}.html"


def report(browser: Browser, url: str, path: str, bare_path: str) -> None:
    whole = measure(browser, url + path)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(measure(browser, url + path, throttled=True).paint_ms)
        bare.append(measure(browser, url + bare_path, throttled=True).paint_ms)
    ratios = sorted(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    print(
        f"{path:42} HTML+CSS+JS {whole.reading_bytes / 1024:5.1f} KB in"
        f" {whole.reading_requests} requests, with figures {whole.all_bytes / 1024:5.1f} KB,"
        f" shift {whole.shift:.3f}\n"
        f"{'':42} largest paint {statistics.median(ours):5.0f} ms, bare"
        f" {statistics.median(bare):5.0f} ms, ratio {ratios[0]:.2f} / "
        f"{statistics.median(ratios):.2f} / {ratios[-1]:.2f}"
    )


if __name__ == "__main__":
    main()
