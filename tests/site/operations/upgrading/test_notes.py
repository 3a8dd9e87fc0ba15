"""What has to be done before an upgrade is read out of CHANGELOG.md."""

from clinic_site.operations.upgrading.notes import notes_since
from tests.site.operations.upgrading.server import ROOT

CHANGES = """# Changes

## 0.10.0, in the making

**Before you upgrade.** Ring the
bell.

- Better.

## 0.9.0, 1 May 2027

- Nothing to do.

## 0.3.0, 1 March 2027

**Before you upgrade.** Write things down.

**For patients**
"""


def test_the_oldest_comes_first_each_on_a_line():
    assert notes_since("0.2.0", CHANGES) == [
        "0.3.0: Write things down.",
        "0.10.0: Ring the bell.",
    ]


def test_what_was_followed_already_is_not_said_again():
    assert notes_since("0.3.0", CHANGES) == ["0.10.0: Ring the bell."]
    assert notes_since("0.10.0", CHANGES) == []


def test_our_own_notes_are_found():
    [note] = notes_since("0.2.0", (ROOT / "CHANGELOG.md").read_text())
    assert note.startswith("0.3.0: Write")
