"""The store of files goes away while letters come in: what was told to be received lies in it, and
a second machine reads every letter, byte for byte."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error

import pytest

from tests.faults.senders import LETTER, Crowd, Sender, references, wait_until_delivered
from tests.object_store import ObjectStore, require_object_store
from tests.running_site import ROOT, RunningSite

pytestmark = pytest.mark.faults
NUMBERS = range(1, 61, 2)  # the thirty of a crowd of sixty that bring a letter
AWAY = 6.0  # seconds
ASKS = """
import hashlib, json
from referrals.files import storage
from referrals.models import Attachment
rows = Attachment.objects.filter(enquiry__isnull=False)
read = {str(a.pk): [a.sha256, hashlib.sha256(storage.read(name=a.pk)).hexdigest()] for a in rows}
print("READ", json.dumps(read))
"""


@pytest.fixture
def object_store(tmp_path_factory):
    """Beside the site's own folder, which later sites are copies of."""
    require_object_store()
    store = ObjectStore(tmp_path_factory.mktemp("swift"))
    try:
        store.start()
        store.make_bucket()
        yield store
    finally:
        store.stop()


def settings_of(object_store):
    """With where its library lies, which may be apart."""
    return {**object_store.settings, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}


@pytest.fixture
def site(object_store, tmp_path, mailbox):
    told = settings_of(object_store)
    site = RunningSite(tmp_path, mailbox, TRUSTED_PROXIES="127.0.0.1", **told)
    site.prepare()
    site.start("web")
    site.start("mail")
    site.wait_until_up()
    yield site
    site.stop()


def digest_of_letter(number):
    """Of what a crowd's sender with this number attaches."""
    letter = LETTER + f"% {number}\n".encode() * 200 + b"%%EOF\n"
    return hashlib.sha256(letter).hexdigest()


def read_elsewhere(site, folder):
    """What another machine reads: a process with a folder of its own, the keys and the store."""
    lines = (site.folder / "var/secrets.env").read_text().splitlines()
    keys = dict(line.split("=", 1) for line in lines if "=" in line)
    elsewhere = {**site.environment, **keys, "VAR_DIR": str(folder), "CLINIC_ENV_FILE": ""}
    asked = [sys.executable, "manage.py", "shell", "-c", ASKS]
    done = subprocess.run(asked, cwd=ROOT, env=elsewhere, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.partition("READ ")[2])


def test_what_was_acknowledged_is_in_the_store_though_it_was_away(
    site, object_store, tmp_path, report
):
    crowd, seen = Crowd(site), {}

    def go_away():
        while len(crowd.acknowledged) < 5:
            time.sleep(0.05)
        object_store.stop()
        before = len(crowd.acknowledged)
        time.sleep(AWAY)
        seen["meanwhile"] = len(crowd.acknowledged) - before
        object_store.start()

    going = threading.Thread(target=go_away)
    going.start()
    acknowledged = crowd.send(NUMBERS, letters=True, seconds=6)
    going.join()
    wait_until_delivered(site)
    stored = references(site)
    read = read_elsewhere(site, tmp_path / "second")
    report("object store away", acknowledged=len(acknowledged), stored=len(stored))
    assert len(set(acknowledged)) == len(NUMBERS)
    assert set(acknowledged) == stored
    assert seen["meanwhile"] <= 12  # whose letters were in the store already
    assert all(kept == came for kept, came in read.values())
    assert sorted(came for _, came in read.values()) == sorted(map(digest_of_letter, NUMBERS))
    assert not list((site.folder / "var").glob("private/*"))


def test_while_it_is_away_the_form_says_so_and_keeps_what_was_typed(site, object_store):
    sender = Sender(site.url, 1)
    form = sender.referral(file=("letter.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"))
    object_store.stop()
    time.sleep(3.2)  # a person is never faster
    with pytest.raises(urllib.error.HTTPError) as refused:
        sender.open(form.path, form)
    page = refused.value.read().decode()
    assert refused.value.code == 507
    assert "Samplepatient" in page
    assert references(site) == set()
    object_store.start()
    assert sender.send(form) in references(site)


@pytest.fixture
def site_with_folders(tmp_path, mailbox):
    site = RunningSite(tmp_path, mailbox, TRUSTED_PROXIES="127.0.0.1")
    site.prepare()
    site.start("web")
    site.wait_until_up()
    yield site
    site.stop()


def test_a_site_moves_into_the_store_and_back(site_with_folders, object_store, tmp_path):
    site = site_with_folders
    [(sender, form)] = [Crowd(site).fill(7, letters=True)]
    time.sleep(3.2)
    sender.send(form)
    site.kill("web")
    private = site.folder / "var/private"
    assert len(list(private.iterdir())) == 2  # the letter, and OWNER
    site.environment.update(settings_of(object_store))
    for _ in range(2):
        site.manage("move_files", "--to", "store")
    assert [path.name for path in private.iterdir()] == ["OWNER"]
    assert len([key for key in object_store.names() if key.startswith("private/")]) == 1
    site.manage("backup", "--to", str(tmp_path / "bundles"))
    site.manage("rotate_keys")
    [(kept, came)] = read_elsewhere(site, tmp_path / "second").values()
    assert kept == came == digest_of_letter(7)
    site.manage("move_files", "--to", "folder")
    assert object_store.names() == []
    assert len(list(private.iterdir())) == 2
