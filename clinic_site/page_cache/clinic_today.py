"""What public pages say of the clinic at this moment, by its rows and by its clock."""

from typing import Any

from django.utils import timezone

from clinic_site.hours.ringing import answering
from clinic_site.models import Clinic, Clinician
from clinic_site.written_once import WrittenOnce
from clinic_site.zone import in_clinic_time

_clinicians = WrittenOnce(lambda: Clinician.objects.order_by("pk"))


def clinic_today() -> list[Any]:
    """Plain values; others as soon as any page would say something else. Two queries."""
    with in_clinic_time():
        clinic = Clinic.with_rooms()
        return [
            {field.attname: str(getattr(clinic, field.attname)) for field in clinic._meta.fields},
            clinic.rooms,
            _clinicians.rows(),
            # Their clock stands on no page that is kept, and is another each minute.
            answering(clinic.rooms, at=timezone.now())._replace(now=""),
            [(place.now, place.closures_soon) for place in clinic.rooms],
            timezone.localdate(),
        ]
