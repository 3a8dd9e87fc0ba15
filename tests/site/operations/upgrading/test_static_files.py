"""Static files of the release that runs and of the one on its way lie side by side."""

import json
from unittest import mock

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

from clinic_site.operations.upgrading import static_files
from clinic_site.operations.upgrading.static_files import SideBySide, bring_static_files

KIND = f"{SideBySide.__module__}.{SideBySide.__qualname__}"


@pytest.fixture
def sources(settings, tmp_path):
    """A folder of sources, and nothing else to collect."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": KIND}}
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    (tmp_path / "sources").mkdir()
    finders.get_finder.cache_clear()
    yield tmp_path / "sources"
    finders.get_finder.cache_clear()


def bring(sources, version, **files):
    """The release `version`, whose files say what is given."""
    for name, text in files.items():
        (sources / f"{name}.css").write_text(text)
    with (
        mock.patch.object(static_files, "release", return_value=version),
        mock.patch.object(SideBySide, "manifest_name", f"{version}.json"),
    ):
        return bring_static_files()


def names(settings, version):
    path = settings.STATIC_ROOT.with_name("static-names") / f"{version}.json"
    return json.loads(path.read_text())["paths"]


def is_served(settings, name):
    return (settings.STATIC_ROOT / name).is_file()


def test_the_files_of_the_release_before_are_kept_with_its_names(sources, settings):
    bring(sources, "1.0", look="a{color:red}" * 50)
    bring(sources, "2.0", look="a{color:blue}" * 50)
    old, new = names(settings, "1.0")["look.css"], names(settings, "2.0")["look.css"]
    assert old != new
    assert all(is_served(settings, f"{name}{end}") for name in (old, new) for end in ("", ".br"))


def test_what_none_of_the_last_releases_names_goes(sources, settings):
    for number in range(6):
        bring(sources, f"{number}.0", look=f"a{{margin:{number}px}}" * 50)
    hashed = [path.name for path in settings.STATIC_ROOT.glob("look.*.css")]
    assert len(hashed) == 1 + static_files.OTHERS_KEPT
    assert len(list(settings.STATIC_ROOT.glob("look.*.css.br"))) == len(hashed)
    assert not is_served(settings, "0.0.json")


def test_no_file_is_away_for_a_moment_while_another_release_is_brought(sources, settings):
    bring(sources, "1.0", look="a{color:red}", rest="p{color:red}")
    before = {path: path.stat().st_ino for path in settings.STATIC_ROOT.glob("rest.*.css")}
    bring(sources, "2.0", look="a{color:blue}")
    assert {path: path.stat().st_ino for path in before} == before  # never taken away and put back


def test_what_an_earlier_release_compressed_is_not_compressed_again(sources):
    bring(sources, "1.0", look="a{color:red}" * 50, rest="p{color:red}" * 50)
    with mock.patch("whitenoise.compress.Compressor.compress", return_value=[]) as compress:
        bring(sources, "2.0", look="a{color:blue}" * 50)
    assert len(compress.call_args_list) == 1


def test_a_second_start_collects_nothing(sources):
    assert bring(sources, "1.0", look="a{color:red}")
    with mock.patch.object(static_files, "collect_into", side_effect=AssertionError):
        assert not bring(sources, "1.0")


def test_the_same_number_made_anew_keeps_what_pages_still_ask_for(sources, settings):
    bring(sources, "1.0", look="a{color:red}" * 50)
    old = names(settings, "1.0")["look.css"]
    bring(sources, "1.0", look="a{color:blue}" * 50)
    assert names(settings, "1.0")["look.css"] != old
    assert is_served(settings, old)


def test_the_list_of_0_2_0_counts_as_one(sources, settings):
    settings.STATIC_ROOT.mkdir()
    paths = {"look.css": "look.0123456789ab.css"}
    (settings.STATIC_ROOT / "staticfiles.json").write_text(json.dumps({"paths": paths}))
    for name in ("look.0123456789ab.css", "forgotten.css"):
        (settings.STATIC_ROOT / name).write_text("a{}")
    bring(sources, "0.3.0", look="a{color:red}")
    assert is_served(settings, "look.0123456789ab.css")
    assert is_served(settings, "staticfiles.json")
    assert not is_served(settings, "forgotten.css")


def test_a_collection_that_breaks_off_leaves_what_is_served(sources, settings):
    bring(sources, "1.0", look="a{color:red}")
    before = sorted(settings.STATIC_ROOT.rglob("*"))
    with pytest.raises(Exception, match="missing"):
        bring(sources, "2.0", look="a{background:url('missing.svg')}")
    assert sorted(settings.STATIC_ROOT.rglob("*")) == before
    assert bring(sources, "2.0", look="a{color:blue}")


def test_with_debug_nothing_is_taken_away(sources, settings):
    bring(sources, "1.0", look="a{color:red}")
    plain = f"{StaticFilesStorage.__module__}.{StaticFilesStorage.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    assert bring(sources, "1.0")
    assert is_served(settings, names(settings, "1.0")["look.css"])
