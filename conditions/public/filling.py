"""A prepared page with the facts of today in its open places.

What a page was filled with is remembered beside it: as long as none of it changes, the page is the
same, whoever asks and whenever.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from clinic_site.hours.opening import Now
from clinic_site.hours.ringing import NextStep
from clinic_site.models import Clinic
from conditions.blocks.kind import Chosen
from conditions.emergency_number import as_dialled
from conditions.models import Publication, Section
from conditions.prepared import keeping, menu
from conditions.prepared.holes import DIALLED, SHOWN
from conditions.prepared.making import digest_for, lasting_context, prepare
from conditions.prepared.parts import Prepared
from conditions.public.presenting import more_of, review_state, ring_steps
from conditions.showing.held_back import shows_instructions

TEAM = (Section.SITE, "team")


class FactsOfToday(NamedTuple):
    """Every value that a template of today may show: pages that were filled with equal ones are
    equal. `rooms` holds their hours and closures, `opening` what follows from them at this moment.
    """

    published_at: datetime
    clinic: list[Any]
    rooms: tuple[Any, ...]
    notice: str
    telephone_now: Now | None
    opening: list[Any]
    steps: dict[str, list[NextStep]]
    review: dict[str, Any]
    menu: tuple[int, ...]
    people: list[Any]


def filled_page(
    publication: Publication, clinic: Clinic, *, template: str, chosen: Chosen
) -> str | None:
    """The page as a reader gets it; None where it must be drawn as a whole: while developing, for a
    choice in the address, and where it cannot be prepared. Raises `UnknownPayload`."""
    if settings.DEBUG:
        return None
    more, shows = more_of(publication, clinic), shows_instructions(publication)

    def make() -> Prepared | None:
        if not publication.payload:
            return None
        return prepare(publication, template=template, shows_instructions=shows, more=more)

    digest = digest_for(shows_instructions=shows, more=more)
    kept = keeping.prepared_page(publication, template=template, digest=digest, make=make)
    if kept is None or (kept.prepared.is_chosen_from and any(chosen)):
        return None
    pages = menu.live_pages()
    facts = facts_of(publication, clinic, pages)
    if kept.last is None or kept.last[0] != facts:
        kept.last = facts, filled(publication, clinic, kept.prepared, facts, pages)
    return kept.last[1]


def facts_of(publication: Publication, clinic: Clinic, pages: list[Publication]) -> FactsOfToday:
    is_team = (publication.section, publication.slug) == TEAM
    return FactsOfToday(
        published_at=publication.published_at,
        clinic=[getattr(clinic, field.attname) for field in clinic._meta.concrete_fields],
        rooms=clinic.rooms,
        telephone_now=clinic.telephone_now,
        notice=clinic.notice_today,
        opening=[(place.now, place.closures_soon) for place in clinic.rooms],
        steps=ring_steps(clinic),
        review=review_state(publication),
        menu=menu.keys_of(pages),
        people=list(clinic.clinicians.values_list()) if is_team else [],
    )


def filled(
    publication: Publication,
    clinic: Clinic,
    prepared: Prepared,
    facts: FactsOfToday,
    pages: list[Publication],
) -> str:
    number = clinic.emergency_number
    made = {DIALLED: as_dialled(number), SHOWN: escape(number)}
    context = {
        **lasting_context(publication),
        "payload": prepared.words,
        "about": prepared.about,
        "published_at": publication.published_at,
        "clinic": clinic,
        "telephone": clinic.telephone,
        "review": facts.review,
        **facts.steps,
        "menu_pages": pages,
        "menu_stages": menu.stages_of(pages),
    }
    parts = list(prepared.parts)
    for place in range(1, len(parts), 2):
        name = parts[place]
        if name not in made:
            made[name] = render_to_string(name, context)
        parts[place] = made[name]
    return "".join(parts)
