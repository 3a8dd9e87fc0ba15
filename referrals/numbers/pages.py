"""The page of numbers, and the form that saves a list."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from clinic_site.sign_in.gate import confirmed_lately
from referrals.inbox.lists import waiting_counts
from referrals.mail.outbox import UNDELIVERED
from referrals.models import Enquiry, Notification
from referrals.numbers.counting import STEPS, Counts, add_waits, counts_of
from referrals.numbers.duties import SAVE_DETAILS
from referrals.numbers.exporting import AT_MOST, SEE, TooMany, save_list
from referrals.numbers.forms import ListForm, at_first
from referrals.numbers.periods import LABELS, MONTH, WEEK, last_periods


def may_see(request: HttpRequest) -> None:
    if not request.user.has_perm(SEE):
        raise PermissionDenied


@require_safe
def numbers_page(request: HttpRequest) -> HttpResponse:
    """By week, or by month with `?by=month`. It names nobody, so it is not noted."""
    may_see(request)
    by, now = MONTH if request.GET.get("by") == MONTH else WEEK, timezone.now()
    found = counts_of(last_periods(by, now=now))
    are_all = add_waits(found, now=now)
    context = {
        **admin.site.each_context(request),
        "title": "Numbers",
        "by": by,
        "label": LABELS[by],
        "counts": found,
        "is_empty": not any(one.total or one.suspected for one in found),
        "ways_in": ways_in(found),
        "steps": STEPS,
        "are_all": are_all,
        "late": waiting_counts()["late"],
        "undelivered": Notification.objects.filter(UNDELIVERED).count(),
    }
    return TemplateResponse(request, "admin/referrals/numbers/numbers.html", context)


def ways_in(found: list[Counts]) -> list[tuple[str, str]]:
    """Those by which anything came, in their order."""
    return [
        (value, str(label))
        for value, label in Enquiry.WayIn.choices
        if any(one.ways_in[value] for one in found)
    ]


def list_page(request: HttpRequest) -> HttpResponseBase:
    """The form; by POST the file. What cannot be saved now is said beside what was ticked."""
    may_see(request)
    may_save_details = request.user.has_perm(SAVE_DETAILS)
    if request.method != "POST":
        today = timezone.localdate()
        first = at_first(since=today.replace(day=1), until=today)
        return draw(request, ListForm(initial=first, may_save_details=may_save_details))
    form = ListForm(request.POST, may_save_details=may_save_details)
    if not form.is_valid():
        return draw(request, form, status=422)
    if form.cleaned_data["details"] and not confirmed_lately(request):
        return draw(request, form, status=409, needs_code=True)
    return saved(request, form)


def saved(request: HttpRequest, form: ListForm) -> HttpResponseBase:
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    by: Any = request.user
    try:
        made = save_list(by=by, columns=form.chosen(), since=since, until=until)
    except TooMany as problem:
        words = (
            f"Nothing is saved: {problem.number:,} came in on these days, and a list holds"
            f" {AT_MOST:,} at most. Choose fewer days, and save several lists."
        )
        return draw(request, form, status=422, problem=words)
    response = StreamingHttpResponse(made.lines, content_type="text/csv; charset=utf-8")
    name = f"enquiries-{since:%Y-%m-%d}-to-{until:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def draw(
    request: HttpRequest,
    form: ListForm,
    *,
    status: int = 200,
    problem: str = "",
    needs_code: bool = False,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Save a list",
        "form": form,
        "problem": problem,
        "needs_code": needs_code,
        "may_save_details": request.user.has_perm(SAVE_DETAILS),
        "at_most": f"{AT_MOST:,}",
    }
    template = "admin/referrals/numbers/list.html"
    response = TemplateResponse(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
