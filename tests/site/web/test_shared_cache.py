"""The cache in a Redis: no code in its values, and nobody is locked out while it is away."""

import json
import subprocess
import sys

import pytest
from django.core.cache import caches

from clinic_site.running import cache_settings
from clinic_site.web import shared_cache
from tests.running_site import ROOT, free_port

IMPORTED = """import django, sys
django.setup()
from django.test import Client
names = ("boto3", "botocore", "storages", "redis", "clinic_site.storing.object_store")
print([name for name in names if name in sys.modules])"""


@pytest.fixture
def away(settings, monkeypatch):
    """Named in the settings, and nobody listens there."""
    pytest.importorskip("redis", reason="needs: pip install --no-deps -r requirements-several.txt")
    monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{free_port()}/0")
    settings.CACHES = cache_settings.caches()
    return caches["default"]


def test_while_it_is_away_each_process_remembers_by_itself(away):
    assert away.add("a-code", "y", 60)
    assert not away.add("a-code", "y", 60)
    away.set("tries", [1.5], 60)
    assert away.get("tries") == [1.5]
    assert away.get("nothing", []) == []
    away.delete("tries")
    assert not away.has_key("tries")


def test_health_says_so(away):
    assert not shared_cache.shared_cache().ok


def test_without_the_setting_the_table_is_used_and_health_is_well(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)
    assert cache_settings.caches()["default"]["BACKEND"] == cache_settings.TABLE
    assert shared_cache.shared_cache().detail == {"used": "no"}


@pytest.mark.parametrize("value", [["a", 1.5], {"failures": 2}, True, "y", 7])
def test_values_are_written_as_words_and_never_as_code(value):
    written = shared_cache.AsJson().dumps(value)
    data = written if isinstance(written, bytes) else str(written).encode()
    assert json.loads(data) == value == shared_cache.AsJson().loads(data)


@pytest.mark.parametrize("url", ["http://cache.example", "redis://", "redis://cache.example:x"])
def test_an_address_of_no_redis_is_refused(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    assert "is no address of a Redis" in cache_settings.problem()


def test_no_library_of_a_store_is_loaded_without_its_setting():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
