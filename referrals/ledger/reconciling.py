"""Counts what came in and compares the records of it: daily, and by `manage.py reconcile`."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from clinic_site.health import Health, asks
from referrals.files import proving
from referrals.ledger.differences import LOOKED_FOR, Difference
from referrals.models import Attachment, Enquiry, Notification, Reconciliation, Tombstone

MailState = Notification.State
EVERY = timedelta(hours=23)
TOO_LONG_AGO = timedelta(days=2)
KEPT_AT_MOST = 100  # of the differences of one count: the first tell what is wrong


def reconcile(*, at: datetime | None = None) -> Reconciliation:
    """Count and compare now, and keep the result. Changes nothing else, and reads no file."""
    differences = what_differs()
    kept = [found._asdict() for found in differences[:KEPT_AT_MOST]]
    facts = {"at": at or timezone.now(), "counts": counts(differences), "differences": kept}
    row, _ = Reconciliation.objects.update_or_create(pk=1, defaults=facts)
    return row


def what_differs() -> list[Difference]:
    """What is found twice: the site goes on meanwhile, and writes one record before the other."""
    found = look()
    again = set(look()) if found else set()
    return [one for one in found if one in again]


def look() -> list[Difference]:
    return [found for look_for in LOOKED_FOR for found in look_for()]


def reconcile_daily(*, at: datetime | None = None) -> Reconciliation | None:
    """A chore of the mail process: once a day is enough."""
    now = at or timezone.now()
    if Reconciliation.objects.filter(at__gt=now - EVERY, at__lte=now).exists():
        return None
    return reconcile(at=now)


@asks(
    "Does everything add up?",
    mend="The front page names what does not. Change nothing meanwhile; run manage.py reconcile,"
    " and compare with the backup of the day before.",
)
def adds_up() -> Health:
    """As it was counted last; well while nothing was counted, and not once that is long ago."""
    last = Reconciliation.objects.first()
    different = int(last.counts.get("differences", 0)) if last else 0
    is_old = last is not None and last.at < timezone.now() - TOO_LONG_AGO
    detail: dict[str, int | str | None] = {"differences": different}
    if is_old:
        detail["counted"] = "long ago"
    return Health("everything adds up", ok=not (different or is_old), detail=detail)


def prove_every_file(*, at: datetime | None = None) -> int:
    """Read each file to its end, whenever it was proved last; how many there are."""
    files = Attachment.objects.filter(enquiry__isnull=False).only("pk", "sha256", "size")
    return len([proving.prove(file, at=at) for file in files.order_by("pk").iterator()])


def counts(differences: list[Difference]) -> dict[str, int]:
    """How many of what. What was received is what is stored and what was erased; what is stored was
    opened, waits or is set aside."""
    unread, spam = Q(opened_at__isnull=True), Q(status=Enquiry.Status.SPAM)
    found = Enquiry.objects.aggregate(
        stored=Count("pk"),
        opened=Count("pk", filter=~unread),
        waiting=Count("pk", filter=unread & ~spam),
        set_aside=Count("pk", filter=unread & spam),
    )
    mails = Notification.objects.filter(enquiry__isnull=False).aggregate(
        mails=Count("pk"),
        sent=Count("pk", filter=Q(state=MailState.SENT)),
        undelivered=Count("pk", filter=Q(state__in=[MailState.DEAD, MailState.NOTED])),
        withdrawn=Count("pk", filter=Q(state=MailState.UNDONE)),
    )
    files = Attachment.objects.filter(enquiry__isnull=False).count()
    erased = Tombstone.objects.count()
    received = {"received": found["stored"] + erased, "erased": erased}
    return {**received, **found, **mails, "files": files, "differences": len(differences)}
