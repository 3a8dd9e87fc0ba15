"""The clinic: its name, numbers and addresses, and who treats patients there.

Facts that must be current on every page, so they are never frozen into a publication.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from clinic_site.colours import validate_brand_colour
from clinic_site.hours.opening import Now
from clinic_site.hours.ringing import NextStep, ask_a_nurse, telephone_now
from clinic_site.hours.rooms import Rooms, rooms_from_rows
from clinic_site.logos import Drawn, drawn
from clinic_site.written_once import Given, WrittenOnce

SAMPLE_CLINIC = {
    "name": "Sacroiliac Joint Clinic",
    "tagline": "Dr Lee’s rooms",
    "reference_prefix": "SIJ",
    "telephone": "(02) 5550 1234",
    "fax": "(02) 5550 1235",
    "email": "rooms@clinic.example",
    "secure_messaging": "HealthLink: sijclinic (sample)\nArgus: rooms@argus.example",
    "emergency_number": "000",
    "nurse_line": "1800 022 222",
    "nurse_line_name": "Healthdirect",
}


# A room's facts and the path to each from the clinic.
ROOM_PATHS = {
    "room_pk": "locations__pk",
    "room_name": "locations__name",
    "room_address": "locations__address",
    "room_parking": "locations__parking",
    "room_access": "locations__access",
    "room_time_zone": "locations__time_zone",
    "weekday": "locations__hours__weekday",
    "opens": "locations__hours__opens",
    "closes": "locations__hours__closes",
    "first_day": "closing__first_day",
    "last_day": "closing__last_day",
    "reason": "closing__reason",
}

_last_known: "dict[str, Clinic]" = {}


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone by its name, for example Australia/Sydney.")


validate_dialled = RegexValidator(
    r"^\+?[0-9()][0-9 ()./-]{2,}$", "Write the number alone, for example (02) 5550 1234."
)


class Clinic(models.Model):
    """The practice itself: one row."""

    name = models.CharField(max_length=80)
    tagline = models.CharField(max_length=80, blank=True, help_text="Stands under the name.")
    reference_prefix = models.CharField(
        max_length=4,
        default="SIJ",
        validators=[RegexValidator(r"^[A-Z]{2,4}$", "Two to four capital letters.")],
        help_text="Every reference starts with it, for example SIJ-7KH2M9PA.",
    )
    logo = models.ImageField(
        upload_to="logo/", blank=True, help_text="PNG, JPEG or WebP. It is made small for you."
    )
    brand_colour = models.CharField(
        max_length=7, default="#0e5a63", validators=[validate_brand_colour]
    )
    brand_colour_dark = models.CharField(
        max_length=7, default="#0a434a", validators=[validate_brand_colour]
    )
    telephone = models.CharField(max_length=30)
    after_hours_telephone = models.CharField(
        max_length=30,
        blank=True,
        validators=[validate_dialled],
        help_text="Whom to ring while the rooms are closed. Empty: the site names a hospital.",
    )
    after_hours_words = models.CharField(
        "who answers after hours",
        max_length=120,
        blank=True,
        help_text="One line, for example “The surgeon on call answers.”",
    )
    fax = models.CharField(max_length=30, blank=True)
    email = models.EmailField()
    second_email = models.EmailField(
        blank=True,
        help_text="Hears of an enquiry whose mail was refused or waited for 15 minutes.",
    )
    secure_messaging = models.TextField(
        blank=True, help_text="One address per line, for example “HealthLink: myrooms”."
    )
    emergency_number = models.CharField(max_length=10, default="000")
    nurse_line = models.CharField(
        max_length=30,
        blank=True,
        default="1800 022 222",
        db_default="1800 022 222",
        validators=[validate_dialled],
        help_text="A nurse whom anybody may ring, day and night. Empty: the site names none.",
    )
    nurse_line_name = models.CharField(
        "name of the nurse line",
        max_length=40,
        blank=True,
        default="Healthdirect",
        db_default="Healthdirect",
    )
    time_zone = models.CharField(
        max_length=40, default="Australia/Sydney", validators=[validate_time_zone]
    )

    notice = models.CharField(
        "notice on every page",
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="One line for today, for example “Our telephone is out of order. Ring"
        " 0491 571 804.” Telephone numbers dial. Empty: no notice.",
    )
    notice_last_day = models.DateField(
        "last day of the notice",
        null=True,
        blank=True,
        help_text="After this day it is gone by itself. Empty: it stays until you take it away.",
    )

    rooms: tuple[Rooms, ...] = ()  # filled by `with_rooms` alone

    class Meta:
        verbose_name = "clinic"
        verbose_name_plural = "clinic"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="clinic_is_one_row"),
            models.CheckConstraint(
                condition=Q(after_hours_words="") | ~Q(after_hours_telephone=""),
                name="after_hours_words_have_a_number",
                violation_error_message="Give the after-hours number too, or leave both empty.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Clinic":
        """The clinic's row; the sample clinic, unsaved, where there is none yet."""
        clinic = next(iter(_the_clinic.objects()), None) or cls(pk=1, **SAMPLE_CLINIC)
        _last_known["clinic"] = clinic
        return clinic

    @classmethod
    def with_rooms(
        cls, *, closures_since: date | None = None, related: Sequence[str] = ()
    ) -> "Clinic":
        """The clinic as `current`, and its `rooms` with their hours and closures: one query.

        Closures that are over are left out, but for those since a given day. `related` are rows
        that hang on the clinic's.
        """
        since = closures_since or timezone.now().date() - timedelta(days=1)  # today somewhere
        rows = (
            list(joined_to_rooms(since).select_related(*related))
            if related
            else _joined_to_rooms.objects(since=since)
        )
        if not rows:
            return cls.current()
        clinic = rows[0]
        clinic.rooms = rooms_from_rows([vars(row) for row in rows])
        _last_known["clinic"] = clinic
        return clinic

    @classmethod
    def last_known(cls) -> "Clinic | None":
        """What this process last read, for the error page of a site whose database is away."""
        return _last_known.get("clinic")

    def addresses(self) -> list[str]:
        """Every mail address of the rooms."""
        listed = list(self.notified.values_list("email", flat=True)) if self.pk else []
        own = self.clinicians.values_list("notify_email", flat=True) if self.pk else []
        listed += [address for address in own if address]
        return [address for address in (self.email, self.second_email, *listed) if address]

    def rooms_own(self) -> list[str]:
        """Every mail address of the rooms but the second one."""
        listed = list(self.notified.values_list("email", flat=True)) if self.pk else []
        return [self.email, *listed]

    @property
    def telephone_now(self) -> Now | None:
        """Whether somebody answers the telephone; asked when a page is made."""
        return telephone_now(self.rooms, at=timezone.now())

    @property
    def nurse_step(self) -> NextStep | None:
        """Whom to ask who is not sure how urgent it is; None where the clinic names nobody."""
        return next(iter(ask_a_nurse(self)), None)

    @property
    def notice_today(self) -> str:
        """The line for every page; empty once its last day is over where the clinic is."""
        is_over = self.notice_last_day is not None and self.notice_last_day < timezone.localdate()
        return "" if is_over else self.notice

    @property
    def logo_drawn(self) -> Drawn | None:
        return drawn(str(self.logo.name)) if self.logo else None

    @property
    def colours_version(self) -> str:
        return f"{self.brand_colour}{self.brand_colour_dark}".replace("#", "")

    @property
    def has_own_colours(self) -> bool:
        """Whether the colours differ from those in the style sheet: if so, one more small file."""
        return self.colours_version != "0e5a630a434a"


def joined_to_rooms(closures_since: Any) -> models.QuerySet[Clinic]:
    """A row for each span of hours of each room, and for each closure of it."""
    closing = FilteredRelation("closures", condition=Q(closures__last_day__gte=closures_since))
    paths = {name: F(path) for name, path in ROOM_PATHS.items()}
    order = ["locations__ordering", "room_pk", "weekday", "opens", "first_day"]
    return Clinic.objects.alias(closing=closing).annotate(**paths).order_by(*order)


_the_clinic = WrittenOnce(lambda: Clinic.objects.order_by("pk")[:1])
_joined_to_rooms = WrittenOnce(lambda: joined_to_rooms(Given("since", models.DateField())))


class NotifiedAddress(models.Model):
    """An address that hears of each new enquiry."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="notified")
    email = models.EmailField()

    class Meta:
        verbose_name = "address told of new enquiries"
        verbose_name_plural = "addresses told of new enquiries"
        constraints = [
            models.UniqueConstraint(fields=["clinic", "email"], name="notified_address_once")
        ]

    def __str__(self) -> str:
        return self.email


class Clinician(models.Model):
    """A person who treats patients here."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="clinicians")
    name = models.CharField(max_length=80)
    qualifications = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=80)
    notify_email = models.EmailField(
        "email for their own referrals",
        blank=True,
        help_text="Hears of each new referral for them, as the rooms do. Empty: the rooms alone.",
    )
    ordering = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordering", "pk"]

    def __str__(self) -> str:
        return self.name
