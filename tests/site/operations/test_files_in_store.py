"""With files in a shared store: pictures are still served by the site, a backup holds all of it, a
restore says what to do first, and the doctor tries the store."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clinic_site.operations.backups.archive import opened
from clinic_site.operations.backups.bundles import newest_bundle
from clinic_site.operations.backups.empty_place import require_empty_place
from clinic_site.operations.backups.making import make_backup
from clinic_site.operations.backups.problems import BackupProblem
from clinic_site.operations.doctor.store import object_store
from clinic_site.running import object_store_settings
from conditions.public import leaflets
from tests.makers import form_key, hold_letter, make_clinic

GOOD = {
    "OBJECT_STORE_URL": "https://store.example:9000/clinic-files",
    "OBJECT_STORE_KEY_ID": "one",
    "OBJECT_STORE_SECRET": "two",
}
WRONG = [
    ("ftp://store.example/files", "is no address"),
    ("https://store.example", "one bucket"),
    ("https://store.example/a/b", "one bucket"),
    ("https://me:pass@store.example/files", "holds a user"),
    ("http://store.example/files", "https"),
    ("https://store.example:x/files", "is no address"),
]


@pytest.fixture
def picture(shared_store):
    default_storage.save("images/a-480.webp", ContentFile(b"a picture"))


@pytest.mark.django_db
def test_pictures_come_from_the_site_itself_for_a_year(client, picture):
    answer = client.get("/media/images/a-480.webp")
    assert answer.content == b"a picture"
    assert answer.headers["Content-Type"] == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["images/none.webp", "images/../images/a-480.webp", "/images"])
def test_no_other_name_opens_anything(client, picture, path):
    make_clinic()
    assert client.get(f"/media/{path}").status_code in {400, 404}


@pytest.mark.django_db
def test_a_picture_of_a_store_that_is_away_is_asked_for_again_soon(client, picture):
    default_storage.is_away = True
    answer = client.get("/media/images/a-480.webp")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")


def test_a_leaflet_holds_its_picture(picture):
    html = leaflets.with_pictures_inside('<img src="/media/images/a-480.webp" alt="">')
    assert "data:image/webp;base64,YSBwaWN0dXJl" in html


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_letters_and_pictures_of_the_store(picture, tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "backups"
    letter = hold_letter(form_key())
    make_backup(settings.BACKUP_DIR)
    with opened(newest_bundle().path) as reader:
        assert {f"private/{letter.pk}", "media/images/a-480.webp"} <= reader.manifest.members.keys()
        assert reader.manifest.missing_files == []


@pytest.mark.django_db
@pytest.mark.usefixtures("shared_store")
def test_a_restore_says_which_line_goes_first():
    with pytest.raises(BackupProblem, match="Take OBJECT_STORE_URL out of the settings"):
        require_empty_place()


def test_the_doctor_stores_a_file_and_takes_it_away(shared_store):
    assert [found.level for found in object_store()] == ["well"]
    assert shared_store.all_names() == []


def test_the_doctor_names_a_store_that_is_away_open_or_forgets_nothing(shared_store):
    shared_store.is_open = shared_store.has_versions = True
    names = [found.name for found in object_store()]
    assert names == ["object store is open", "object store keeps versions"]
    shared_store.is_away = True
    assert "does not answer" in next(iter(object_store())).says


@pytest.mark.parametrize(("url", "says"), WRONG)
def test_an_address_that_would_be_misread_is_refused(monkeypatch, url, says):
    for name, value in {**GOOD, "OBJECT_STORE_URL": url}.items():
        monkeypatch.setenv(name, value)
    assert says in object_store_settings.problem()


def test_a_store_is_named_whole(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert object_store_settings.problem() == ""
    letters = object_store_settings.storages()["letters"]["OPTIONS"]
    assert letters["endpoint_url"] == "https://store.example:9000"
    assert (letters["bucket_name"], letters["location"]) == ("clinic-files", "private")
    monkeypatch.delenv("OBJECT_STORE_SECRET")
    assert "OBJECT_STORE_SECRET is missing" in object_store_settings.problem()


def test_without_the_setting_files_lie_in_folders(monkeypatch):
    monkeypatch.delenv("OBJECT_STORE_URL", raising=False)
    assert list(object_store_settings.storages()) == ["default"]
