"""Measures what a visitor and a sender wait for: `make bench`.

In process, without a server or network: the median and the slowest of N runs, in milliseconds.
Uses a throw-away SQLite database, or the server of DATABASE_URL through Django's test runner.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 200


def prepare() -> None:
    folder = Path(tempfile.mkdtemp(prefix="clinic-bench-"))
    (folder / "static").mkdir()
    import tests.environment  # noqa: F401  the settings of the tests, in a folder of their own

    os.environ["VAR_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    import django
    from django.conf import settings

    django.setup()
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


def measure(name: str, action: Callable[[], object]) -> None:
    action()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    print(f"{name:42} median {statistics.median(times):6.2f} ms   slowest {max(times):6.2f} ms")


def main() -> None:
    prepare()
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    from conditions.publishing.starter_files import load_all
    from conditions.publishing.verbs import publish_starter
    from tests import makers

    setup_test_environment()
    database = connection.creation.create_test_db(verbosity=0)
    try:
        load_all()
        page = makers.make_page()
        for place in range(40):
            makers.add_step(page, f"Step {place}", ordering=100 + place)
        publish_starter(page=page)
        client = Client()
        print(f"{connection.vendor}, {RUNS} runs each, in process")
        measure("treatment page", lambda: client.get("/treatments/minimally-invasive-fusion/"))
        measure("page of 41 blocks", lambda: client.get(page.get_absolute_url()))
        measure("empty referral form", lambda: client.get("/refer/"))
        measure("referral sent", lambda: client.post("/refer/", makers.referral_post()))
        measure("publish a page of 41 blocks", lambda: publish_starter(page=page))
        while page.publications.count() < 500:
            publish_starter(page=page)
        staff = makers.signed_in(Client(), makers.make_user(is_superuser=True))
        history = f"/admin/conditions/page/{page.pk}/history/"
        measure("history of 500 versions or more", lambda: staff.get(history))
    finally:
        connection.creation.destroy_test_db(database, verbosity=0)


if __name__ == "__main__":
    main()
