"""Which bundle is the newest, and which go: the newest never does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic_site.operations.backups import thinning
from clinic_site.operations.backups.bundles import Bundle, bundles, name_for, newest_bundle
from clinic_site.running.backup_settings import three_numbers

NOW = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_KEEP, settings.BACKUPS_KEPT_DAYS = (3, 2, 2), 60
    return tmp_path


def put(folder, *days_ago: float) -> list[Bundle]:
    for days in days_ago:
        (folder / name_for(NOW - timedelta(days=days))).touch()
    return bundles()


def gone(found: list[Bundle], *, made: float = 0) -> list[int]:
    new = Bundle(found[0].path, NOW - timedelta(days=made))
    return sorted((NOW - each.made_at).days for each in thinning.too_many(found, made=new))


def test_the_newest_is_told_by_its_name_and_halves_do_not_count(folder):
    put(folder, 2, 1)
    for name in ["clinic-20270101T000000Z.tar.part", "clinic-20271399T000000Z.tar", "other.tar"]:
        (folder / name).touch()
    path, made_at = newest_bundle()
    assert (path.name, made_at) == ("clinic-20261127T143000Z.tar", NOW - timedelta(days=1))


def test_no_folder_and_no_bundle_are_no_fault(settings, folder):
    assert newest_bundle() is None
    settings.BACKUP_DIR = folder / "not there"
    assert newest_bundle() is None


def test_days_weeks_and_months_are_kept(folder):
    found = put(folder, *range(40))
    kept = {(NOW - b.made_at).days for b in found} - set(gone(found))
    assert kept == {0, 1, 2, 6, 28}  # three days; a Sunday's week; the end of October


def test_several_of_one_day_count_as_one(folder):
    assert gone(put(folder, 0, 2, 2.1, 2.2, 2.3)) == [2, 2, 2]


def test_none_of_the_last_two_days_goes_nor_one_that_somebody_needs(settings, folder):
    settings.BACKUP_KEEP = (1, 0, 0)
    found = put(folder, 0, 0.1, 0.2, 1.9, 2.3, 5, 5.1)
    [needed] = [each for each in found if NOW - each.made_at == timedelta(days=5.1)]
    assert gone(found) == [2, 5, 5]
    needed.path.with_name(f"{needed.path.name}.keep").touch()
    assert gone(found) == [2, 5]
    assert needed in bundles()
    assert thinning.remove([needed]) == 1
    assert list(folder.glob("*.keep")) == []


@pytest.mark.parametrize("wrong", [4, 40, 3650])
def test_a_clock_that_leaps_ahead_removes_nothing(folder, wrong):
    assert gone(put(folder, *range(1, 40)), made=-wrong) == []


def test_a_bundle_from_the_future_is_not_the_newest(folder):
    put(folder, 1, -1, -3650)
    assert newest_bundle().made_at == NOW - timedelta(days=1)


def test_none_stays_longer_than_the_privacy_page_says(settings, folder):
    settings.BACKUP_KEEP, settings.BACKUPS_KEPT_DAYS = (99, 99, 99), 30
    assert gone(put(folder, 0, 1, 10, 30, 31, 400)) == [31, 400]


def test_the_last_one_stays_however_old_and_whatever_is_to_be_kept(settings, folder):
    settings.BACKUP_KEEP, settings.BACKUPS_KEPT_DAYS = (0, 0, 0), 0
    assert gone(put(folder, 0)) == []


def test_a_clock_that_was_set_back_removes_neither_the_new_one_nor_a_later_one(folder):
    found = put(folder, 0, 1, 2)
    made = Bundle(found[1].path, NOW - timedelta(days=1))
    assert thinning.too_many(found, made=made) == []
    assert thinning.from_the_future(found, made=made) == [found[0]]


@pytest.mark.parametrize("text", ["", "7", "7,5", "7,5,-1", "7,5,x", "7;5;12", "7,5,12,1"])
def test_how_many_to_keep_is_three_numbers(text):
    with pytest.raises(ImproperlyConfigured, match="for example 7,4,0"):
        three_numbers(text)
    assert three_numbers(" 7, 5 ,12") == (7, 5, 12)
