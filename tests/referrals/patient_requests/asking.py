"""A patient who asks, and the colleagues who answer her."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from clinic_site.zone import in_clinic_time
from referrals.models import PatientRequest
from referrals.patient_requests import verbs
from tests.makers import PATIENT, form_key, make_user

LIST = "/admin/referrals/patientrequest/"
VIEW, NOTE, CHANGE = (f"referrals.{verb}_patientrequest" for verb in ("view", "add", "change"))
READ = "referrals.view_enquiry"
PROOF = "Showed her licence at the desk."


def today() -> date:
    """Where the clinic is, whatever the zone of the test."""
    with in_clinic_time():
        return timezone.localdate()


def receptionist(username: str = "robin") -> User:
    return make_user(VIEW, NOTE, READ, username=username)


def administrator(username: str = "lee") -> User:
    return make_user(VIEW, NOTE, CHANGE, READ, username=username)


def unsaved(**changes: Any) -> PatientRequest:
    fields = {
        "form_key": form_key(),
        "wants": "see",
        "how": "telephone",
        "patient_family_name": PATIENT,
        "patient_given_names": "Jo",
        "patient_birth_date": date(1980, 1, 31),
        "patient_phone": "0491 570 156",
    }
    if "asked_on" not in changes:
        fields["asked_on"] = today() - timedelta(days=1)
    return PatientRequest(**{**fields, **changes})


def correction(**changes: Any) -> PatientRequest:
    words = {"is_wrong": "The left side.", "should_say": "The right side."}
    return unsaved(wants="correct", **{**words, **changes})


def noted(new_request: PatientRequest | None = None, *, by: User) -> PatientRequest:
    return verbs.note_request(new_request=new_request or unsaved(), by=by)


def proved(new_request: PatientRequest | None = None, *, by: User) -> PatientRequest:
    return verbs.prove(patient_request=noted(new_request, by=by), note=PROOF, by=by)


def typed(**changes: Any) -> dict[str, Any]:
    """What a browser posts of the form for a new request."""
    fields = {
        "wants": "see",
        "asked_on": f"{today():%d/%m/%Y}",
        "how": "telephone",
        "patient_family_name": PATIENT,
        "patient_given_names": "Jo",
        "patient_birth_date": "31/1/1980",
        "patient_phone": "0491 570 156",
    }
    return {**fields, **changes}
