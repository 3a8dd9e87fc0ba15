"""What the front page of the staff site says about pages and their reviews."""

import time
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from conditions.models import Page, Publication, Review
from conditions.publishing import offers
from conditions.publishing.reviewing import pages_to_review
from conditions.publishing.unfinished import dead_links, unfinished_pages
from conditions.showing.held_back import is_trial, waiting

FRESH = 60  # seconds
LISTED_AT_MOST = 5  # more are folded away, so that what is urgent on the front page is seen


def review_panel(request: HttpRequest) -> str:
    if not request.user.has_perm("conditions.view_page"):
        return ""
    pages: list[Any] = list(pages_to_review())  # each with `due`
    today = timezone.localdate()
    context = {
        "pages": pages,
        "unsigned": sum(page.due is None for page in pages),
        "overdue": sum(page.due is not None and page.due < today for page in pages),
        "many": len(pages) > LISTED_AT_MOST,
        "today": today,
        "held": unfinished(state_of_pages())["waiting"],
        "is_trial": is_trial(),
    }
    return render_to_string("admin/panels/reviews.html", context, request=request)


def state_of_pages() -> tuple[Any, ...]:
    """Another one after a page was saved, published or signed; each minute too, as lists change."""
    saved = Page.objects.aggregate(Sum("version"), Count("pk"))
    newest = [each.objects.aggregate(newest=Max("pk"))["newest"] for each in (Publication, Review)]
    return int(time.monotonic() // FRESH), *saved.values(), *newest


@lru_cache(maxsize=1)
def unfinished(state: tuple[Any, ...]) -> dict[str, Any]:
    """Reads every page, so each process looks only where something may have changed."""
    pages = unfinished_pages()
    return {
        "drafts": [one for one in pages if not one.only_lists],
        "overtaken": sum(one.is_overtaken for one in pages),
        "dead_links": dead_links(),
        "waiting": [(page, len(found)) for page, found in waiting()],
    }


def page_panel(request: HttpRequest) -> str:
    """The ways into what an editor does most."""
    if not request.user.has_perm("conditions.change_page"):
        return ""
    context = {"new_pieces": len(offers.undecided()), **unfinished(state_of_pages())}
    return render_to_string("admin/panels/pages.html", context, request=request)
