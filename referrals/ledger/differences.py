"""What does not agree between the records that the site keeps of one and the same thing.

Each is found by comparing two records that were written apart: a row with its timeline, a file
with its digest, the log of readings with what there is to read. So what was changed behind the
site's back shows in one of them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, Max, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from referrals import person_index
from referrals.ledger import chains
from referrals.models import (
    AccessLog,
    Attachment,
    Enquiry,
    Event,
    FileProof,
    Leftover,
    Notification,
    PatientRequest,
    Tombstone,
)
from referrals.references import is_reference
from referrals.retention.rules import changed_rules
from referrals.retention.tombstones import changed_tombstones
from referrals.states.table import VERBS

Kind, Status = Event.Kind, Enquiry.Status
OF_NO_ENQUIRY = ["aside", "save aside"]  # readings of files that belong to none
KNOWN_BY_REFERENCE: list[type[Model]] = [Enquiry, PatientRequest, Tombstone]
GONE_WITHIN = timedelta(days=1)  # files of what was erased


class Difference(NamedTuple):
    """`of` is a reference; `words` say what is wrong, to stand after it."""

    kind: str
    of: str
    words: str


def enquiries_without_their_half() -> Iterator[Difference]:
    """An enquiry is a row of its own and one in the table of its kind."""
    message, referral = Enquiry.Kind.MESSAGE, Enquiry.Kind.REFERRAL
    halves = Q(kind=message, message=None) | Q(kind=referral, referral=None)
    yield from named("half", Enquiry.objects.filter(halves), "has lost what was written in it")


def enquiries_nobody_was_told_of() -> Iterator[Difference]:
    told = Notification.objects.filter(enquiry=OuterRef("pk"), kind=Notification.Kind.NEW_ENQUIRY)
    by_staff = Event.objects.filter(enquiry=OuterRef("pk"), kind=Kind.ENTERED)  # who know of it
    rows = Enquiry.objects.filter(~Exists(told), ~Exists(by_staff))
    yield from named("untold", rows, "has no mail to the rooms, sent or waiting")


def enquiries_without_a_beginning() -> Iterator[Difference]:
    beginning = Event.objects.filter(enquiry=OuterRef("pk"), kind=Kind.RECEIVED)
    rows = Enquiry.objects.filter(~Exists(beginning))
    yield from named("beginning", rows, "has a timeline without its first line")


def enquiries_nobody_can_find() -> Iterator[Difference]:
    yield from named("index", person_index.missing(), "is not found by name yet")


def states_that_nobody_brought_about() -> Iterator[Difference]:
    """The column must be what the lines of the timeline lead to."""
    facts = Enquiry.objects.values_list("pk", "reference", "status", "opened_at")
    found = {pk: (reference, status, at) for pk, reference, status, at in facts.iterator()}
    lines = Event.objects.order_by("enquiry_id", "pk").values_list("enquiry_id", "kind")
    for pk, group in groupby(lines.iterator(), key=lambda line: line[0]):
        if pk not in found:
            continue  # it came in while this was counted
        reference, status, opened_at = found[pk]
        expected, was_opened = replay(kind for _, kind in group)
        if status != expected:
            words = f"stands as “{label(status)}”, and its timeline says “{label(expected)}”"
            yield Difference("state", reference, words)
        if (opened_at is not None) != was_opened:
            yield Difference("opened", reference, "was opened by one record and not by the other")


def label(status: str) -> str:
    return str(Status(status).label) if status in Status.values else status


def replay(kinds: Iterable[str]) -> tuple[str, bool]:
    """The state that a timeline leads to, and whether anybody opened it."""
    targets = {str(verb.event): verb.target for verb in VERBS.values() if verb.target is not None}
    targets[str(Kind.INFORMATION_CAME)] = Status.OPENED  # by the sender, so by no verb
    status, was_opened = str(Status.RECEIVED), False
    for kind in kinds:
        if kind == Kind.SUSPECTED:
            status = Status.SPAM
        elif kind == Kind.OPENED:
            status = Status.OPENED if status == Status.RECEIVED else status
            was_opened = True
        elif kind == Kind.NOT_SPAM:
            status = Status.OPENED if was_opened else Status.RECEIVED
        elif kind in targets:
            status = str(targets[kind])
    return status, was_opened


def files_out_of_order() -> Iterator[Difference]:
    """Files of one enquiry are numbered from 1 on: a number that is missed was a file."""
    sent = Attachment.objects.filter(enquiry__isnull=False).order_by()
    grouped = sent.values("enquiry__reference").annotate(number=Count("pk"), last=Max("position"))
    for row in grouped:
        if row["number"] != row["last"]:
            words = f"had {row['last']} files, and {row['number']} are known"
            yield Difference("file gone", row["enquiry__reference"], words)


def files_that_are_not_as_sent() -> Iterator[Difference]:
    bad = FileProof.objects.exclude(problem="").select_related("attachment__enquiry")
    for proof in bad.order_by("attachment__enquiry_id", "attachment__position"):
        file = proof.attachment
        if file.enquiry:
            words = f"has file {file.position} that is {proof.get_problem_display()}"
            yield Difference("file", file.enquiry.reference, words)


def readings_of_what_is_gone() -> Iterator[Difference]:
    """It was read, so it was there: an enquiry, or what a patient asked. What was erased has left
    its tombstone."""
    gone = AccessLog.objects.exclude(action__in=OF_NO_ENQUIRY)
    for model in KNOWN_BY_REFERENCE:
        rows = model._default_manager.filter(reference=OuterRef("reference"))
        gone = gone.filter(~Exists(rows))
    references = gone.order_by().values_list("reference", flat=True).distinct()
    for reference in sorted(filter(is_reference, references)):
        yield Difference("gone", reference, "was read and is not there any more")


def tombstones_that_were_changed() -> Iterator[Difference]:
    for reference in changed_tombstones():
        yield Difference("tombstone", reference, "has a tombstone that this site did not write so")


def what_was_erased_and_is_there() -> Iterator[Difference]:
    """A tombstone lets lines go: nobody may put one up beforehand."""
    stones = Tombstone.objects.filter(
        Exists(Enquiry.objects.filter(pk=OuterRef("number")))
        | Exists(Event.objects.filter(enquiry=OuterRef("number")))
    )
    for reference in stones.order_by("pk").values_list("reference", flat=True):
        yield Difference("not erased", reference, "has a tombstone, and is still there")


def files_of_what_was_erased() -> Iterator[Difference]:
    late = Leftover.objects.filter(since__lt=timezone.now() - GONE_WITHIN).count()
    if late:
        words = f"left {late} file{'' if late == 1 else 's'} that cannot be removed"
        yield Difference("left over", "What was erased", words)


def rules_that_were_changed() -> Iterator[Difference]:
    for rule in changed_rules():
        words = "was changed after it was signed: nothing is purged while it is the newest"
        day = timezone.localdate(rule.signed_at)
        yield Difference("rule", f"The rule on keeping of {day:%d %B %Y}", words)


def timelines_that_were_changed() -> Iterator[Difference]:
    for reference in chains.broken_timelines():
        yield Difference("chain", reference, "has a timeline that was changed after it was written")


def days_of_readings_that_were_changed() -> Iterator[Difference]:
    for day in chains.broken_days():
        yield Difference("readings", f"{day:%d %B %Y}", "has readings that were changed afterwards")


def named(kind: str, rows: QuerySet[Enquiry], words: str) -> Iterator[Difference]:
    references = rows.order_by("pk").values_list("reference", flat=True)
    return (Difference(kind, reference, words) for reference in references.iterator())


LOOKED_FOR: list[Callable[[], Iterator[Difference]]] = [
    enquiries_without_their_half,
    enquiries_without_a_beginning,
    enquiries_nobody_was_told_of,
    enquiries_nobody_can_find,
    states_that_nobody_brought_about,
    files_out_of_order,
    files_that_are_not_as_sent,
    readings_of_what_is_gone,
    tombstones_that_were_changed,
    what_was_erased_and_is_there,
    files_of_what_was_erased,
    rules_that_were_changed,
    timelines_that_were_changed,
    days_of_readings_that_were_changed,
]
