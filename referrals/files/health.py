"""Are the files of senders inspected, and is each there? For /healthz and the staff site."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from clinic_site.health import Health, asks
from clinic_site.operations.doctor import finding
from referrals.files import clamd, keeping, storage
from referrals.files.proving import problem_of_size
from referrals.files.shelf import shelf
from referrals.models import Attachment, FileProof

INSPECTION_LIMIT = timedelta(minutes=15)


@asks(
    "Is every letter looked into within 15 minutes?",
    mend="Start the mail process, which looks into letters that wait, and see that the "
    "virus scanner answers.",
)
def files_not_inspected() -> Health:
    """Bad when staff have waited for 15 minutes for a letter that nobody has looked into."""
    waiting = Attachment.objects.filter(
        state=Attachment.State.WAITING, enquiry__isnull=False
    ).order_by("stored_at")
    oldest = waiting.values_list("enquiry__received_at", flat=True).first()
    age = int((timezone.now() - oldest).total_seconds()) if oldest else None
    ok = age is None or age < INSPECTION_LIMIT.total_seconds()
    return Health("files not inspected", ok, {"waiting": waiting.count(), "oldest_seconds": age})


@asks(
    "Does the virus scanner answer?",
    mend="Start clamd, or correct CLAMD_SOCKET. New letters wait meanwhile and stay closed.",
)
def virus_scanner() -> Health:
    """Bad when there should be a scanner and it does not answer."""
    if not clamd.is_used():
        return Health("virus scanner", ok=True, detail={"used": "no"})
    return Health("virus scanner", clamd.is_there(), {"used": "yes"})


@finding.asks(
    "Is there a file for each letter, and a letter for each file?",
    mend="Put var/private/ back from the backup that belongs to this database. What no letter names"
    " is set aside by itself and comes back with a newer backup.",
    daily=False,  # the mail process looks in each round
)
def letters_and_rows() -> Iterator[finding.Finding]:
    """Looked at now, both ways. Files are counted; no name of one is said."""
    there = storage.present()
    rows = Attachment.objects.filter(enquiry__isnull=False).values_list("pk", "size")
    bad = [pk for pk, size in rows if problem_of_size(there.get(str(pk)), size)]
    if bad:
        says = f"{len(bad)} of {len(rows)} letters are gone, or not as long as they were."
        yield finding.Finding("letters", says)
    old = (timezone.now() - keeping.OLD_ENOUGH).timestamp()
    kept = [k for folder in shelf().own_folders() for k in shelf().kept_in(folder)]
    strange = keeping.unnamed(each for each in kept if each.stored < old)
    if strange:
        says = f"{len(strange)} files lie there that no letter of this database names."
        yield finding.Finding("files without a letter", says)
    if not bad:
        yield finding.well("letters", f"{len(rows)} letters.")


def bad_files() -> list[dict[str, Any]]:
    """What is wrong now, oldest first, named by the reference of its enquiry; nothing sealed."""
    bad = FileProof.objects.exclude(problem="").order_by("since", "pk")
    file = "attachment__"
    position, pk = F(f"{file}position"), F(f"{file}enquiry_id")
    reference = F(f"{file}enquiry__reference")
    rows = bad.values("problem", "since", position=position, enquiry=pk, reference=reference)
    return [{**row} for row in rows]
