"""What a search shows: the cards that answer at once, and the pages beside them."""

from django.db.models import prefetch_related_objects

from clinic_site.models import Clinic
from conditions.search.direct import direct_answers
from conditions.search.find import Answer, search
from conditions.search.kinds import Direct
from conditions.search.site.live import live_now
from conditions.search.site.slips import answers_despite_slips, mended_for_answers
from conditions.search.site.words import vocabulary
from conditions.search.wording import LONGEST_QUERY

Cards = list[Direct]


def cards_and_pages(query: str, clinic: Clinic, *, as_typed: bool = False) -> tuple[Cards, Answer]:
    """Beside a card that stands alone no page is shown, and beside an emergency only the lists of
    warning signs, unless somebody asks for the pages as it was typed: a false alarm keeps them."""
    prefetch_related_objects([clinic], "clinicians")  # each way to read a query asks for them
    direct = direct_answers(query[:LONGEST_QUERY], clinic)
    number = clinic.emergency_number
    answer = search(query, emergency_number=number, as_typed=bool(direct) or as_typed)
    if not direct and not as_typed:
        direct, answer = with_slips_mended(query, clinic, answer)
    if any(one.alone for one in direct):
        answer = answer._replace(total=0, found=(), terms=())
    elif not as_typed and any(one.is_emergency for one in direct):
        signs = [page._replace(also=()) for page in answer.found if page.is_urgent]
        answer = answer._replace(total=len(signs), found=signs, terms=())
    return direct, answer


def with_slips_mended(query: str, clinic: Clinic, answer: Answer) -> tuple[Cards, Answer]:
    """The cards that are asked for with the words as they were meant. `answer` is what the pages
    gave; where a card needs more mended than a page, it is searched for anew."""
    if answer.suggestion and (direct := direct_answers(answer.suggestion, clinic)):
        return direct, answer._replace(typed=query)
    better = "" if answer.found else mended_for_answers(query)
    if better and (direct := direct_answers(better, clinic)):
        return direct, answer._replace(typed=query, suggestion=better)
    direct, better = answers_despite_slips(query, clinic, vocabulary(live_now()))
    if not direct:
        return [], answer
    pages = search(better, emergency_number=clinic.emergency_number, as_typed=True)
    return direct, pages._replace(typed=query, suggestion=better)
