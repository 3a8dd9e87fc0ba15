"""Makes a page but for the facts of today, through the very templates that show it."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from conditions.blocks.treatment_option import TreatmentOption
from conditions.citing.marks import unmarked
from conditions.models import Publication, Section
from conditions.payloads import PagePayload, current_format, upgraded
from conditions.prepared import keeping, versions
from conditions.prepared.bodies import body_of
from conditions.prepared.holes import Holes, NotYet
from conditions.prepared.parts import Prepared
from conditions.prepared.subjects import subject
from conditions.rendering import Body
from conditions.showing import visit_page
from conditions.showing.held_back import as_public, shows_instructions

logger = logging.getLogger(__name__)

# Two sides of paper each, for a ward's printer.
LEAFLETS = {"guides/si-joint-pain-in-two-pages", "guides/fusion-in-two-pages"}
LEAFLETS |= {"guides/consent-talk"}
# Longer ones that their own words ask to print.
TO_PRINT = {"treatments/exercise-programme", "guides/physiotherapy-after-fusion"}
TO_PRINT |= {"guides/preparing-for-surgery", "guides/your-first-appointment"}
TO_PRINT |= {"treatments/steroid-injection"}
BESIDE_FACTS = ("section", "slug", "title", "menu_title", "lead", "stage")
OF_TODAY = ("clinic", "review", "published_at", "menu_pages", "menu_stages", "steps", "telephone")


def template_of(publication: Publication) -> str:
    """Pages of the site itself have a template each; all others share one."""
    is_site = publication.section == Section.SITE
    return f"conditions/{publication.slug}.html" if is_site else "conditions/page.html"


def lasting_context(publication: Publication) -> dict[str, Any]:
    """What a page's template gets beside payload, body and the facts of today."""
    return {
        "stage": publication.stage,
        "section_name": Section(publication.section).label,
        "version": publication.pk,
        "address": f"{settings.SITE_URL}{publication.get_absolute_url()}",
        "is_visit": (publication.section, publication.slug)
        == (visit_page.SECTION, visit_page.SLUG),
        "is_leaflet": f"{publication.section}/{publication.slug}" in LEAFLETS,
        "is_to_print": f"{publication.section}/{publication.slug}" in TO_PRINT,
    }


def prepare(
    publication: Publication, *, template: str, shows_instructions: bool, more: str = ""
) -> Prepared | None:
    """None where a heading holds the emergency number, as its address would follow from it.

    `more` is HTML that stands below the words. Raises `UnknownPayload`.
    """
    holes = Holes()
    stored = upgraded(publication.payload)
    payload = as_public(stored, shows_instructions=shows_instructions)
    body = body_of(payload, today=holes.in_a_body(), more=more)
    if holes.are_in(text for entry in body.contents for text in entry):
        return None
    html = drawn(publication, unmarked(payload), body, holes, template)
    return Prepared(
        parts=holes.parted(html),
        words={name: str(unmarked(payload)[name]) for name in BESIDE_FACTS},  # type: ignore[literal-required]
        about=subject(unmarked(payload)),
        is_chosen_from=any(block["kind"] == TreatmentOption.kind for block in payload["blocks"]),
    )


def drawn(
    publication: Publication, payload: PagePayload, body: Body, holes: Holes, template: str
) -> str:
    context = {**lasting_context(publication), "payload": payload, "body": body}
    return render_to_string(
        template, {**context, **dict.fromkeys(OF_TODAY, NotYet()), "preparing": holes}
    )


def digest_for(*, shows_instructions: bool, more: str = "") -> str:
    """Of what a prepared page follows from beside its publication."""
    return versions.digest_of(shows_instructions, current_format(), more)


def prepare_at_once(publication: Publication) -> None:
    """For the first reader after a publish. Whatever fails here is no reason not to publish: the
    reader's own request makes the page, or says what is wrong with it."""
    if settings.DEBUG or not publication.payload:
        return
    shows, template = shows_instructions(publication), template_of(publication)
    if f"{publication.section}/{publication.slug}" in settings.FACTS_OF_PAGES:
        return
    try:
        prepared = prepare(publication, template=template, shows_instructions=shows)
        if prepared:
            with transaction.atomic():
                digest = digest_for(shows_instructions=shows)
                keeping.keep(publication, template, digest, prepared)
    except Exception as problem:
        logger.warning("publication %s is not prepared: %s", publication.pk, type(problem).__name__)
