"""How fast the rooms mean to work, and of what they were told that it is late."""

from typing import NamedTuple

from django.db import models
from django.db.models import F, Q

from clinic_site.models import Clinic
from referrals.models.enquiries import Enquiry


class Bounds(NamedTuple):
    """The least and the most that a limit may be."""

    least: int
    most: int


BOUNDS = {
    "ring_minutes": Bounds(5, 240),
    "urgent_open_hours": Bounds(1, 24),
    "open_days": Bounds(1, 10),
    "urgent_decide_days": Bounds(1, 10),
    "decide_days": Bounds(1, 30),
    "book_days": Bounds(1, 30),
}


def within_bounds(name: str) -> models.CheckConstraint:
    least, most = BOUNDS[name]
    return models.CheckConstraint(
        condition=Q((f"{name}__range", (least, most))),
        name=f"inbox_limits_{name}_in_bounds",
        violation_error_message=f"Give a number from {least} to {most}.",
    )


class InboxLimits(models.Model):
    """Until when the rooms should ring, open, decide and book: one row of the clinic.

    Without a row the defaults count. A limit is no date: what is late is asked each time.
    """

    clinic = models.OneToOneField(
        Clinic, on_delete=models.CASCADE, primary_key=True, related_name="inbox_limits"
    )
    ring_minutes = models.PositiveSmallIntegerField(
        "red flag: somebody rings within (minutes)",
        default=30,
        help_text="This clock never stops: nights and weekends count.",
    )
    urgent_open_hours = models.PositiveSmallIntegerField(
        "urgent: read within (opening hours)", default=1
    )
    open_days = models.PositiveSmallIntegerField(
        "all others: read within (working days)",
        default=1,
        help_text="Senders read “within one working day” on the site, whatever stands here.",
    )
    urgent_decide_days = models.PositiveSmallIntegerField(
        "urgent: decided within (working days)", default=1
    )
    decide_days = models.PositiveSmallIntegerField(
        "all others: decided within (working days)", default=3
    )

    book_days = models.PositiveSmallIntegerField(
        "accepted: booked within (working days)",
        default=5,
        help_text="Later it stands in the inbox again, until it is booked or filed otherwise.",
    )

    class Meta:
        verbose_name = "limits of the inbox"
        verbose_name_plural = "limits of the inbox"
        default_permissions = ("view", "change")
        constraints = [
            *(within_bounds(name) for name in BOUNDS),
            models.CheckConstraint(
                condition=Q(decide_days__gte=F("open_days")),
                name="inbox_limits_read_before_decided",
                violation_error_message="What must be read first cannot be decided sooner.",
            ),
            models.CheckConstraint(
                condition=Q(urgent_decide_days__lte=F("decide_days")),
                name="inbox_limits_urgent_is_sooner",
                violation_error_message="Urgent ones cannot take longer than all others.",
            ),
        ]

    def __str__(self) -> str:
        return "Limits of the inbox"


class LateNotice(models.Model):
    """That the rooms were mailed of an enquiry which one clock made late: once for each.

    Rows of one `told_at` stand in one mail, which was queued at that moment.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="late_notices")
    clock = models.CharField(max_length=9)
    told_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "clock"], name="late_notice_once_per_clock")
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.clock}"
