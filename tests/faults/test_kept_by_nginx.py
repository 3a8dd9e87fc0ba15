"""What a real nginx with deploy/nginx.conf keeps of the site's pages, and what it never keeps."""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from socket import create_connection
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

import brotli
import pytest

from tests.behind_nginx import needs_nginx, site_behind_nginx, trusting
from tests.faults.senders import (
    HIDDEN,
    LETTER,
    PATIENCE_WITH_FORMS,
    Sender,
    pairs,
    part,
)
from tests.makers import referral_post
from tests.running_site import ROOT, RunningSite

pytestmark = pytest.mark.faults
PAGE, WITHDRAWN = "/treatments/minimally-invasive-fusion/", "/treatments/compare/"
THREADS = 12  # of one web process (gunicorn_config)
MEGABYTE = 1024 * 1024
NEW_TITLE = "A title that was published a moment ago"
PUBLISH = f"""
from conditions.models import Page
from conditions.publishing import verbs
from tests.makers import make_user
page = Page.objects.get(slug="minimally-invasive-fusion")
page.title = "{NEW_TITLE}"
page.save()
verbs.publish_starter(page=page)
verbs.withdraw(page=Page.objects.get(slug="compare"), by=make_user(is_superuser=True))
print("published", flush=True)
"""


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningSite, str]]:
    """The site with one worker behind nginx, and its public address."""
    needs_nginx()
    with site_behind_nginx(tmp_path_factory.mktemp("kept"), WEB_CONCURRENCY="1") as found:
        yield found


def get(url: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60, context=trusting()) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


def kept(site: RunningSite) -> set[str]:
    """The keys of what lies in nginx's folder, as addresses with the form they are packed in."""
    files = [path for path in (site.folder / "nginx/kept").rglob("*") if path.is_file()]
    keys = [re.search(rb"\nKEY: https127\.0\.0\.1([^\n]*)", path.read_bytes()) for path in files]
    return {key[1].decode() for key in keys if key}


def reached(site: RunningSite, path: str) -> int:
    """How often a request for a path came through to the site itself."""
    return site.log_path.read_text().count(f'"path": "{path}"') + site.log_path.read_text().count(
        f'"path":"{path}"'
    )


def allowed_age(headers: HTTPMessage) -> int:
    """Seconds after which nobody may get an older page any more: nginx counts whole ones."""
    found = re.search(r"s-maxage=(\d+)", headers["Cache-Control"])
    assert found, headers["Cache-Control"]
    return int(found[1]) + 1


def referring(url: str) -> Sender:
    """A browser in a practice, with our cookie and its own address."""
    sender = Sender(url, 1)
    sender.opener = build_opener(HTTPCookieProcessor(), HTTPSHandler(context=trusting()))
    sender.opener.addheaders = [("Origin", url)]
    return sender


def test_pages_come_from_nginx_and_reach_the_site_once(front):
    site, url = front
    get(url + PAGE)
    before, answers = reached(site, PAGE), []
    begun = time.monotonic()
    for _ in range(100):
        answers.append(get(url + PAGE))
    age = allowed_age(answers[0][1])
    assert {body for _, _, body in answers} == {answers[0][2]}
    assert reached(site, PAGE) - before <= 1 + (time.monotonic() - begun) / age
    assert f"{PAGE}|" in kept(site)


def test_each_form_in_which_a_page_is_packed_is_kept_by_itself(front):
    _, url = front
    plain = get(url + PAGE)
    for asked, told in [("gzip, deflate, br, zstd", "br"), ("gzip;q=1, br;q=0", "gzip")] * 2:
        _, headers, body = get(url + PAGE, Accept_Encoding=asked)
        assert headers["Content-Encoding"] == told
        assert headers["Vary"] == "Accept-Encoding"
        assert len(body) < len(plain[2])
    _, _, packed = get(url + PAGE, Accept_Encoding="br")
    assert b"</html>" in brotli.decompress(packed)
    assert get(url + PAGE)[1]["Content-Encoding"] is None


def test_a_page_that_a_browser_has_is_not_sent_again(front):
    _, url = front
    etag = get(url + PAGE)[1]["ETag"]
    assert get(url + PAGE, If_None_Match=etag)[0] == 304
    assert get(url + PAGE, If_None_Match='"another"')[0] == 200


def test_static_files_come_from_nginx(front):
    site, url = front
    _, _, html = get(url)
    path = re.search(rb'="(/static/[^"]+)"', html)[1].decode()
    assert [get(url + path)[0] for _ in range(3)] == [200] * 3
    assert reached(site, path) == 1


def test_forms_receipts_searches_and_staff_pages_are_never_kept(front):
    site, url = front
    sender = referring(url)
    form = sender.referral()
    time.sleep(PATIENCE_WITH_FORMS)
    reference = sender.send(form)
    for path in ("/contact/", "/refer/", "/search/?q=pain", "/admin/", "/healthz"):
        get(url + path)
    get(f"{url}{PAGE}?option=one")
    get(f"{url}/recovery/", Cookie="sessionid=one")
    get(f"{url}/my-questions/", Authorization="Bearer one")
    others = {key for key in kept(site) if not key.startswith(("/static/", "/|", f"{PAGE}|"))}
    assert others == set()
    files = [path for path in (site.folder / "nginx/kept").rglob("*") if path.is_file()]
    assert files
    assert not any(reference.encode() in path.read_bytes() for path in files)


def test_senders_that_stop_half_way_hold_no_thread_of_the_site(front):
    site, url = front
    host, port = "127.0.0.1", int(url.rpartition(":")[2])
    head = b"POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\nname="
    lines: list[ssl.SSLSocket] = []
    for _ in range(2 * THREADS):
        lines.append(trusting().wrap_socket(create_connection((host, port), timeout=30)))
        lines[-1].sendall(head)
    try:
        before = len(site.log_path.read_text())
        assert get(f"{url}/contact/")[0] == 200
        assert '"method":"POST"' not in site.log_path.read_text()[before:].replace(": ", ":")
    finally:
        for line in lines:
            line.close()


def letters(url: str, sizes: list[int]) -> tuple[int, str]:
    """What a practice reads that attaches letters of so many bytes."""
    sender = referring(url)
    hidden = dict(HIDDEN.findall(sender.open("/refer/")))
    fields = {**referral_post(email="gp1@practice.example"), **hidden}
    time.sleep(PATIENCE_WITH_FORMS)
    boundary = "kept-apart"
    parts = [part(boundary, name, str(value).encode()) for name, value in pairs(fields)]
    for number, size in enumerate(sizes):
        letter = LETTER + f"% {number} ".encode() + b"x" * size + b"\n%%EOF\n"
        parts.append(part(boundary, "letter", letter, filename=f"letter-{number}.pdf"))
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    request = urllib.request.Request(f"{url}/refer/", body)  # noqa: S310
    request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
    try:
        with sender.opener.open(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_letters_of_25_megabytes_are_taken_and_more_are_answered_with_what_was_typed(front):
    _, url = front
    status, page = letters(url, [8 * MEGABYTE, 8 * MEGABYTE, 8 * MEGABYTE])
    assert (status, 'class="reference"' in page) == (200, True)
    status, page = letters(url, [9 * MEGABYTE] * 5)
    assert 'class="reference"' not in page
    assert "gp1@practice.example" in page
    status, page = letters(url, [9 * MEGABYTE] * 8)
    assert (status, "That was too large to send" in page) == (413, True)


def test_what_is_published_and_withdrawn_is_seen_as_soon_as_the_site_allows(front):
    site, url = front
    age = allowed_age(get(url + PAGE)[1])
    assert get(url + WITHDRAWN)[0] == 200
    command = [sys.executable, "manage.py", "shell", "-c", PUBLISH]
    with subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert any(line == "published\n" for line in process.stdout)
        time.sleep(age)  # nobody asks meanwhile: who comes next is the first
        assert NEW_TITLE in get(url + PAGE)[2].decode()
        assert get(url + WITHDRAWN)[0] == 410


def test_a_site_that_hangs_does_not_keep_readers_waiting_for_long(front):
    site, url = front
    before = get(url + PAGE)[2]
    time.sleep(allowed_age(get(url + PAGE)[1]))
    os.killpg(site.processes["web"].pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        assert get(url + PAGE)[2] == before
        assert time.monotonic() - begun < 40  # nginx waits for 20 seconds
    finally:
        os.killpg(site.processes["web"].pid, signal.SIGCONT)


def test_pages_are_read_while_the_site_is_dead_and_forms_say_so(front):
    """Last: it leaves the site stopped."""
    site, url = front
    before = get(url + PAGE)[2]
    get(url + WITHDRAWN)
    site.kill("web")
    time.sleep(allowed_age(get(url + PAGE)[1]))
    assert get(url + PAGE)[2] == before
    assert get(url + WITHDRAWN)[0] == 410  # not the page that was kept before it was withdrawn
    status, _, body = get(f"{url}/contact/")
    assert (status, b"The site is not answering just now" in body) == (502, True)
