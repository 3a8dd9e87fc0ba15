"""The people in the rooms: they read, ring, decide, book, forget, leave, and mend what is wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db.models import Q
from django.utils import timezone

from clinic_site.models import Closure
from clinic_site.people.leaving import has_left
from referrals.ending.calls import rang
from referrals.entering.correcting import correct, details_of, mark_of
from referrals.entering.sending_again import send_again
from referrals.hands import verbs as hands
from referrals.mail.outbox import refused
from referrals.models import Call, Enquiry, Notification
from referrals.retention.erasing import erase
from referrals.states.withdrawing import withdrawal_of
from referrals.workflow import verbs
from tests.faults.years.book import Entry, World
from tests.faults.years.mishaps import WHILE_DECIDING, struck

Status, Outcome = Enquiry.Status, Enquiry.Outcome
TO_DO = Q(needs_look=True) | ~Q(status__in=[Status.FILED, Status.SPAM])
TEAM = 6
Act = Callable[[Enquiry, Entry | None], None]


class Rooms:
    """Whoever works there today."""

    def __init__(self, world: World) -> None:
        self.world, self.rng, self.chance = world, world.rng, world.chance
        self.acts: dict[str, Act] = {
            Status.RECEIVED: self.read,
            Status.OPENED: self.decide,
            Status.NEEDS_INFORMATION: self.wait_for_answer,
            Status.ACCEPTED: self.book,
            Status.RETURNED: self.end_returned,
        }

    def somebody(self) -> User:
        return User.objects.get(username=self.rng.choice(self.world.staff))

    def administrators(self) -> list[User]:
        return list(User.objects.filter(groups__name="Administrator").order_by("pk"))

    def work(self) -> None:
        """A few hours of work through all that is not ended."""
        self.world.count("turns of work")
        for pk, reference in list(Enquiry.objects.filter(TO_DO).values_list("pk", "reference")):
            entry = self.world.by_reference.get(reference)
            forgets = entry is not None and entry.neglected
            if self.chance(0.01 if forgets else 0.45):
                self.take_up(Enquiry.objects.get(pk=pk), entry)

    def take_up(self, enquiry: Enquiry, entry: Entry | None) -> None:
        if enquiry.needs_look:
            hands.note_looked_at(enquiry=enquiry)
            verbs.open_(enquiry=enquiry, by=self.somebody())
        act = self.acts.get(enquiry.status)
        if act is None:
            return
        if withdrawal_of(enquiry) and not self.chance(0.1):  # now and then nobody sees the badge
            act = self.end_withdrawn
        if self.chance(0.003):
            self.world.count("killed")
            with struck(WHILE_DECIDING):
                self.try_to(act, enquiry, entry)
            enquiry = Enquiry.objects.get(pk=enquiry.pk)
            act = self.acts.get(enquiry.status, self.read)
        self.try_to(act, enquiry, entry)
        if entry:
            entry.touched_at = timezone.now()

    def try_to(self, act: Callable[..., Any], *args: Any) -> None:
        """What does not fit is refused, and that is no fault."""
        try:
            act(*args)
        except verbs.CannotMove:
            self.world.count("refused to staff")

    def read(self, enquiry: Enquiry, entry: Entry | None) -> None:
        verbs.open_(enquiry=enquiry, by=self.somebody())

    def decide(self, enquiry: Enquiry, entry: Entry | None) -> None:
        if enquiry.is_red_flagged and enquiry.first_rang_at is None:
            self.ring(enquiry)
        if entry and entry.is_spam:
            entry.called_spam = True
            verbs.mark_spam(enquiry=enquiry, by=self.somebody())
        elif enquiry.kind == Enquiry.Kind.MESSAGE:
            if enquiry.sender_email and self.chance(0.5):
                words = "It costs what stands on the page."
                verbs.reply(enquiry=enquiry, by=self.somebody(), note=words)
            self.file(enquiry, entry, Outcome.ANSWERED)
        else:
            self.decide_referral(enquiry, entry)

    def decide_referral(self, enquiry: Enquiry, entry: Entry | None) -> None:
        by, pick = self.somebody(), self.rng.random()
        if pick < 0.65:
            verbs.accept(enquiry=enquiry, by=by)
        elif pick < 0.75:
            verbs.ask(enquiry=enquiry, by=by, note="Which side is it?")
        elif pick < 0.8:
            verbs.return_(enquiry=enquiry, by=by, note="Try exercises for six weeks first.")
        elif pick < 0.85:
            self.file(enquiry, entry, self.rng.choice([Outcome.NOT_TAKEN, Outcome.ELSEWHERE]))
        else:
            self.hand_on(enquiry, by)

    def hand_on(self, enquiry: Enquiry, by: User) -> None:
        pick = self.rng.random()
        if pick < 0.5:
            hands.assign(enquiry=enquiry, to=self.somebody(), by=by)
        elif pick < 0.8:
            day = timezone.localdate() + timedelta(days=self.rng.randrange(1, 20))
            hands.remind(enquiry=enquiry, on=day, by=by)
        else:
            hands.mark_unread(enquiry=enquiry, by=by)

    def wait_for_answer(self, enquiry: Enquiry, entry: Entry | None) -> None:
        """The doctor is asked once more by the site; after a month the rooms end it."""
        if timezone.now() - enquiry.received_at > timedelta(days=31) and self.chance(0.2):
            self.file(enquiry, entry, Outcome.NOT_TAKEN)

    def book(self, enquiry: Enquiry, entry: Entry | None) -> None:
        if self.ring(enquiry) == Call.Result.REACHED:
            day = timezone.localdate() + timedelta(days=self.rng.randrange(7, 60))
            self.file(enquiry, entry, Outcome.BOOKED, booked_on=day)
        elif enquiry.calls.count() > 5:
            self.file(enquiry, entry, Outcome.NOT_REACHED)

    def ring(self, enquiry: Enquiry) -> str:
        reached = self.chance(0.6)
        result = Call.Result.REACHED if reached else Call.Result.NO_ANSWER
        rang(enquiry=enquiry, by=self.somebody(), whom=Call.Whom.PATIENT, result=result)
        return result

    def end_returned(self, enquiry: Enquiry, entry: Entry | None) -> None:
        self.file(enquiry, entry, Outcome.NOT_TAKEN)

    def end_withdrawn(self, enquiry: Enquiry, entry: Entry | None) -> None:
        self.file(enquiry, entry, Outcome.WITHDRAWN)

    def file(self, enquiry: Enquiry, entry: Entry | None, outcome: str, **more: Any) -> None:
        verbs.file(enquiry=enquiry, outcome=outcome, by=self.somebody(), **more)
        self.world.outcomes[str(outcome)] += 1
        self.world.count("filed")

    def each_week(self) -> None:
        """Through the spam, the mails that came back, what was ended by a slip, wishes to be
        erased, legal holds."""
        for enquiry in Enquiry.objects.filter(status=Status.SPAM, opened_at=None):
            self.try_to(self.look_at_spam, enquiry)
        for mail in Notification.objects.filter(refused()).select_related("enquiry"):
            self.try_to(self.mend_address, mail.enquiry, mail)
        for reference in sorted(self.world.bounced):
            self.try_to(self.mend_address, Enquiry.objects.filter(reference=reference).first())
        self.world.bounced.clear()
        for mail in Notification.objects.filter(state=Notification.State.DEAD):
            verbs.retry_one(notification=mail, by=self.somebody())
            self.world.count("dead mail retried")
        self.remember_the_forgotten()
        self.rare_things()

    def look_at_spam(self, enquiry: Enquiry) -> None:
        entry = self.world.by_reference.get(enquiry.reference)
        by = self.somebody()
        verbs.open_(enquiry=enquiry, by=by)
        if entry:
            entry.called_spam = True
        if entry and not entry.is_spam:
            verbs.not_spam(enquiry=enquiry, by=by)

    def mend_address(self, enquiry: Enquiry | None, mail: Notification | None = None) -> None:
        """Rings, writes down the right address, sends again; else a person has seen it."""
        entry = self.world.by_reference.get(enquiry.reference) if enquiry else None
        by = self.somebody()
        if enquiry is None or entry is None or entry.email == entry.right_email:
            if mail:
                verbs.note_dead_mail(notification=mail, by=by)
            return
        right, seen = {"sender_email": entry.right_email}, mark_of(details_of(enquiry))
        correct(enquiry=enquiry, right=right, seen=seen, reason="rang her", by=by)
        entry.email, entry.touched_at = entry.right_email, timezone.now()
        self.world.count("addresses mended")
        send_again(enquiry=Enquiry.objects.get(pk=enquiry.pk), by=by)

    def remember_the_forgotten(self) -> None:
        """What a mail named as without an end is taken up at last, most of it."""
        for entry in self.world.acknowledged():
            old = self.world.now - entry.acknowledged_at > timedelta(days=45)
            if entry.neglected and old and self.chance(0.3):
                entry.neglected = False

    def rare_things(self) -> None:
        since = timezone.now() - timedelta(days=20)
        rows = list(Enquiry.objects.filter(status=Status.FILED, filed_at__gt=since)[:200])
        for enquiry in rows:
            entry = self.world.by_reference.get(enquiry.reference)
            if entry is None or not self.chance(0.04):
                continue
            self.try_to(self.rng.choice([self.reopen, self.hold, self.ask_erasure]), enquiry, entry)
        for entry in self.world.entries:
            if entry.held and not entry.gone and self.chance(0.01):
                self.try_to(self.lift_hold, entry)
            elif entry.erasure == "asked" and self.chance(0.5):
                self.try_to(self.erase, entry)

    def reopen(self, enquiry: Enquiry, entry: Entry) -> None:
        verbs.reopen(enquiry=enquiry, by=self.somebody())
        entry.touched_at = timezone.now()
        self.world.count("reopened")

    def hold(self, enquiry: Enquiry, entry: Entry) -> None:
        if not entry.erasure:
            verbs.hold(enquiry=enquiry, by=self.administrators()[0], note="A court asks.")
            entry.held = True
            self.world.count("held")

    def lift_hold(self, entry: Entry) -> None:
        enquiry = Enquiry.objects.get(reference=entry.reference)
        verbs.lift_hold(enquiry=enquiry, by=self.administrators()[0], note="It is over.")
        entry.held, entry.touched_at = False, timezone.now()

    def ask_erasure(self, enquiry: Enquiry, entry: Entry) -> None:
        if not entry.held and self.chance(0.3):
            by = self.administrators()[0]
            verbs.ask_erasure(enquiry=enquiry, by=by, note="The patient asks.")
            entry.erasure = "asked"

    def erase(self, entry: Entry) -> None:
        enquiry = Enquiry.objects.filter(reference=entry.reference).first()
        if enquiry is None:
            return  # the rule came first, or it is lost: the book is held against the site later
        erase(enquiry=enquiry, by=self.administrators()[1])
        entry.erasure = "done"
        self.world.count("erased on request")

    def hire(self, role: str) -> User:
        self.world.staff_made += 1
        name = f"{role.lower()}{self.world.staff_made}"
        user = User.objects.create_user(name, f"{name}@clinic.example", "a phrase that is long")
        user.is_staff, user.first_name = True, name.capitalize()
        user.save()
        user.groups.add(Group.objects.get(name=role))
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        if role != "Administrator":
            self.world.staff.append(name)
        return user

    def begin(self) -> None:
        for role in ["Administrator", "Administrator", *["Receptionist", "Clinician"] * 3]:
            self.hire(role)

    def somebody_leaves(self) -> None:
        """Her account is closed; what she had is in nobody's hands, and a colleague comes."""
        name = self.world.staff.pop(self.rng.randrange(len(self.world.staff)))
        has_left(by=self.administrators()[0], user=User.objects.get(username=name))
        self.world.count("staff left")
        self.hire(self.rng.choice(["Receptionist", "Clinician"]))

    def close(self, days: int, *, ahead: int = 3) -> None:
        """Leave of the whole practice, told on the site beforehand."""
        first = timezone.localdate() + timedelta(days=ahead)
        last = first + timedelta(days=days)
        Closure.objects.create(clinic_id=1, first_day=first, last_day=last, reason="Leave")
        self.world.closed.append((first, last))
        self.world.count("days closed", days)
