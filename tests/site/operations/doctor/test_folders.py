"""The doctor really writes into every folder, and looks for what should lie there."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.operations import doctor
from clinic_site.operations.doctor import folders
from clinic_site.operations.doctor.finding import Level, NotAsked
from clinic_site.operations.upgrading.static_files import SideBySide, bring_static_files
from referrals.files.health import letters_and_rows
from tests.makers import make_attachment, make_clinic, path_of, submitted

SOMEBODY_ELSE = 65534
SIDE_BY_SIDE = f"{SideBySide.__module__}.{SideBySide.__qualname__}"


def unwell(check):
    return [each for each in check() if each.level == Level.UNWELL]


@pytest.fixture
def var(settings, tmp_path):
    """A whole site’s folders, each really there."""
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    for name in ("private", "media", "mail", "static"):
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


def test_folders_that_take_files_are_well_and_stay_empty(var):
    assert unwell(folders.writing) == []
    assert [list(folder.iterdir()) for folder in sorted(var.iterdir())] == [[], [], [], []]


@pytest.mark.parametrize("name", ["private", "media", "mail"])
def test_something_else_in_a_folders_place_is_named(var, name):
    (var / name).rmdir()
    (var / name).write_text("")
    (found,) = unwell(folders.writing)
    assert f"{var / name}" in found.says
    assert "it is no folder" in found.says


def test_a_folder_that_another_user_holds_is_named(var):
    """Root writes everywhere, so it looks whose it is; others try."""
    if os.geteuid() == 0:
        os.chown(var / "private", SOMEBODY_ELSE, SOMEBODY_ELSE)
    else:
        (var / "private").chmod(0o500)
    (found,) = unwell(folders.writing)
    assert found.name == "writing the letters (private/)"


def test_a_folder_that_was_removed_with_the_one_above_it_is_named(var, settings):
    settings.BACKUP_DIR = var / "disk" / "backups"
    (var / "disk" / "backups").mkdir(parents=True)
    assert unwell(folders.writing) == []
    shutil.rmtree(var / "disk")
    (found,) = unwell(folders.writing)
    assert "neither it nor the folder above it is there" in found.says


def test_a_file_that_another_user_made_is_named(var, settings):
    (var / "media" / "a.png").write_text("")
    assert unwell(folders.owners_of_files) == []
    if os.geteuid() == 0:
        os.chown(var / "media" / "a.png", SOMEBODY_ELSE, SOMEBODY_ELSE)
        (found,) = unwell(folders.owners_of_files)
        assert found.says == f"{var / 'media' / 'a.png'} belongs to another user."


@pytest.fixture
def collected(var, settings):
    """Static files as the site itself collects them when it runs in earnest."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": SIDE_BY_SIDE}}
    (var / "sources").mkdir()
    (var / "sources/look.css").write_text("a{color:red}")
    settings.STATICFILES_DIRS = [var / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    finders.get_finder.cache_clear()
    bring_static_files()
    yield var
    finders.get_finder.cache_clear()


def test_static_files_of_this_release_are_well(collected):
    assert [each.says for each in folders.static_files()] == ["1 files."]


def test_static_files_that_were_never_collected_are_named(collected):
    shutil.rmtree(collected / "static-names")
    (found,) = unwell(folders.static_files)
    assert "were not collected" in found.says


def test_a_static_file_that_is_gone_is_named(collected):
    (file,) = (collected / "static").glob("look.*.css")
    file.unlink()
    (found,) = unwell(folders.static_files)
    assert "1 static files of this release are missing, look.css first" in found.says


class Bundle:
    """What the backup names as its newest."""

    def __init__(self, hours: float) -> None:
        self.path, self.made_at = Path("clinic-x.tar"), timezone.now() - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(None, ["There is no backup at all."]), (60, ["60 hours old"]), (20, [])],
)
def test_a_backup_that_is_missing_or_old_is_named(public, monkeypatch, hours, words):
    newest = None if hours is None else Bundle(hours)
    monkeypatch.setattr(doctor, "newest", lambda: newest, raising=False)
    monkeypatch.setattr(folders, "NEWEST_BUNDLE", "clinic_site.operations.doctor.newest")
    found = unwell(folders.newest_backup)
    assert len(found) == len(words)
    assert all(word in each.says for word, each in zip(words, found, strict=True))


def test_a_release_without_backups_says_so(public, monkeypatch):
    monkeypatch.setattr(folders, "NEWEST_BUNDLE", "clinic_site.operations.nowhere.newest")
    with pytest.raises(NotAsked):
        list(folders.newest_backup())


@pytest.mark.django_db
def test_a_picture_whose_file_is_gone_is_named(var, settings):
    make_clinic()
    Clinic.objects.update(logo="logo/sample.png")
    (found,) = unwell(folders.pictures)
    assert "clinic (logo/sample.png)" in found.says
    Path(settings.MEDIA_ROOT, "logo").mkdir(parents=True)
    Path(settings.MEDIA_ROOT, "logo", "sample.png").touch()
    assert unwell(folders.pictures) == []


@pytest.mark.django_db
def test_letters_and_rows_are_compared_both_ways():
    letter = make_attachment(enquiry=submitted(), held_for="")
    path = path_of(letter.pk)
    assert unwell(letters_and_rows) == []
    kept = path.read_bytes()
    path.write_bytes(kept[:-10])
    assert [each.name for each in unwell(letters_and_rows)] == ["letters"]
    path.unlink()
    assert "1 of 1 letters are gone" in unwell(letters_and_rows)[0].says
    stray = path.with_name("0a0a0a0a-0000-4000-8000-000000000000")
    stray.write_bytes(b"sealed")
    os.utime(stray, (0, 0))
    found = unwell(letters_and_rows)
    assert [each.name for each in found] == ["letters", "files without a letter"]
