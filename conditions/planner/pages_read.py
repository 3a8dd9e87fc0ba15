"""Which pages the planner reads: publications, as the public sees them at this moment."""

from conditions.models import Publication
from conditions.planner.questions import questions_of
from conditions.prepared import menu
from conditions.showing.held_back import public_words_or_none


def guides_to_plan_with() -> list[Publication]:
    """The guides that staff marked for the planner, the first of them where none is asked for."""
    guides = Publication.objects.live().with_review().filter(in_planner=True)
    return list(guides.order_by("ordering", "page_id"))


def address_to_prepare() -> str:
    """Of the guide to prepare for surgery; empty where the public has none."""
    found = Publication.objects.live().filter(section="guides", slug="preparing-for-surgery")
    page = found.first()
    return page.get_absolute_url() if page else ""


def pages_with_questions() -> list[tuple[Publication, list[str]]]:
    """Every page that proposes questions to ask, with them, in the order of the menu."""
    way = [page.page_id for stage in menu.stages_of(menu.live_pages()) for page in stage.pages]
    found = Publication.objects.live().with_review().order_by("section", "ordering", "page_id")
    pages = sorted(
        found, key=lambda page: way.index(page.page_id) if page.page_id in way else len(way)
    )
    asked = [(page, questions_of(words)) for page in pages if (words := public_words_or_none(page))]
    return [(page, questions) for page, questions in asked if questions]
