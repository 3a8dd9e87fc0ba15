"""What has to be done before an upgrade: the notes of each release in between, out of CHANGELOG.md.

    python clinic_site/operations/upgrading/notes.py 0.2.0 CHANGELOG.md

Run by `deploy/upgrade` before anything is set up, so it needs nothing of the site.
"""

import re
import sys
from pathlib import Path

from packaging.version import Version

TITLE = re.compile(r"^## (\d[\w.]*)", re.MULTILINE)
NOTE = re.compile(r"^\*\*Before you upgrade\.\*\* (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def notes_since(version: str, changes: str) -> list[str]:
    """The oldest first, each with its release, on one line."""
    _, *parts = TITLE.split(changes)
    found = []
    for release, text in zip(parts[::2], parts[1::2], strict=True):
        if Version(release) > Version(version):
            found += [f"{release}: {' '.join(note.split())}" for note in NOTE.findall(text)]
    return found[::-1]


if __name__ == "__main__":
    print("\n".join(notes_since(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8"))))
