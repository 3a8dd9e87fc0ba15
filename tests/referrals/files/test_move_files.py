"""Letters and pictures move between the folder and the store: each proved before any goes, and a
move that was cut off goes on where it was."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from clinic_site.database_identity import database_identity
from clinic_site.sealing.tokens import seal_bytes
from referrals.files import keeping, private_folder, storage, uploads
from tests.makers import form_key, hold_letter, path_of, sample_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_runs_here(settings, tmp_path):
    """The process that runs the tests may have loaded the site, and then holds its lock."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def letter(settings):
    """From before there was a store, with a picture and a file that no row names."""
    keeping.settle()
    Path(settings.MEDIA_ROOT, "images").mkdir(parents=True)
    Path(settings.MEDIA_ROOT, "images/a.webp").write_bytes(b"a picture")
    return hold_letter(form_key())


@pytest.fixture
def aside(letter):
    """The same letter, set aside."""
    folder = private_folder.aside_folder(private_folder.home(), keeping.date(2026, 11, 28))
    path_of(letter.pk).rename(folder / str(letter.pk))
    return letter


def move(to):
    out = StringIO()
    call_command("move_files", to=to, stdout=out)
    return out.getvalue()


def in_folders(settings):
    roots = [Path(settings.PRIVATE_ROOT), Path(settings.MEDIA_ROOT)]
    return [path.name for root in roots for path in root.rglob("*") if path.is_file()]


def test_all_moves_into_the_store_and_is_read_from_there(settings, letter, shared_store):
    said = move("store")
    assert "letters: 1 copied and read back, 0 there already, 1 removed" in said
    assert "pictures: 1 copied and read back, 0 there already, 1 removed" in said
    assert uploads.read_sent_file(letter) == sample_pdf()
    assert in_folders(settings) == ["OWNER"]


def test_and_back_with_what_was_set_aside(settings, aside, shared_store):
    move("store")
    assert f"{database_identity()}/aside/2026-11-28/{aside.pk}" in shared_store.all_names()
    assert "letters: 1 copied" in move("folder")
    assert shared_store.all_names() == []
    assert "2026-11-28" in str(path_of(aside.pk))
    assert sorted(in_folders(settings)) == sorted(["OWNER", str(aside.pk), "a.webp"])


@pytest.mark.usefixtures("letter", "shared_store")
def test_a_second_run_finds_nothing_to_do():
    move("store")
    assert "letters: 0 copied and read back, 0 there already, 0 removed" in move("store")


def test_cut_off_half_way_nothing_is_gone_and_the_next_run_goes_on(settings, letter, shared_store):
    shared_store.save(
        f"{database_identity()}/{letter.pk}", ContentFile(path_of(letter.pk).read_bytes())
    )
    assert "letters: 0 copied and read back, 1 there already, 1 removed" in move("store")


@pytest.mark.parametrize("fault", [{"is_away": True}, {"gives_back": b"something else"}])
def test_a_store_that_errs_takes_nothing(settings, letter, shared_store, fault):
    vars(shared_store).update(fault)
    with pytest.raises(CommandError):
        move("store")
    assert path_of(letter.pk).exists()
    assert "a.webp" in in_folders(settings)


def test_a_letter_that_was_sealed_anew_in_between_is_the_same_letter(letter, shared_store):
    shared_store.save(f"{database_identity()}/{letter.pk}", ContentFile(seal_bytes(sample_pdf())))
    assert "letters: 0 copied and read back, 1 there already, 1 removed" in move("store")


def test_two_that_differ_both_stay_and_are_told(settings, letter, shared_store):
    shared_store.save(f"{database_identity()}/{letter.pk}", ContentFile(b"something else"))
    with pytest.raises(CommandError, match="1 files differ"):
        move("store")
    assert path_of(letter.pk).exists()


def test_files_of_another_database_stay_where_they_are(settings, letter, shared_store):
    theirs = Path(settings.PRIVATE_ROOT) / "0b6a1c1e-0000-4000-8000-000000000001"
    theirs.mkdir()
    (theirs / str(letter.pk)).write_bytes(b"theirs")
    move("store")
    assert (theirs / str(letter.pk)).exists()
    assert storage.is_there(name=letter.pk)


def test_without_a_store_it_says_what_to_set():
    with pytest.raises(CommandError, match="OBJECT_STORE_URL names no store"):
        move("store")
