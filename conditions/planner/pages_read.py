"""Which pages the planner reads: publications, as the public sees them at this moment."""

from conditions.models import Publication
from conditions.payloads import readable
from conditions.planner.questions import questions_of


def guides_to_plan_with() -> list[Publication]:
    """The guides that staff marked for the planner, the first of them where none is asked for."""
    return list(Publication.objects.live().filter(in_planner=True).order_by("ordering", "page"))


def pages_with_questions() -> list[tuple[Publication, list[str]]]:
    """Every page that proposes questions to ask, with them, in the order of the menu."""
    pages = Publication.objects.live().order_by("section", "ordering", "page")
    asked = [(page, questions_of(words)) for page in pages if (words := readable(page.payload))]
    return [(page, questions) for page, questions in asked if questions]
