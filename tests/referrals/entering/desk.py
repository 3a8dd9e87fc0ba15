"""What a receptionist types, as a browser posts it."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from referrals.entering.entry import enter
from referrals.models import Enquiry
from referrals.references import new_form_key
from tests.makers import PATIENT, form_key, make_user, referral

ENTER = "/admin/referrals/enquiry/enter/"
RIGHTS = ["referrals.view_enquiry", "referrals.change_enquiry"]
FAXED_AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


def receptionist(username: str = "robin") -> User:
    return make_user(*RIGHTS, username=username)


def faxed(**changes: Any) -> dict[str, Any]:
    """A faxed referral with the few things that must be there."""
    fields = {
        "form_key": new_form_key(),
        "way": "fax",
        "received_on": "20/11/2026",
        "received_time": "11:15",
        "urgency": "routine",
        "patient_family_name": PATIENT,
        "patient_given_names": "Jo",
        "patient_birth_date": "31/1/1980",
        "name": "Dr Sam Samplegp",
        "reason": "Left buttock pain.",
    }
    return {**fields, **changes}


def on_paper(**changes: Any) -> Any:
    """An unsaved referral as a fax brings it: no signature, no provider number, no email."""
    fields = {"provider_number": "", "signed_name": "", "signed_at": None, "sender_email": ""}
    return referral(**{**fields, "urgency": "routine", "red_flags": [], **changes})


def entered(*, by: User, enquiry: Any = None, **kwargs: Any) -> Enquiry:
    facts = {"way_in": "fax", "received_at": FAXED_AT, "form_key": form_key(), **kwargs}
    return enter(new_enquiry=enquiry or on_paper(), by=by, **facts)
