"""A bundle is whole, or it is refused in a sentence before anything is touched."""

import hashlib
import io
import json
import tarfile

import pytest

from clinic_site.operations.backups.archive import is_ours, opened
from clinic_site.operations.backups.manifest import MANIFEST, SEAL
from clinic_site.operations.backups.problems import BackupProblem
from tests.site.operations.backups.making import small_bundle

LETTER = {"private/0eb7e34c-842e-45fb-80e1-e69801363f5e": b"sealed " * 2000}


def read_all(path):
    with opened(path) as reader:
        reader.verify()
        return reader.manifest


@pytest.fixture
def bundle(tmp_path):
    return small_bundle(tmp_path / "clinic-20261128T143000Z.tar", also=LETTER)


def rewritten(bundle, change):
    """The same members, each as `change` gives it back; None leaves it out."""
    with tarfile.open(bundle) as tar:
        members = [(info, tar.extractfile(info).read()) for info in tar.getmembers()]
    with tarfile.open(bundle, "w") as tar:
        for info, data in filter(None, (change(*member) for member in members)):
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return bundle


def test_a_whole_bundle_is_read_and_written_out_byte_by_byte(bundle, tmp_path):
    with opened(bundle) as reader:
        reader.verify(into=tmp_path / "out")
    for name, data in LETTER.items():
        path = tmp_path / "out" / name
        assert path.read_bytes() == data
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_bundle_that_was_cut_anywhere_is_refused(bundle):
    whole = bundle.read_bytes()
    for size in [0, 1, 511, 512, 3000, *range(4000, len(whole) - 10240, 1500)]:
        bundle.write_bytes(whole[:size])
        with pytest.raises(BackupProblem, match=r"damaged|cut short|no bundle"):
            read_all(bundle)


def test_a_changed_byte_anywhere_is_found(bundle):
    whole = bundle.read_bytes()
    used = len(whole.rstrip(b"\0"))
    for place in range(0, used, 97):
        if whole[place] == 0:
            continue  # padding between members, which holds nothing
        bundle.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            manifest = read_all(bundle)
        except BackupProblem:
            continue
        bundle.write_bytes(whole)
        assert manifest == read_all(bundle)  # a header's time: what counts is as it was


def test_a_list_that_was_changed_is_refused(bundle):
    def forged(info, data):
        if info.name == MANIFEST:
            data = json.dumps({**json.loads(data), "release": "0.1.0"}).encode()
        return info, data

    with pytest.raises(BackupProblem, match="its list is not as written"):
        read_all(rewritten(bundle, forged))


@pytest.mark.parametrize("lost", [*LETTER, "settings.env", "database.sqlite3", MANIFEST, SEAL])
def test_a_member_that_is_gone_is_missed(bundle, lost):
    with pytest.raises(BackupProblem, match=r"does not hold what it lists|cut short"):
        read_all(rewritten(bundle, lambda info, data: info.name != lost and (info, data)))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "private/../../evil", "evil", "private", "media/../x", ""]
)
def test_nothing_is_put_anywhere_else(name):
    assert not is_ours(name)


def test_a_link_in_it_is_refused(bundle):
    def linked(info, data):
        if info.name in LETTER:
            info.type, info.linkname, data = tarfile.SYMTYPE, "/etc/passwd", b""
        return info, data

    with pytest.raises(BackupProblem, match="does not hold what it lists"):
        read_all(rewritten(bundle, linked))


def test_another_format_names_the_cure(bundle):
    def newer(info, data):
        if info.name == MANIFEST:
            data = json.dumps({**json.loads(data), "format": 2}).encode()
            newer.proof = hashlib.sha256(data).hexdigest().encode()
        return info, newer.proof if info.name == SEAL else data

    with pytest.raises(BackupProblem, match="is of format 2, and this release reads 1"):
        read_all(rewritten(bundle, newer))


def test_a_file_that_is_no_bundle_and_one_that_is_not_there(tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.4 " * 1000)
    with pytest.raises(BackupProblem, match=r"no bundle|damaged"):
        read_all(tmp_path / "letter.pdf")
    with pytest.raises(BackupProblem, match="is not there"):
        read_all(tmp_path / "other.tar")
