"""What belongs to the whole site: the clinic, its rooms, its keys, its counts. See each module."""

from clinic_site.models.clinic import (
    SAMPLE_CLINIC,
    Clinic,
    Clinician,
    NotifiedAddress,
    validate_time_zone,
)
from clinic_site.models.csp_reports import CspReport
from clinic_site.models.doctor_visits import DoctorVisit
from clinic_site.models.invitations import AccountLink
from clinic_site.models.keys import DatabaseIdentity, KeyWitness, LastingKey
from clinic_site.models.rate_counts import RateCount
from clinic_site.models.rooms import Closure, Location, OpeningHours
from clinic_site.models.sign_in_log import SignInEvent
from clinic_site.models.spoken_codes import SpokenCode
from clinic_site.models.staff_roles import StaffRole
from clinic_site.models.staff_sessions import KeptForm, StaffSession

__all__ = [
    "SAMPLE_CLINIC",
    "AccountLink",
    "Clinic",
    "Clinician",
    "Closure",
    "CspReport",
    "DatabaseIdentity",
    "DoctorVisit",
    "KeptForm",
    "KeyWitness",
    "LastingKey",
    "Location",
    "NotifiedAddress",
    "OpeningHours",
    "RateCount",
    "SignInEvent",
    "SpokenCode",
    "StaffRole",
    "StaffSession",
    "validate_time_zone",
]
