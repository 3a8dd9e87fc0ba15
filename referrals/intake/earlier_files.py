"""Files that a form kept and that may be of an earlier patient: said beside them, and asked once.

A letter that can be read is compared with the patient, a photo of one cannot be. So a file counts
as an earlier one where the tab brought it back to a form without a patient, where its list is the
tab's own and not ours, and where nobody was named for long after it came.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

RECHECK = "recheck"  # posted by a script where a page begins with files that were kept
EARLIER = "earlier"  # the ids of those that are asked about
IS_THEIRS = "is_theirs"  # ticked: it is about this patient
LETTER_FOR = "letter_for"  # stands beside each list of ours
LONG = timedelta(minutes=20)  # an unhurried form takes less


def earlier_files(post: QueryDict, kept: Iterable[Any], *, is_named: bool) -> list[Any]:
    """Those of the kept files that may be another patient's; none that was sent already."""
    open_ones = set(post.getlist("kept")) - set(post.getlist(IS_THEIRS))
    mine = [
        file for file in kept if str(file.pk) in open_ones and not getattr(file, "enquiry_id", None)
    ]
    if RECHECK in post:
        return [] if is_named else mine
    if LETTER_FOR not in post:
        return mine
    marked = set(post.get(EARLIER, "").split())
    is_nobodys = not post.get(LETTER_FOR, "").strip(":")
    return [file for file in mine if str(file.pk) in marked or (is_nobodys and is_old(file))]


def is_old(file: Any) -> bool:
    """Whether it was held long ago; of one that the database cannot be asked about, no."""
    stored_at = getattr(file, "stored_at", None)
    return bool(stored_at and stored_at < timezone.now() - LONG)
