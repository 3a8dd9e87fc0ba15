"""Strangers post files that are made to cost time, and people go on reading pages."""

import threading
import time
import urllib.error
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.faults.senders import HIDDEN, Sender
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
POSTS = 20
LONGEST_PAGE = 1.0  # seconds
LONGEST_ONCE = 5.0
BOUNDARY = "sample-boundary"


def zipped(fields: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", b'<w:document xmlns:w="w">' + fields + b"</w:document>"
        )
    return file.getvalue()


HOSTILE = {
    "140 KB of one word": b"%PDF-1.7\n" + b"stream\n" * 20_000,
    "60 MB of fields in a small zip": zipped(b"<w:instrText>a</w:instrText>" * 2_000_000),
}


def new_key(site: RunningSite) -> bytes:
    html = urllib.request.urlopen(f"{site.url}/refer/", timeout=60).read().decode()  # noqa: S310
    return dict(HIDDEN.findall(html))["form_key"].encode()


def post(site: RunningSite, number: int, letter: bytes, answers: list[int], key: bytes) -> None:
    """A referral that a script sends as a browser would, with a key that it fetched before; each
    from an address of its own."""
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = [b'"form_key"\r\n\r\n' + key, b'"letter"; filename="a.pdf"\r\n\r\n' + letter]
    body = b"".join(head.encode() + part + b"\r\n" for part in parts)
    body += f"--{BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Origin": site.url,
        "X-Forwarded-For": Sender(site.url, number).address,
    }
    request = urllib.request.Request(f"{site.url}/refer/", body, headers)  # noqa: S310
    try:
        answers.append(urllib.request.urlopen(request, timeout=60).status)  # noqa: S310
    except urllib.error.HTTPError as error:
        answers.append(error.code)


def settle(site: RunningSite) -> float:
    """Until every process has started: a start takes the processor for itself. Seconds that a
    page takes then, which is more where the machine has other work."""
    deadline = time.monotonic() + 30
    quick = 0
    while quick < 20 and time.monotonic() < deadline:
        begun = time.monotonic()
        urllib.request.urlopen(f"{site.url}/", timeout=30).read()  # noqa: S310
        taken = time.monotonic() - begun
        quick = quick + 1 if taken < 0.2 else 0
        time.sleep(0.1)
    return taken


def times_of_pages(site: RunningSite, posts: list[threading.Thread]) -> list[float]:
    times = []
    while any(thread.is_alive() for thread in posts) or len(times) < 10:
        started = time.monotonic()
        urllib.request.urlopen(f"{site.url}/", timeout=30).read()  # noqa: S310
        times.append(time.monotonic() - started)
        time.sleep(0.05)
    return times


@pytest.mark.parametrize("kind", HOSTILE)
def test_pages_are_read_while_twenty_hostile_files_come_in(site: RunningSite, kind, report):
    answers: list[int] = []
    keys = [new_key(site) for _ in range(POSTS)]
    posts = [
        threading.Thread(target=post, args=[site, n, HOSTILE[kind], answers, key])
        for n, key in enumerate(keys)
    ]
    before = settle(site)
    started = time.monotonic()
    for thread in posts:
        thread.start()
    times = times_of_pages(site, posts)
    stored = site.rows("SELECT state, count(*) FROM referrals_attachment GROUP BY state")
    print(kind, f"{time.monotonic() - started:.1f} s", sorted(answers), stored, f"{max(times):.2f}")
    limit = max(LONGEST_PAGE, min(LONGEST_ONCE, 10 * before))
    assert sum(taken > limit for taken in times) <= len(times) // 5  # other work may disturb some
    assert max(times) < LONGEST_ONCE
    assert set(answers) <= {422, 503}  # the form again with what was typed, or “wait a minute”
    assert len(answers) == POSTS
    report(f"{POSTS} posts, {kind}", stored=sum(int(str(count)) for _, count in stored))


def test_a_late_file_is_inspected_by_the_mail_process(site: RunningSite, tmp_path: Path):
    post(site, 1, HOSTILE["60 MB of fields in a small zip"], [], new_key(site))
    deadline = time.monotonic() + 60
    states: set[object] = {"waiting"}
    while states & {"waiting"} and time.monotonic() < deadline:
        states = {state for (state,) in site.rows("SELECT state FROM referrals_attachment")}
        time.sleep(0.5)
    assert states <= {"clean", "quarantined"}  # a quick machine reads it to its end
    assert states
