"""What the front page of the staff site says about who read what."""

from datetime import datetime, time

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from referrals.access_log import Action, by_staff
from referrals.reading.duties import SEE_LOG


def reading_panel(request: HttpRequest) -> str:
    """The way to the log, for those who may see it, and how much was read today."""
    if not request.user.has_perm(SEE_LOG):
        return ""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    today = by_staff().filter(at__gte=midnight).exclude(action=Action.LIST)
    context = {
        "readings": today.count(),
        "people": today.order_by().values("by").distinct().count(),
    }
    return render_to_string("admin/panels/reading.html", context, request=request)
