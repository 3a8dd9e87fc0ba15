"""What the front page of the staff site says about pages and their reviews."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from conditions.publishing import offers
from conditions.publishing.reviewing import pages_to_review

LISTED_AT_MOST = 5  # more are folded away, so that what is urgent on the front page is seen


def review_panel(request: HttpRequest) -> str:
    if not request.user.has_perm("conditions.view_page"):
        return ""
    pages: list[Any] = list(pages_to_review())  # each with `due`
    today = timezone.localdate()
    context = {
        "pages": pages,
        "overdue": sum(page.due is not None and page.due < today for page in pages),
        "many": len(pages) > LISTED_AT_MOST,
        "today": today,
    }
    return render_to_string("admin/panels/reviews.html", context, request=request)


def page_panel(request: HttpRequest) -> str:
    """The ways into what an editor does most."""
    if not request.user.has_perm("conditions.change_page"):
        return ""
    context = {"new_pieces": len(offers.undecided())}
    return render_to_string("admin/panels/pages.html", context, request=request)
