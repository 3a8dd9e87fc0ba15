"""How the site is, for staff who look after it: what each check asks, and how to mend it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic_site.health import Finding, findings, is_well
from clinic_site.models import DoctorVisit
from clinic_site.operations.backups.bundles import newest_bundle
from clinic_site.operations.doctor.folders import TOO_OLD
from clinic_site.templatetags.clock import day_and_clock

RIGHT = "clinic_site.view_clinic"
IS_BACKED_UP = "Is there a backup of yesterday?"
MEND_BACKUPS = (
    "Ask whoever looks after the server. They run manage.py backup, see that it runs each night,"
    " and keep a copy on another machine. Without one, what is lost is lost for good."
)


@require_safe
def health_page(request: HttpRequest) -> TemplateResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    found = [*findings(), backups()]
    context = {
        **admin.site.each_context(request),
        "title": "How the site is",
        "unwell": [each for each in found if not each.ok],
        "well": [each for each in found if each.ok],
        "visit": last_visit(),
    }
    return TemplateResponse(request, "admin/health.html", context)


def backups() -> Finding:
    """Of the folder BACKUP_DIR on this machine. It asks no more than how old the newest is."""
    newest = newest_bundle()
    made_at = timezone.localtime(newest.made_at) if newest else None
    detail: dict[str, int | str | None] = {
        "newest backup": day_and_clock(made_at, "l j F Y") if made_at else "never made",
        "tried": "Not noted here. Restore one each quarter (manage.py restore_drill).",
    }
    is_fresh = bool(newest and timezone.now() - newest.made_at <= TOO_OLD)
    return Finding("backup", is_fresh, detail, IS_BACKED_UP, MEND_BACKUPS)


def last_visit() -> DoctorVisit | None:
    """What the daily look at the whole site found, at the time it says; None before the first."""
    try:
        return DoctorVisit.objects.exclude(at=None).first()
    except AnyDatabaseError:  # the page says so already
        return None


def health_panel(request: HttpRequest) -> str:
    if not request.user.has_perm(RIGHT):
        return ""
    context = {"is_well": is_well(), "visit": last_visit()}
    return render_to_string("admin/panels/health.html", context, request=request)
