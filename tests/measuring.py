"""What a page weighs and how soon it is painted, as Chromium counts it."""

import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, Page

# The first is the second without windows, and a fifth quicker.
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser"]
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
PHONE = {"width": 412, "height": 823}
SLOW_4G = {
    "offline": False,
    "latency": 150,  # milliseconds
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,  # bytes a second
    "uploadThroughput": 750 * 1024 / 8,
}
CPU_SLOWDOWN = 4
READING_TYPES = {"Document", "Stylesheet"}
HELPING_TYPES = {"Script"}  # come after the words and are not needed to read them
WATCH = """
    window.painted = 0; window.shifted = 0;
    new PerformanceObserver(list => { window.painted = list.getEntries().at(-1).startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver(list => list.getEntries().forEach(e => { window.shifted += e.value; }))
        .observe({ type: "layout-shift", buffered: true });
"""
SCROLL_THROUGH = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 300) {
        window.scrollTo(0, y);
        await new Promise(done => setTimeout(done, 60));
    }
    // what is folded away is fetched when somebody opens it
    const shown = [...document.images].filter(image => image.checkVisibility());
    const late = shown.filter(image => !image.complete);
    await Promise.all(late.map(image => new Promise(done => { image.onload = done; })));
}"""


@dataclass
class Measured:
    """Compressed bytes by kind of request, milliseconds to the largest paint, layout shift."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    requests_of: dict[str, int] = field(default_factory=dict)
    paint_ms: float = 0.0
    shift: float = 0.0

    @property
    def reading_bytes(self) -> int:
        return sum(self.bytes_of.get(kind, 0) for kind in READING_TYPES)

    @property
    def helping_bytes(self) -> int:
        return sum(self.bytes_of.get(kind, 0) for kind in HELPING_TYPES)

    @property
    def reading_requests(self) -> int:
        return sum(self.requests_of.get(kind, 0) for kind in READING_TYPES | HELPING_TYPES)

    @property
    def all_bytes(self) -> int:
        return sum(self.bytes_of.values())


def measure(browser: Browser, url: str, *, throttled: bool = False) -> Measured:
    """Open `url` on a telephone with an empty cache and scroll to its end."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    measured = Measured()
    count_requests(session, measured)
    if throttled:
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    try:
        page.goto(url, wait_until="load")
        settle(page)
        measured.paint_ms = page.evaluate("window.painted")
        if not throttled:
            page.evaluate(SCROLL_THROUGH)
            settle(page)
        measured.shift = page.evaluate("window.shifted")
    finally:
        context.close()
    return measured


def settle(page: Page) -> None:
    """The largest paint is reported a frame or two after the load."""
    page.evaluate("() => new Promise(done => setTimeout(done, 300))")


def count_requests(session: CDPSession, measured: Measured) -> None:
    kinds: dict[str, str] = {}

    def on_response(event: dict) -> None:
        kinds[event["requestId"]] = event["type"]

    def on_finished(event: dict) -> None:
        kind = kinds.get(event["requestId"], "Other")
        size = round(event["encodedDataLength"])
        measured.bytes_of[kind] = measured.bytes_of.get(kind, 0) + size
        measured.requests_of[kind] = measured.requests_of.get(kind, 0) + 1

    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    session.send("Network.enable")
