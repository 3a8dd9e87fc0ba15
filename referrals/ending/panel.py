"""The line on the front page of the staff site about what has no end."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from referrals.states.no_end import DAYS, LIST, without_end


def no_end_panel(request: HttpRequest) -> str:
    """How many, with a link to their list; nothing where there is none."""
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    count = without_end(at=timezone.now()).count()
    if not count:
        return ""
    context = {"count": count, "days": DAYS, "list": LIST}
    return render_to_string("admin/panels/no_end.html", context, request=request)
