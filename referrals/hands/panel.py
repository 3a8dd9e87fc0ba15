"""What the page of an enquiry says of who has it, for whom it is, and when to look again."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from clinic_site.models import Clinician
from referrals.hands.people import CHANGE, colleagues, holder_in_words
from referrals.models import Enquiry
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Part

WITH_FIELDS = ["hand_on", "for_whom", "remind"]  # they stand in the bar, the others on the page


def hands_panel(
    enquiry: Enquiry,
    *,
    reader: User,
    people: list[User] | None = None,
    refused: str = "",
    problem: str = "",
    typed: str = "",
) -> dict[str, Any]:
    """`people` are the colleagues, where the caller has asked. `refused` names the button whose
    words did not fit; `typed` is what stood in its field."""
    people = list(colleagues()) if people is None else people
    is_mine = enquiry.assigned_to_id == reader.pk
    return {
        "holder": holder_in_words(enquiry, [user.pk for user in people]),
        "is_mine": is_mine,
        "seen": enquiry.assigned_to_id or "",
        "others": [u for u in people if u.pk not in {reader.pk, enquiry.assigned_to_id}],
        "clinicians": list(Clinician.objects.all()),
        "today": timezone.localdate(),
        "may_change": reader.has_perm(CHANGE),
        "may_be_reminded": enquiry.status not in statuses_where(part=Part.FILED),
        "may_be_unread": enquiry.status not in statuses_where(part=Part.SPAM),
        "with_fields": WITH_FIELDS,
        "refused": refused,
        "problem": problem,
        "typed": typed,
    }
