"""Publishes pages of a running site from a process beside it, as staff do.

`python -m benchmarks.rounds.publishing` reads one address a line and says when it is published.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.running_site import ROOT, RunningSite

SEEN_EVERYWHERE = 1.2  # seconds; what is shown until then is not the new page


@contextmanager
def publisher(site: RunningSite) -> Iterator[Callable[[str], None]]:
    """A function that publishes the page at an address anew and waits until it is to be seen."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.rounds.publishing"],
        cwd=ROOT,
        env=site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def publish(path: str) -> None:
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        if process.stdout.readline() != "published\n":
            raise RuntimeError(f"{path} was not published")
        time.sleep(SEEN_EVERYWHERE)

    try:
        yield publish
    finally:
        process.communicate()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
    import django

    django.setup()
    from conditions.models import Page
    from conditions.publishing.verbs import publish
    from tests.makers import make_user

    editor = make_user(is_superuser=True)
    for line in sys.stdin:
        slug = line.strip().strip("/").rpartition("/")[2]
        publish(page=Page.objects.get(slug=slug), by=editor)
        print("published", flush=True)


if __name__ == "__main__":
    main()
