"""Erases one enquiry: all of its rows at once, or none, and then its files.

What stays is its tombstone and the log of who read it. Nothing else in this site deletes one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from clinic_site.permissions import require
from clinic_site.sessions.kept_forms import forget_forms_for
from referrals.models import (
    Answer,
    AnswerBack,
    Attachment,
    Call,
    DrawnFile,
    Ending,
    Enquiry,
    Event,
    FileProof,
    LateNotice,
    Message,
    Notification,
    PersonIndex,
    Referral,
    RetentionRule,
    Tombstone,
)
from referrals.retention import tombstones
from referrals.retention.confirming import tell_all, why_not
from referrals.retention.leftovers import list_files_of, remove_leftovers
from referrals.states.keeping import ERASE, erasure_asked_for, is_held
from referrals.timeline import add_line

logger = logging.getLogger(__name__)
Why = Tombstone.Why
# Every table that holds something of an enquiry, and what leads to it; in this order.
GOES: list[tuple[type[Model], str]] = [
    (Notification, "enquiry"),
    (FileProof, "attachment__enquiry"),
    (DrawnFile, "attachment__enquiry"),
    (Attachment, "enquiry"),
    (PersonIndex, "enquiry"),
    (LateNotice, "enquiry"),
    (Call, "enquiry"),
    (Ending, "event__enquiry"),
    (AnswerBack, "enquiry"),
    (Answer, "enquiry"),
    (Event, "enquiry"),
    (Message, "enquiry_ptr"),
    (Referral, "enquiry_ptr"),
    (Enquiry, "pk"),
]
NOT_SEALED = ["kind", "reference", "form_key", "status_token_hash", "received_at", "status"]


class CannotErase(ValueError):
    """It cannot be erased now. Says why, in words for staff; nothing has happened."""


def erase(
    *, enquiry: Enquiry, by: User, reference: str = "", at: datetime | None = None
) -> Tombstone:
    """The second of two steps: confirm what `ask_erasure` asked for, and erase it for good.

    Where another administrator could confirm, whoever asked cannot; where there is none, she types
    the `reference`. All who may erase are told. Raises `CannotErase`.
    """
    require(by, ERASE)
    now = at or timezone.now()
    with all_or_nothing():
        lock(enquiry.pk)
        asked = erasure_asked_for(enquiry)
        if asked is None:
            raise CannotErase("Nobody asks for its erasure any more.")
        refuse_who_may_not(asked, person=by, typed=reference, enquiry=enquiry, at=now)
        stone = erase_rows(pk=enquiry.pk, at=now, why=Why.REQUEST, asked_by=asked.by, by=by)
        tell_all("erased", enquiry=enquiry, who=by)
    transaction.on_commit(tidy_up, robust=True)
    return stone


def refuse_who_may_not(
    asked: Event, *, person: User, typed: str, enquiry: Enquiry, at: datetime
) -> None:
    if words := why_not(asked, person=person, at=at):
        raise CannotErase(words)
    if asked.by_id == person.pk and typed.strip().upper() != enquiry.reference:
        raise CannotErase("Type the reference exactly as it stands above.")


def erase_by_rule(
    *,
    pk: int,
    rule: RetentionRule,
    rule_kind: str,
    is_still_due: Callable[[int], bool],
    at: datetime,
) -> Tombstone:
    """What the clinic's signed rule lets go, if it still does once nobody can change it."""
    with all_or_nothing():
        lock(pk)
        if not is_still_due(pk):
            raise CannotErase("It was changed meanwhile.")
        stone = erase_rows(pk=pk, at=at, why=Why.RULE, rule=rule, rule_kind=rule_kind)
    transaction.on_commit(tidy_up, robust=True)
    return stone


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction. Raises `CannotErase` where another row still leads to what would go."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        logger.error("an enquiry could not be erased", exc_info=error)
        raise CannotErase("Something else in this site still belongs to it.") from error


def lock(pk: int) -> None:
    """Nobody adds a line or changes its state meanwhile. Raises `CannotErase` where it is gone."""
    if not Enquiry.objects.select_for_update().only("pk").filter(pk=pk).first():
        raise CannotErase("It is not there any more.")


def erase_rows(*, pk: int, at: datetime, why: str, **reasons: Any) -> Tombstone:
    """In a transaction that holds its lock. Opens nothing sealed, so a lost key keeps nothing."""
    enquiry = Enquiry.objects.only(*NOT_SEALED).get(pk=pk)
    if is_held(enquiry):
        raise CannotErase("There is a legal hold on it. Lift it first, if it may go.")
    refuse_while_mail_goes_out(enquiry)
    last = add_line(Event.Kind.ERASED, enquiry=enquiry, at=at, by=reasons.get("by"))
    stone = Tombstone(
        number=enquiry.pk,
        reference=enquiry.reference,
        kind=enquiry.kind,
        received_at=enquiry.received_at,
        erased_at=at,
        copies_until=copies_until(at),
        why=why,
        lines=last.number or 0,
        last_seal=last.seal or "",
        **tombstones.digests_of(enquiry),
        **reasons,
    )
    stone.seal = tombstones.seal_of(stone)
    stone.save(force_insert=True)
    list_files_of(enquiry, at=at)
    Enquiry.objects.filter(resend_of=enquiry.pk).update(resend_of=None)
    Enquiry.objects.filter(joined_to=enquiry.pk).update(joined_to=None)
    forget_what_was_not_told(enquiry.pk)
    forget_forms_for(enquiry.get_admin_url().removesuffix("change/"))
    delete_rows(enquiry.pk, GOES)
    return stone


def copies_until(at: datetime) -> date:
    """The last day on which a backup may hold what is erased now."""
    return timezone.localdate(at) + timedelta(days=settings.BACKUPS_KEPT_DAYS)


def refuse_while_mail_goes_out(enquiry: Enquiry) -> None:
    """A mail in hand would be written down, or put into a folder, after everything else is gone."""
    mails = Notification.objects.select_for_update().filter(enquiry=enquiry.pk)
    if Notification.State.SENDING in list(mails.values_list("state", flat=True)):
        raise CannotErase("A mail of it is just going out. Try again in a quarter of an hour.")


def forget_what_was_not_told(pk: int) -> None:
    """A mail of what is late goes with the one it hangs on; if it had not gone out, the others in
    it are told of again."""
    late = Notification.objects.filter(enquiry=pk, kind=Notification.Kind.LATE)
    unsent = late.exclude(state=Notification.State.SENT).values("created_at")
    LateNotice.objects.filter(told_at__in=unsent).delete()


def delete_rows(pk: int, tables: Iterable[tuple[type[Model], str]]) -> None:
    """Past Django's collector, which would read each row, and open what is sealed, to delete it."""
    for model, path in tables:
        rows = model._default_manager.filter(**{path: pk})
        rows._raw_delete(rows.db)


def tidy_up() -> None:
    """At once, as far as that is possible; what is left over the mail process does."""
    remove_leftovers()
