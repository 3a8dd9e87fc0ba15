"""Another site, in a real browser, sends our forms in the visitor's name. Nothing of it arrives.

The other site stands on another host, and on the same host behind another port.
"""

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.makers import message_post, referral_post
from tests.running_site import RunningSite

THEIRS = "02 5550 9999"
FRAME = (
    '<iframe sandbox="allow-forms allow-scripts allow-top-navigation" srcdoc="{}"></iframe>'
    "<p>The other site.</p><style>iframe {{ height: 20rem }}</style>"
)
FETCH = """<script>
  const body = new FormData(document.forms[0]);
  body.append("letter", new Blob(["%PDF-1.4 a letter"]), "letter.pdf");
  fetch(document.forms[0].action, {method: "POST", mode: "no-cors", credentials: "include", body})
    .finally(() => { document.title = "fetched"; });
</script>"""


class OtherSite(ThreadingHTTPServer):
    """Answers every address with one page."""

    page = ""

    class Answer(BaseHTTPRequestHandler):
        server: "OtherSite"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>other</title>{self.server.page}".encode())

        def log_message(self, *_: object) -> None:
            pass


@pytest.fixture
def other() -> Iterator[OtherSite]:
    server = OtherSite(("127.0.0.1", 0), OtherSite.Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def filled(site: RunningSite, url: str, *, target: str = "_self") -> str:
    """The stranger's form, with a key that he fetched from our page himself."""
    post = message_post if url == "/contact/" else referral_post
    fields = {**post(phone=THEIRS), "mine": "1"}
    pairs = [(n, v) for n, vs in fields.items() for v in (vs if isinstance(vs, list) else [vs])]
    inputs = "".join(f'<input type="hidden" name="{n}" value="{escape(str(v))}">' for n, v in pairs)
    return (
        f'<form method="post" action="{site.url}{url}" target="{target}" '
        f'enctype="multipart/form-data">{inputs}<button>Win a prize</button></form>'
    )


def stored(site: RunningSite) -> list[object]:
    tables = ["referrals_attachment", "referrals_enquiry"]
    return [site.rows(f"SELECT count(*) FROM {table}") for table in tables]


@pytest.mark.parametrize(
    ("host", "url", "way"),
    [
        ("localhost", "/contact/", "plain"),
        ("127.0.0.1", "/contact/", "plain"),
        ("localhost", "/contact/", "hidden referrer"),
        ("127.0.0.1", "/refer/", "hidden referrer"),
        ("localhost", "/contact/", "sandboxed"),
        ("localhost", "/refer/", "sandboxed"),
        ("127.0.0.1", "/refer/", "sandboxed"),
    ],
)
def test_a_form_of_another_site_shows_nothing_of_it(
    page: Page, site: RunningSite, other: OtherSite, host, url, way
):
    page.goto(f"{site.url}{url}")  # so that she has our cookie
    before = stored(site)
    form = filled(site, url, target="_top" if way == "sandboxed" else "_self")
    other.page = {
        "sandboxed": FRAME.format(escape(form)),
        "hidden referrer": f'<meta name="referrer" content="no-referrer">{form}',
    }.get(way, form)
    page.goto(f"http://{host}:{other.server_port}/")
    frame = page.frame_locator("iframe") if way == "sandboxed" else page
    frame.get_by_role("button", name="Win a prize").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please send the form once more")
    assert THEIRS not in page.content()
    assert stored(site) == before


def test_a_script_of_another_site_leaves_no_file_here(
    page: Page, site: RunningSite, other: OtherSite
):
    page.goto(f"{site.url}/refer/")
    before = stored(site)
    other.page = filled(site, "/refer/") + FETCH
    page.goto(f"http://localhost:{other.server_port}/")
    page.wait_for_function("document.title === 'fetched'")
    assert stored(site) == before


def test_an_expired_page_of_ours_is_sent_by_one_press(page: Page, site: RunningSite):
    page.goto(f"{site.url}/contact/")
    page.get_by_label("Your name").fill("Alex Samplewriter")
    page.get_by_label("Telephone").fill("02 5550 0123")
    page.get_by_label("Fees").check()
    page.get_by_label("Your message").fill("What does a first visit cost?")
    page.context.clear_cookies()
    page.wait_for_timeout(3100)  # a person is never faster
    page.get_by_role("button", name="Send your message").click()
    expect(page.locator(".reference")).to_be_visible()
