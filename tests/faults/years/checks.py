"""Holds the site against what people outside know: nothing lost, swapped, or without an end.

Each function asks the site in its own way, past the code that wrote the rows wherever it can.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.test import Client
from django.utils import timezone

from referrals.files.uploads import read_sent_file
from referrals.inbox.clocks import READ, RING
from referrals.models import (
    AnswerBack,
    Attachment,
    Enquiry,
    Event,
    LateNotice,
    Message,
    Notification,
    Referral,
    Tombstone,
)
from referrals.references import status_token, token_hash
from tests.faults.years.book import Entry, World

SAMPLE = 150  # of the older ones, at each check: their letters and their links
ADULT, REFERRAL_YEARS = 25, 7
LEAST = {"spam": timedelta(days=30), "message": timedelta(days=365)}
TOUCHED_BY_ITSELF = timedelta(
    days=45
)  # the site adds lines too, as when it calls a question to mind
QUIET = {"message": timedelta(days=500), "referral": timedelta(days=366 * 9)}  # nothing happened
MAIL_MAY_TAKE = timedelta(days=6)  # while the mail server is away for days
WORKING_DAYS_TO_DECIDE = 6  # three by the limits, and a wide margin
Status = Enquiry.Status


class Checks:
    """One look at everything, at one moment."""

    def __init__(self, world: World, *, is_last: bool = False) -> None:
        self.world, self.is_last = world, is_last
        self.lost = self.swapped = self.endless = 0
        self.there = dict(Enquiry.objects.values_list("reference", "pk"))
        self.stones = {stone.reference: stone for stone in Tombstone.objects.all()}

    def run(self) -> None:
        for entry in self.world.acknowledged():
            if entry.reference not in self.there:
                self.is_gone_lawfully(entry)
            elif entry.erasure == "done" or entry.reference in self.stones:
                self.lose(entry, "was erased and is there")
        self.names_and_words()
        self.letters()
        self.links()
        self.answers()
        self.known_to_somebody()
        self.kept_too_long()
        self.world.count("lost", self.lost)
        self.world.count("swapped", self.swapped)
        self.world.count("without an end", self.endless)

    def lose(self, entry: Entry, why: str) -> None:
        self.lost += 1
        self.world.fault(f"{entry.reference} {why}")

    def swap(self, reference: str, why: str) -> None:
        self.swapped += 1
        self.world.fault(f"{reference} {why}")

    def is_gone_lawfully(self, entry: Entry) -> None:
        """It left its tombstone, and its time was over by our own calendar, or a person asked."""
        if entry.gone:
            return
        stone = self.stones.get(entry.reference)
        if stone is None:
            self.lose(entry, "is not there, and left no trace")
            return
        entry.gone = stone.why
        self.world.count("erased")
        if stone.why == Tombstone.Why.REQUEST:
            if entry.erasure != "done":
                self.lose(entry, "was erased on a request that nobody made")
        elif entry.held or timezone.localdate(stone.erased_at) < earliest(entry, stone.rule_kind):
            self.lose(entry, f"was erased too early, as {stone.rule_kind}")

    def names_and_words(self) -> None:
        """All of them: the person, and the words that nobody else wrote."""
        columns = ["reference", "patient_family_name", "patient_birth_date", "reason"]
        for reference, name, born, words in Referral.objects.values_list(*columns).iterator():
            self.compare(reference, name, words or "", born)
        rows = Message.objects.values_list("reference", "sender_name", "text")
        for reference, name, words in rows.iterator():
            self.compare(reference, name, words, None)

    def compare(self, reference: str, name: str, words: str, born: date | None) -> None:
        entry = self.world.by_reference.get(reference)
        if entry is None:
            return  # stored by a process that was killed before it answered
        has_words = bool(entry.letter) or entry.words in words.replace(".", "").split()
        if name != entry.name or born != entry.born or not has_words:
            self.swap(reference, "belongs to somebody else")

    def letters(self) -> None:
        """The bytes as they were sent: of the newest and of some, at the end of all."""
        entries = [e for e in self.world.acknowledged() if e.letter and not e.gone]
        if not self.is_last and len(entries) > SAMPLE:
            entries = entries[-SAMPLE:] + self.world.rng.sample(entries, SAMPLE)
        for entry in entries:
            pk = self.there.get(entry.reference)
            file = Attachment.objects.filter(enquiry=pk, position=1).first()
            data = read_sent_file(file) if file else b""
            if hashlib.sha256(data).hexdigest() != entry.letter:
                self.swap(entry.reference, "has another letter")
            self.world.count("letters compared")

    def links(self) -> None:
        """Each link opens its own: in the database all, on the page some."""
        rows = Enquiry.objects.values_list("reference", "form_key", "status_token_hash")
        for reference, key, kept in rows.iterator():
            entry = self.world.by_reference.get(reference)
            if entry and kept != token_hash(status_token(key)) and not entry.link_is_off:
                self.swap(reference, "has a link that opens nothing")
        client = Client()
        entries = [e for e in self.world.acknowledged() if e.status]
        for entry in self.world.rng.sample(entries, min(len(entries), SAMPLE)):
            page = client.get(entry.status, REMOTE_ADDR=entry.address)
            expected = 410 if entry.reference not in self.there else 200
            words = page.content.decode()
            is_own = entry.reference in words or expected == 410
            if page.status_code != expected or not is_own or "Sampleperson" in words:
                self.swap(entry.reference, f"has a page that answers {page.status_code}")
            self.world.count("links opened")

    def answers(self) -> None:
        """What senders wrote back lies with their own enquiry."""
        written: dict[str, list[str]] = {}
        rows = AnswerBack.objects.values_list("enquiry__reference", "words")
        for reference, words in rows.iterator():
            written.setdefault(reference, []).append(words)
        for entry in self.world.acknowledged():
            missing = set(entry.answers) - set(written.get(entry.reference, []))
            if missing and not entry.gone:
                self.lose(entry, "has lost an answer")

    def known_to_somebody(self) -> None:
        """What is not ended is too young to be late, or somebody was told of it."""
        told = set(sent_notices())
        rows = Enquiry.objects.exclude(status__in=[Status.FILED, Status.SPAM])
        columns = ["pk", "reference", "status", "received_at", "is_red_flagged", "first_rang_at"]
        for pk, reference, status, came, is_red, rang in rows.values_list(*columns):
            self.world.count("open when looked at")
            is_undecided = status in {Status.RECEIVED, Status.OPENED}
            age = timezone.now() - came
            if is_red and rang is None and is_undecided and age > MAIL_MAY_TAKE:
                self.must(pk, {RING}, told, reference, "has a red flag that nobody was told of")
            is_late = working_days(self.world, came) > WORKING_DAYS_TO_DECIDE
            if is_undecided and is_late and age > MAIL_MAY_TAKE:
                self.must(pk, {READ, "decide", RING}, told, reference, "is late, and nobody knows")
            if age > timedelta(days=45) and not self.was_named_lately():
                self.endless += 1
                self.world.fault(f"{reference} has no end and was named in no mail")
            if status == Status.NEEDS_INFORMATION:
                self.was_reminded(pk, reference)

    def must(
        self, pk: int, clocks: set[str], told: set[tuple[int, str]], reference: str, words: str
    ) -> None:
        if not any((pk, clock) in told for clock in clocks):
            self.endless += 1
            self.world.fault(f"{reference} {words}")

    def was_named_lately(self) -> bool:
        """On one of the last opening days a mail of what has no end arrived."""
        named = self.world.named_at
        return named is not None and (
            working_days(self.world, named) <= 1 or timezone.now() - named < MAIL_MAY_TAKE
        )

    def was_reminded(self, pk: int, reference: str) -> None:
        lines = Event.objects.filter(enquiry=pk, kind__in=["asked", "reminded"]).order_by("-pk")
        last = lines.first()
        wide = last and timezone.now() - last.at > timedelta(days=16)
        if last and wide and working_days(self.world, last.at + timedelta(days=7)) > 2:
            takes_mail = Enquiry.objects.get(pk=pk).sender_email
            if last.kind == "asked" and takes_mail:
                self.endless += 1
                self.world.fault(f"{reference} waits for an answer that nobody was reminded of")

    def kept_too_long(self) -> None:
        """What the signed rule lets go has gone, but for the days between two heavy rounds."""
        grace = timedelta(days=self.world.heavy_days * 2 + 5)
        for entry in self.world.acknowledged():
            pk = self.there.get(entry.reference)
            if pk is None or entry.held or timezone.localdate() <= latest(entry) + grace:
                continue
            ended = Enquiry.objects.filter(pk=pk, status=Status.FILED, needs_look=False)
            lately = Event.objects.filter(enquiry=pk, at__gt=timezone.now() - QUIET[entry.kind])
            if ended.exists() and not lately.exists():
                self.world.fault(f"{entry.reference} is kept for longer than the rule says")


def sent_notices() -> Iterator[tuple[int, str]]:
    """Enquiry and clock of each that a mail told of which was sent."""
    late = Notification.objects.filter(kind=Notification.Kind.LATE)
    sent = set(late.filter(state=Notification.State.SENT).values_list("created_at", flat=True))
    gone = set(late.values_list("created_at", flat=True))
    for pk, clock, at in LateNotice.objects.values_list("enquiry", "clock", "told_at"):
        if at in sent or at not in gone:  # a mail goes with the enquiry that it hung on
            yield pk, clock


def working_days(world: World, since: datetime) -> int:
    """Whole days on which the rooms were open since then, as we know them."""
    day, today = timezone.localdate(since) + timedelta(days=1), timezone.localdate()
    count = 0
    while day < today and count < 30:
        count += not world.is_closed(day)
        day += timedelta(days=1)
    return count


def earliest(entry: Entry, rule_kind: str) -> date:
    """Before this day nothing of its kind may go, by our own calendar."""
    assert entry.acknowledged_at
    came = timezone.localdate(entry.acknowledged_at)
    if rule_kind == "spam":
        return came + LEAST["spam"] if entry.called_spam or entry.is_spam else date.max
    if rule_kind == "message" and entry.kind == "message":
        return came + LEAST["message"]
    seven = years_on(came, REFERRAL_YEARS)
    return max(seven, years_on(entry.born, ADULT)) if entry.born else seven


def latest(entry: Entry) -> date:
    """By this day it is gone, if nobody touched it since and nothing keeps it."""
    assert entry.touched_at
    touched = timezone.localdate(entry.touched_at)
    if entry.kind == "message" or entry.born is None:
        return years_on(touched, 1) + TOUCHED_BY_ITSELF
    last = max(years_on(touched, REFERRAL_YEARS), years_on(entry.born, ADULT))
    return date(last.year + 1, 1, 1) + TOUCHED_BY_ITSELF


def years_on(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
