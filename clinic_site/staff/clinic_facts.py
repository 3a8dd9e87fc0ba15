"""Front page of the staff site: the ways to what every public page says of the rooms."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from clinic_site.models import Clinic


def clinic_panel(request: HttpRequest) -> str:
    """For whoever may change these facts. Hours and holidays have lists of their own, whose names
    say neither."""
    clinic = Clinic.current()
    if not clinic.pk or not request.user.has_perm("clinic_site.change_clinic"):
        return ""
    context = {"clinic": clinic, "rooms": list(clinic.locations.all())}
    return render_to_string("admin/panels/clinic.html", context, request=request)
