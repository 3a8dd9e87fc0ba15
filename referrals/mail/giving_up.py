"""When a mail is given up: it becomes a dead letter, which staff see and may try again.

What a server refuses for good is given up at once: see `delivery.is_final`.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from referrals.models import Notification

State, Failure = Notification.State, Notification.Failure
GIVE_UP_AFTER = timedelta(days=5)
MAX_ATTEMPTS = 300  # more than five days of tries
MAX_INTERRUPTED = 10  # a restart may interrupt an innocent mail a few times
MAX_UNWRITABLE = 5  # tries of a mail that cannot even be written


def bury_hopeless(waiting: QuerySet[Notification], *, at: datetime) -> None:
    """Rows tried too long or too often become dead letters."""
    always_interrupted = Q(
        state=State.SENDING,
        failure=Failure.INTERRUPTED,
        failures_in_a_row__gte=MAX_INTERRUPTED,
    )
    hopeless = Q(give_up_at__lte=at) | Q(attempts__gte=MAX_ATTEMPTS) | always_interrupted
    waiting.filter(hopeless).update(state=State.DEAD, lease_until=None, lease_token=None)
