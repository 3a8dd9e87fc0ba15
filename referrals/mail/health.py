"""Does mail go out, are the files there, is there room? Asked for /healthz and staff."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from clinic_site.database_identity import known_identity
from clinic_site.health import Health, asks
from clinic_site.sealing.tokens import sealed_size
from referrals import person_index
from referrals.files import keeping, storage
from referrals.files.disk import room_on
from referrals.files.shelf import is_shared, shelf
from referrals.mail.holding import held
from referrals.mail.outbox import UNDELIVERED, refused, stuck
from referrals.models import Attachment, FileProof, MailHeartbeat, Notification

HEARTBEAT_LIMIT = timedelta(seconds=60)
LITTLE_ROOM = 1024**3
FEW_DAYS = 30


def mail_is_stuck() -> bool:
    """Whether staff must hear that mail does not arrive: one query that an index answers."""
    return Notification.objects.filter(stuck(timezone.now())).exists()


@asks(
    "Does mail go out?",
    mend="Open “Mails” in the admin: each says what the mail server answered. See that "
    "EMAIL_URL is right and that the server takes mail. Nothing is lost: every "
    "enquiry is in the inbox.",
)
def undelivered_mail() -> Health:
    """Bad when a mail has waited for 15 minutes, and at once when the rooms' own is refused.

    A visitor's mistyped address makes nothing bad: it is counted apart, and staff see it.
    """
    now = timezone.now()
    turned_away = Notification.objects.filter(refused()).count()
    undelivered = Notification.objects.filter(UNDELIVERED & ~refused())
    oldest = undelivered.order_by("created_at").values_list("created_at", flat=True).first()
    age = int((now - oldest).total_seconds()) if oldest else None
    bad = undelivered.filter(stuck(now))
    dead = bad.filter(state=Notification.State.DEAD).count()
    return Health(
        "undelivered mail",
        not bad.exists(),
        {"oldest_seconds": age, "dead_letters": dead, "addresses_refused": turned_away},
    )


@asks(
    "May mail leave?",
    mend="This site was brought back from a backup, or moved. See that the old one is off, then"
    " run python manage.py release_mail: it says how many wait, and asks.",
)
def mail_held() -> Health:
    """Bad while mail is held: the rooms hear of nothing new, and must look into the inbox."""
    hold = held()
    if hold is None:
        return Health("mail held", ok=True, detail={})
    since = hold.since.isoformat(timespec="minutes") if hold.since else None
    return Health(
        "mail held", ok=False, detail={"why": hold.why, "since": since, "waiting": hold.waiting}
    )


@asks(
    "Does the mail process run?",
    mend="Start it: python manage.py deliver_mail, or the service that runs it. It "
    "sends what has waited.",
)
def mail_process() -> Health:
    """Bad when no mail process has gone round for a minute."""
    beat = MailHeartbeat.objects.values_list("beat_at", flat=True).first()
    age = int((timezone.now() - beat).total_seconds()) if beat else None
    ok = age is not None and age < HEARTBEAT_LIMIT.total_seconds()
    return Health("mail process", ok, {"heartbeat_seconds": age})


@asks(
    "Is every enquiry found by name?",
    mend="Start the mail process, which mends it within minutes, or run python "
    "manage.py prepare_site.",
)
def find_a_person() -> Health:
    """Bad when enquiries are there that staff cannot find by name; the mail process mends it."""
    missing = person_index.missing().count()
    return Health("find a person", ok=not missing, detail={"not_indexed": missing})


@asks(
    "Is every file of a sender in its place?",
    mend="The front page names each file that is gone or damaged. Put var/private/ back "
    "from the backup, or ask the sender to send it again. Of an object store that cannot be "
    "read manage.py doctor says why.",
)
def files() -> Health:
    """Bad when a file of an enquiry is gone or damaged, or the folder is not this database's.

    What was set aside, what other databases left here and what the site never put here is told,
    and makes nothing bad.
    """
    found = FileProof.objects.aggregate(
        missing=Count("pk", filter=Q(problem=FileProof.Problem.MISSING)),
        damaged=Count("pk", filter=Q(problem=FileProof.Problem.DAMAGED)),
    )
    try:
        lies_there = what_lies_there()
    except OSError:
        lies_there = {"folder": "not readable"}
    is_ours = lies_there["folder"] == "ours"
    return Health("files", is_ours and not any(found.values()), {**found, **lies_there})


def what_lies_there() -> dict[str, int | str | None]:
    return {
        "folder": whose_folder(),
        "set_aside": len(keeping.files_aside()),
        "other_databases": shelf().other_databases(),
        "strange_names": shelf().strange_in(shelf().root()),
    }


def whose_folder() -> str:
    """`ours`, `another database`, `no owner` (files that nobody claimed), or `not writable`.

    Raises OSError where the folder cannot be read.
    """
    owner, is_new = shelf().owner(), known_identity() is None
    if not storage.is_writable():
        return "not writable"
    if owner is None:
        holds_files = any(shelf().names_in(shelf().root()))
        return "no owner" if holds_files and not is_new else "ours"  # an empty one is claimed
    return "ours" if is_new or owner == known_identity() else "another database"


@asks(
    "Is there room on the disk?",
    mend="Make room: old backups and logs first. Until then letters are refused, and "
    "doctors are asked to fax them.",
)
def disk() -> Health:
    """Bad when a sender's file would be refused. `warning` comes while there is still time."""
    room = room_on(settings.VAR_DIR) if is_shared() else storage.room()
    days = None if is_shared() else days_left()  # a store says no room
    is_low = room < LITTLE_ROOM or (days is not None and days < FEW_DAYS)
    detail: dict[str, int | str | None] = {
        "room_megabytes": max(0, room) // 1024**2,
        "days_left": days,
        "warning": "little room" if is_low else None,
    }
    return Health("disk", storage.takes_files() and has_room_for_the_database(), detail)


def days_left() -> int | None:
    """How long the room lasts if files come in as in the last 30 days; None if none came."""
    month = Attachment.objects.filter(stored_at__gt=timezone.now() - timedelta(days=30))
    size = sealed_size(month.aggregate(size=Sum("size"))["size"] or 0)
    a_day = size / 30
    return max(0, int(storage.room() / a_day)) if size > storage.ONE_LETTER else None


def has_room_for_the_database() -> bool:
    """The same spare room where SQLite and its like lie, which may be another disk."""
    return room_on(settings.VAR_DIR) > 0
