"""What the front page of the staff site says of patients' requests: those that wait, if any."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from referrals.models import PatientRequest
from referrals.patient_requests.clock import clock_of

SHOWN_AT_MOST = 10


def requests_panel(request: HttpRequest) -> str:
    """Open requests with the days that are left, the most urgent first. No name."""
    if not request.user.has_perm("referrals.view_patientrequest"):
        return ""
    waiting = PatientRequest.objects.filter(outcome="").order_by("asked_on", "pk")
    rows = list(waiting.only("pk", "reference", "wants", "asked_on", "outcome"))
    if not rows:
        return ""
    shown = [(row, clock_of(row)) for row in rows[:SHOWN_AT_MOST]]
    context = {"shown": shown, "count": len(rows), "more": len(rows) - len(shown)}
    return render_to_string("admin/panels/requests.html", context, request=request)
