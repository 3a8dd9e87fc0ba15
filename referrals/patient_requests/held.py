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
from referrals.person_index import plain_name

SECONDS = 40.0  # a server in front waits for 60
OF_REQUESTS = {Event.Kind.CORRECTION_ASKED, Event.Kind.CORRECTED, Event.Kind.NOT_CORRECTED}
REFERENCE = len("ASK-7KH2M9PD")


@dataclass(frozen=True)
class Held:
    """One enquiry with all that belongs to it."""

    enquiry: Enquiry
    sections: list[enquiry_page.FactGroup]
    spam_reasons: list[str]
    files: list[Attachment]
    events: list[Event]
    mails: list[Notification]


def held_pdf(
    *, patient_request: PatientRequest, references: list[str], others: list[PatientRequest]
) -> bytes:
    """Exactly these enquiries and further requests: whoever draws it notes the same in the log.

    Raises `bounded.Busy`, `TookTooLong` or `Failed`, and `records.PdfUnavailable`.
    """
    context = context_of(patient_request, references, others)
    html = render_to_string("referrals/pdf/held.html", context)
    words = [text.encode() for text in (patient_request.reference, html, "")]
    try:
        return records.child("whole_record", data=packed(words), seconds=SECONDS)
    except bounded.Failed as failure:
        if failure.code == records.NO_PANGO:
            raise records.PdfUnavailable(
                "Install libpango-1.0-0 and libpangoft2-1.0-0."
            ) from failure
        raise


def context_of(
    patient_request: PatientRequest, references: list[str], others: list[PatientRequest]
) -> dict[str, Any]:
    her_words = [one for one in others if not one.asked_for_by]
    hers = {one.reference for one in [patient_request, *her_words]}
    stored = Enquiry.objects.filter(reference__in=references).order_by("received_at", "pk")
    held = [held_of(enquiry, hers) for enquiry in stored]
    here = {one.enquiry.reference for one in held}
    return {
        "ask": patient_request,
        "lines": list(patient_request.lines.all()),
        "others": others,
        "held": held,
        "erased": [reference for reference in references if reference not in here],
        "clinic": Clinic.with_rooms(),
        "made_at": timezone.now(),
        "footer": patient_request.reference,
    }


def held_of(enquiry: Enquiry, hers: set[str]) -> Held:
    return Held(
        enquiry,
        enquiry_page.sections(enquiry),
        enquiry_page.spam_reasons(enquiry),
        list(enquiry.attachments.all()),
        [without_old_values(e) for e in enquiry.events.all() if not is_of_another(e, hers)],
        list(enquiry.notifications.order_by("created_at", "pk")),
    )


def is_of_another(event: Event, hers: set[str]) -> bool:
    """Whether it holds words of a request that is not hers: tied here by mistake, or for somebody
    of the same household. Such a line begins with the reference of the request."""
    return event.kind in OF_REQUESTS and (event.note or "")[:REFERENCE] not in hers


def without_old_values(event: Event) -> Event:
    """Of a correction the fields only: what stood there before may be another person's."""
    if event.kind == Event.Kind.DETAILS_CORRECTED and event.note:
        lines = event.note.split("\nWhy: ")[0].splitlines()
        fields = [line.partition(":")[0] for line in lines]
        event.note = f"Corrected: {', '.join(fields)}."
    return event


def other_requests(patient_request: PatientRequest, references: list[str]) -> list[PatientRequest]:
    """Earlier and later requests about the same enquiries, of the very same patient."""
    about_them = PatientRequest.objects.filter(
        enquiries__reference__in=references, enquiries__untied_at__isnull=True
    )
    rows = about_them.exclude(pk=patient_request.pk).distinct().order_by("asked_on", "pk")
    return [other for other in rows if is_same_person(other, patient_request)]


def is_same_person(one: PatientRequest, other: PatientRequest) -> bool:
    """All names and the date of birth, as twins share all but their given names."""
    return None not in who(one) and who(one) == who(other)


def who(ask: PatientRequest) -> tuple[str | None, ...]:
    """Plain forms; None for what is not known."""
    names = (plain_name(ask.patient_family_name), plain_name(ask.patient_given_names))
    born = str(ask.patient_birth_date) if ask.patient_birth_date else None
    return (*(name or None for name in names), born)
