"""One PDF of everything this site holds about the patient who asks.

Drawn by a bounded child, as every record is, and kept nowhere. Files of senders are named with
their size and handed over one by one; who has read it is a sheet of its own.
"""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from clinic_site.models import Clinic
from referrals.drawing.parcel import packed
from referrals.files import records
from referrals.inbox import enquiry_page
from referrals.inspecting import bounded
from referrals.models import Attachment, Enquiry, Event, Notification, PatientRequest
from referrals.patient_requests import verbs

SECONDS = 40.0  # a server in front waits for 60


@dataclass(frozen=True)
class Held:
    """One enquiry with all that belongs to it."""

    enquiry: Enquiry
    sections: list[enquiry_page.FactGroup]
    spam_reasons: list[str]
    files: list[Attachment]
    events: list[Event]
    mails: list[Notification]


def held_pdf(*, patient_request: PatientRequest) -> bytes:
    """Raises `bounded.Busy`, `TookTooLong` or `Failed`, and `records.PdfUnavailable`."""
    html = render_to_string("referrals/pdf/held.html", context_of(patient_request))
    words = [text.encode() for text in (patient_request.reference, html, "")]
    try:
        return records.child("whole_record", data=packed(words), seconds=SECONDS)
    except bounded.Failed as failure:
        if failure.code == records.NO_PANGO:
            raise records.PdfUnavailable(
                "Install libpango-1.0-0 and libpangoft2-1.0-0."
            ) from failure
        raise


def context_of(patient_request: PatientRequest) -> dict[str, Any]:
    references = verbs.chosen(patient_request)
    stored = Enquiry.objects.filter(reference__in=references).order_by("received_at", "pk")
    held = [held_of(enquiry) for enquiry in stored]
    here = {one.enquiry.reference for one in held}
    return {
        "ask": patient_request,
        "lines": list(patient_request.lines.all()),
        "others": other_requests(patient_request, references),
        "held": held,
        "erased": [reference for reference in references if reference not in here],
        "clinic": Clinic.with_rooms(),
        "made_at": timezone.now(),
        "footer": patient_request.reference,
    }


def held_of(enquiry: Enquiry) -> Held:
    return Held(
        enquiry,
        enquiry_page.sections(enquiry),
        enquiry_page.spam_reasons(enquiry),
        list(enquiry.attachments.all()),
        list(enquiry.events.all()),
        list(enquiry.notifications.order_by("created_at", "pk")),
    )


def other_requests(patient_request: PatientRequest, references: list[str]) -> list[PatientRequest]:
    """Earlier and later requests about the same enquiries."""
    about_them = PatientRequest.objects.filter(
        enquiries__reference__in=references, enquiries__untied_at__isnull=True
    )
    return list(about_them.exclude(pk=patient_request.pk).distinct().order_by("asked_on", "pk"))
