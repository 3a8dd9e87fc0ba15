"""What can happen to an enquiry. Each verb is one transaction: the change and its event."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from referrals import notifications
from referrals.models import AccessLog, Enquiry, Event, Notification


@transaction.atomic
def open_(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> Enquiry:
    """Note that a person read the enquiry; the first reading opens it."""
    now = at or timezone.now()
    AccessLog.objects.create(reference=enquiry.reference, by=by, at=now)
    first = Enquiry.objects.filter(pk=enquiry.pk, status=Enquiry.Status.RECEIVED).update(
        status=Enquiry.Status.OPENED, opened_at=now
    )
    if first:
        Event.objects.create(enquiry=enquiry, kind=Event.Kind.OPENED, at=now, by=by)
        enquiry.refresh_from_db(fields=["status", "opened_at"])
    return enquiry


@transaction.atomic
def retry_mail(*, enquiry: Enquiry, by: User, at: datetime | None = None) -> list[Notification]:
    """Put the enquiry's undelivered mail first in the queue."""
    now = at or timezone.now()
    undelivered = enquiry.notifications.exclude(state=Notification.State.SENT)
    retried = [notifications.retry(notification=n, at=now) for n in undelivered]
    if retried:
        Event.objects.create(enquiry=enquiry, kind=Event.Kind.MAIL_RETRIED, at=now, by=by)
    return retried
