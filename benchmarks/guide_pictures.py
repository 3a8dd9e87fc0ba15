"""The pictures of the staff guide, from a demonstration, into static/guide/.

`make guide-pictures`. A picture is a row of `PICTURES`: who looks, where, and which part of the
page. Each role signs in once; what must be so before a picture is taken stands in `ARRANGED`.
"""

import base64
import hmac
import io
import re
import tempfile
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from clinic_site.running.demo import PASSWORD, PHONE_SECRET
from tests.measuring import CHROMIUM
from tests.running_site import ROOT, Mailbox, RunningSite

FOLDER = ROOT / "static" / "guide"
SHARPNESS = 2  # pixels of a picture for one of the page
WIDEST = 1472  # pixels: the column of the guide, twice
MARGIN = 12  # pixels of the page around what is shown
QUALITY = 55
PATIENCE = 120_000  # milliseconds: a busy machine draws slowly
NEW_PASSWORD = "plum kettle orbit sand"  # noqa: S105 - of an invented colleague
ARRANGED = """
from conditions.models import GlossaryTerm, Page
page = Page.objects.get(section="guides", slug="fees")
page.lead += " We send you the fee before your first visit."
page.save()
term = GlossaryTerm.objects.get(term__iexact="sacrum")
term.definition = term.definition.rstrip(".") + ". You feel it below your lower back."
term.save()
"""
STUCK = """
from referrals.models import Notification
mail = Notification.objects.filter(kind="new_enquiry").latest("pk")
Notification.objects.filter(pk=mail.pk).update(state="dead", sent_at=None)
"""


class Picture(NamedTuple):
    """`part` is a selector; `before` brings the page there; `height` cuts what is longer;
    `margin` is how much around the part is shown."""

    name: str
    who: str
    path: str
    part: str
    before: Callable[[Page], None] | None = None
    height: int = 900
    margin: int = MARGIN


def open_first_read(page: Page) -> None:
    """The oldest referral that was read and not decided."""
    row = page.locator("#result_list tbody tr", has_text="Born").filter(has_text="Decide")
    row.first.locator("th a").click()
    page.wait_for_selector("#next")


def open_filing(page: Page) -> None:
    open_first_read(page)
    page.set_viewport_size({"width": 1280, "height": 1600})  # what stays in reach scrolls by itself
    page.locator(f"{TO_READ} summary", has_text=re.compile(r"^\s*File")).first.click()


def choose_fees(page: Page) -> None:
    page.locator("#result_list tbody th a", has_text=re.compile("fee", re.IGNORECASE)).first.click()
    page.wait_for_url("**/change/")
    page.goto(page.url.replace("/change/", "/preview/"))


INBOX, TO_READ = "/admin/referrals/enquiry/", ".enquiry-decide"
FILING = ".enquiry-decide details[open]:not(.enquiry-further)"
PICTURES = [
    Picture("front-page", "receptionist", "/admin/", ".staff-panels", height=640),
    Picture("inbox", "receptionist", INBOX, "#content", height=760),
    Picture("next-steps", "receptionist", INBOX, TO_READ, open_first_read),
    Picture("file-it", "receptionist", INBOX, FILING, open_filing, margin=6),  # between buttons
    Picture("your-sign-in", "receptionist", "/admin/account/", "#content", height=860),
    Picture("preview", "publisher", "/admin/conditions/page/", "#content", choose_fees, 360),
    Picture(
        "publish-again",
        "publisher",
        "/admin/conditions/page/publish-again/",
        "#content",
        height=620,
    ),
]


def main() -> None:
    site = RunningSite(
        Path(tempfile.mkdtemp(prefix="clinic-guide-")), Mailbox(), DEMO="1", EMAIL_URL=""
    )
    FOLDER.mkdir(exist_ok=True)
    try:
        site.prepare()
        site.manage("make_demo")
        site.manage("shell", "-c", ARRANGED)
        site.start("web")
        site.start("mail")
        site.wait_until_up()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take_all(browser, site)
    finally:
        site.stop()


def take_all(browser: Browser, site: RunningSite) -> None:
    take_mail(browser, site)
    take_first_day(browser, site)
    for who in dict.fromkeys(picture.who for picture in PICTURES):
        page = signed_in(browser, site, who)
        for picture in (one for one in PICTURES if one.who == who):
            page.goto(f"{site.url}{picture.path}")
            if picture.before:
                picture.before(page)
            keep(page, picture.name, picture.part, picture.height, picture.margin)
        if who == "receptionist":
            site.manage("shell", "-c", STUCK)
            page.goto(f"{site.url}/admin/")
            keep(page, "mail-banner", ".mail-banner")


def new_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        device_scale_factor=SHARPNESS,
        color_scheme="light",
        locale="en-AU",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def type_password(page: Page, site: RunningSite, who: str, password: str) -> None:
    page.goto(f"{site.url}/admin/account/login/")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def signed_in(browser: Browser, site: RunningSite, who: str) -> Page:
    page = new_page(browser)
    type_password(page, site, who, PASSWORD)
    if who == "receptionist":
        keep(page, "type-your-code", "#content")
    page.locator("input[name=code]").fill(code_for(PHONE_SECRET))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")
    return page


def take_first_day(browser: Browser, site: RunningSite) -> None:
    """A colleague who has a password and nothing else."""
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = NEW_PASSWORD
    site.manage("createsuperuser", "--noinput", "--username=alex", "--email=alex@rooms.example")
    page = new_page(browser)
    type_password(page, site, "alex", NEW_PASSWORD)
    page.goto(f"{site.url}/admin/account/2fa/totp/activate/")
    keep(page, "connect-phone", "#content")
    secret = page.locator("#authenticator-secret").inner_text()
    page.locator("input[name=code]").fill(code_for(secret))
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_selector(".recovery-codes")
    keep(page, "recovery-codes", "#content")


def take_mail(browser: Browser, site: RunningSite) -> None:
    """The mail to the rooms about the newest referral, as a mail program shows it."""
    folder = Path(site.environment["VAR_DIR"]) / "mail"
    for path in sorted(folder.rglob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        html = mail.get_body(("html",))
        if html and "New referral" in str(mail["Subject"]) and "urgent" in str(mail["Subject"]):
            page = new_page(browser)
            page.set_viewport_size({"width": 720, "height": 700})
            page.set_content(html.get_content())
            keep(page, "mail", "body")
            return
    raise LookupError(f"no mail about an urgent referral in {folder}")


def code_for(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238), without Django, which this does not load."""
    step = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), step, "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def keep(page: Page, name: str, part: str, height: int = 900, margin: int = MARGIN) -> None:
    box = page.locator(part).first.bounding_box()
    if box is None:
        raise LookupError(f"{name}: nothing is drawn at {part}")
    left, top = max(0, box["x"] - margin), max(0, box["y"] - margin)
    clip = {
        "x": left,
        "y": top,
        "width": box["width"] + 2 * margin,
        "height": min(box["height"] + 2 * margin, height),
    }
    shot = page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    if picture.width > WIDEST:
        size = (WIDEST, round(picture.height * WIDEST / picture.width))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
