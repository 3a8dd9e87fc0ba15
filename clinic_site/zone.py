"""The clinic's time zone: every time is read and shown in it.

Middleware, mail process and commands work `in_clinic_time()`. All else asks Django for the current
time zone (`timezone.localtime`, `localdate`, form fields, template filters) and knows of no clinic.
"""

import logging
import zoneinfo
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.utils import timezone

from clinic_site.models import Clinic

logger = logging.getLogger(__name__)


def in_clinic_time() -> timezone.override:
    """For one request, one round or one command: a later one sees what the clinic has changed."""
    return timezone.override(ClinicZone())


class ClinicZone(tzinfo):
    """Found when a time is first read or shown.

    By then most pages have read the clinic's row for their header. So the zone costs no query of
    its own, none at all where no time is shown, and nothing breaks while the database is away.
    """

    def __init__(self) -> None:
        self.known_before = Clinic.last_known()
        self.is_unreachable = False
        self.is_said = False

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        name = self.name()
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            if not self.is_said:
                logger.error("the time zone %s is unknown on this machine", name)
            self.is_said = True
            return zoneinfo.ZoneInfo(settings.TIME_ZONE)

    def name(self) -> str:
        clinic = Clinic.last_known()
        if clinic is self.known_before and not self.is_unreachable:
            try:
                clinic = Clinic.current()
            except AnyDatabaseError:
                self.is_unreachable = True  # asked once: each question may wait for seconds
        return clinic.time_zone if clinic else settings.TIME_ZONE

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self.zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        return self.zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        return self.zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        """What comes out bears the zone itself, and so outlives the request."""
        zone = self.zone
        return zone.fromutc(moment.replace(tzinfo=zone))

    def __str__(self) -> str:
        return str(self.zone)

    def __reduce__(self) -> Any:
        return zoneinfo.ZoneInfo, (str(self),)
