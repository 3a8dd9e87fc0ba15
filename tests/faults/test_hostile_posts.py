"""Strange files posted at once, while others read pages; and what memory each process took."""

import statistics
import threading
import time
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.conftest import SHORT
from tests.faults.senders import PATIENCE_WITH_FORMS, Sender
from tests.running_site import RunningSite

pytestmark = pytest.mark.faults
POSTS = 20
SLOWEST_PAGE = 1.0  # seconds
MOST_MEMORY = 300  # MB, of one process


def slow_to_scan() -> bytes:
    """140 KB that cost ten seconds where an expression looked for pairs."""
    return b"%PDF-1.4\n" + b"stream\n" * 20_000 + b"%%EOF\n"


def blank_scan(*, pages: int, side: int) -> bytes:
    """A few kilobytes that are gigabytes when every page is unpacked at once."""
    target = BytesIO()
    page = Image.new("1", (side, side), 1)
    page.save(
        target, "TIFF", save_all=True, append_images=[page] * (pages - 1), compression="group4"
    )
    return target.getvalue()


def post(sender: Sender, file: tuple[str, bytes], codes: list[int]) -> None:
    form = sender.referral(file=file)
    time.sleep(PATIENCE_WITH_FORMS)
    try:
        sender.open(form.path, form)
        codes.append(200)
    except urllib.error.HTTPError as refused:
        codes.append(refused.code)
    except OSError:
        codes.append(0)  # never answered


def at_once(site: RunningSite, file: tuple[str, bytes], count: int) -> tuple[list[int], list]:
    codes: list[int] = []
    threads = [
        threading.Thread(target=post, args=(Sender(site.url, number), file, codes))
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    return codes, threads


def read_pages(site: RunningSite, threads: list) -> list[float]:
    """Seconds for the first page, asked again and again while the posts run."""
    took = []
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        urllib.request.urlopen(f"{site.url}/", timeout=30).close()  # noqa: S310
        took.append(time.monotonic() - begun)
        time.sleep(0.05)
    return took


def memory_of(pid: int) -> int:
    """The most this process ever had in memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def processes(site: RunningSite) -> dict[str, list[int]]:
    """The ids of web and mail, with gunicorn's workers."""
    found = {}
    for name, process in site.processes.items():
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        found[name] = [process.pid, *map(int, children)]
    return found


def test_pages_are_read_while_strange_files_come_in(site: RunningSite, report):
    codes, threads = at_once(site, ("letter.pdf", slow_to_scan()), POSTS)
    took = read_pages(site, threads)
    print(f"pages: {len(took)}, median {statistics.median(took):.3f} s, slowest {max(took):.3f} s")
    report(f"{POSTS} strange files at once", acknowledged=codes.count(200))
    assert len(codes) == POSTS
    assert 0 not in codes
    assert max(took) < SLOWEST_PAGE


def test_no_process_takes_much_memory_for_a_scan(site: RunningSite, report):
    scan = blank_scan(pages=10 if SHORT else 30, side=6000)
    codes, threads = at_once(site, ("scan.tif", scan), 3)
    for thread in threads:
        thread.join()
    took = {name: max(map(memory_of, pids)) for name, pids in processes(site).items()}
    print("most memory (MB):", took)
    assert len(codes) == 3
    assert max(took.values()) < MOST_MEMORY
