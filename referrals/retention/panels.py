"""What the front page tells administrators of keeping: only what is for them to do."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from referrals.models import Enquiry, Event
from referrals.retention.rules import in_force
from referrals.states.keeping import ERASE, ERASURE, last_kind

SHOWN_AT_MOST = 10


def retention_panel(request: HttpRequest) -> str:
    """Silent once a rule is signed and no erasure waits to be confirmed."""
    if not request.user.has_perm(ERASE):
        return ""
    asked = Event.objects.filter(kind=Event.Kind.ERASURE_ASKED).values("enquiry")
    rows = Enquiry.objects.filter(pk__in=asked).annotate(erasure=last_kind(ERASURE))
    waiting = rows.filter(erasure=Event.Kind.ERASURE_ASKED).values("pk", "reference")
    context = {"signed": in_force(), "waiting": list(waiting.order_by("pk")[:SHOWN_AT_MOST])}
    if context["signed"] and not context["waiting"]:
        return ""
    return render_to_string("admin/panels/retention.html", context, request=request)
