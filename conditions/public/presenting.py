"""What the templates of a page get: the same for the public page and for the preview of a draft."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.hours.ringing import Need, NextStep, at_any_time, whom_to_ring
from clinic_site.models import Clinic
from conditions.blocks.kind import Chosen
from conditions.citing.marks import unmarked
from conditions.models import Publication
from conditions.payloads import PagePayload, upgraded
from conditions.prepared.bodies import HELD_NURSE_TEMPLATE, NOTHING_CHOSEN, render_body
from conditions.prepared.holes import RING
from conditions.prepared.making import lasting_context
from conditions.prepared.subjects import subject
from conditions.showing.held_back import for_staff, is_signed, public_words


def page_context(
    publication: Publication,
    *,
    clinic: Clinic | None = None,
    chosen: Chosen = NOTHING_CHOSEN,
    is_preview: bool = False,
    is_paper: bool = False,
) -> dict[str, Any]:
    """Payload and facts of today, no model of ours but the clinic's. Raises `UnknownPayload`.

    `chosen` is what a reader chose in a comparison. A preview shows all words, and
    marks those that the public does not read. Paper says whom to ring at any time: it is read
    later.
    """
    clinic = clinic or Clinic.with_rooms()
    payload = staff_words(publication) if is_preview else public_words(publication)
    words = unmarked(payload)  # the body has the marks
    return {
        **lasting_context(publication),
        "clinic": clinic,
        "payload": words,
        "about": subject(words),
        "body": render_body(
            payload,
            chosen=chosen,
            more=more_of(publication, clinic),
            **facts_of_today(clinic, is_paper=is_paper),
        ),
        "published_at": publication.published_at,
        "review": review_state(publication),
    }


def staff_words(publication: Publication) -> PagePayload:
    """As on a public site, wherever it is looked at: what is previewed here may go there."""
    payload = upgraded(publication.payload)
    return for_staff(payload, shows_instructions=is_signed(publication))


def more_of(publication: Publication, clinic: Clinic) -> str:
    """Facts below the words of some pages, which another room knows; HTML, for most pages none."""
    room = settings.FACTS_OF_PAGES.get(f"{publication.section}/{publication.slug}")
    return str(import_string(room)(clinic)) if room else ""


def facts_of_today(clinic: Clinic, *, is_paper: bool = False) -> dict[str, str]:
    """What stands in a body but is never frozen: numbers to call, and whom to ring now."""
    return {
        "emergency_number": clinic.emergency_number,
        "telephone": clinic.telephone,
        "held_nurse": render_to_string(HELD_NURSE_TEMPLATE, {"clinic": clinic}),
        "ring_now": render_to_string(RING, ring_steps(clinic, is_paper=is_paper)),
    }


def ring_steps(clinic: Clinic, *, is_paper: bool = False) -> dict[str, list[NextStep]]:
    """For whoever has a sign that needs somebody today. What is printed is read later, so it says
    whom to ring at any time."""
    now = timezone.now()
    later = at_any_time(clinic, at=now, need=Need.TODAY)
    if is_paper:
        return {"steps": later}
    return {"steps": whom_to_ring(clinic, at=now, need=Need.TODAY), "later": later}


def review_state(publication: Any) -> dict[str, Any]:
    """Whether a clinician has signed what is shown, and until when. Says so when it is late."""
    if getattr(publication, "review_reviewed_on", None) is None:
        return {"state": "pending"}
    overdue = publication.review_next_review_due < timezone.localdate()
    changed = publication.review_publication_id != publication.pk
    return {
        "state": "overdue" if overdue else "changed" if changed else "signed",
        "by": publication.review_reviewer_name,
        "on": publication.review_reviewed_on,
        "due": publication.review_next_review_due,
    }
