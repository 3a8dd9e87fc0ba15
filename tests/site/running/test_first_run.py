"""Trial secrets are written once, for the owner's eyes only."""

from django.contrib.staticfiles.storage import StaticFilesStorage

from clinic_site.operations.upgrading.static_files import SideBySide, fingerprint
from clinic_site.running.first_run import write_secrets


def test_secrets_are_readable_by_the_owner_alone(tmp_path):
    path = tmp_path / "var" / "secrets.env"
    assert write_secrets(path=path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_run_leaves_them_alone(tmp_path):
    path = tmp_path / "secrets.env"
    write_secrets(path=path)
    before = path.read_text()
    assert not write_secrets(path=path)
    assert path.read_text() == before


def test_two_machines_get_different_secrets(tmp_path):
    write_secrets(path=tmp_path / "one")
    write_secrets(path=tmp_path / "two")
    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()


def test_static_files_are_collected_anew_after_the_site_was_tried_out_with_debug(settings):
    found = set()
    for backend in [StaticFilesStorage, SideBySide]:
        name = f"{backend.__module__}.{backend.__qualname__}"
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": name}}
        found.add(fingerprint())
    assert len(found) == 2
