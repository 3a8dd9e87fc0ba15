"""The working list of a clinician: all facts by page and weight, on screen, paper or as a table."""

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clinic_site.web.rows import row_or_404
from conditions.models import Page, ReviewFact
from conditions.publishing.clinicians import may_sign
from conditions.publishing.deciding import CannotDecide, Item, OnePage, backlog, decide

COLUMNS = ["Page", "Address", "Weight", "Fact", "Sources", "Decision", "Words", "By", "On"]
BEGINS_A_FORMULA = "=+-@|%"
LONGEST = 5000  # letters of what a clinician writes about one fact


class BacklogActions:
    """Mixed into the page's ModelAdmin."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        wrap, start, name = self.admin_site.admin_view, "to-review/", "conditions_backlog"
        return [
            path(start, wrap(self.backlog), name=name),
            path(f"{start}sheet/", wrap(self.backlog_sheet), name=f"{name}_sheet"),
            path(f"{start}facts.csv", wrap(self.backlog_table), name=f"{name}_table"),
            path(f"{start}<int:pk>/", wrap(self.backlog_page), name=f"{name}_page"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def backlog(self, request: HttpRequest) -> HttpResponse:
        """The pages with facts, and how far each is."""
        pages = self.may_read(request)
        facts = sum(len(one.items) for one in pages)
        done = sum(one.done for one in pages)
        return self.draw(request, "list", "Facts to review", pages=pages, facts=facts, done=done)

    def backlog_sheet(self, request: HttpRequest) -> HttpResponse:
        """All of it for paper: of one page with `?page=`."""
        pages = self.may_read(request)
        if asked := request.GET.get("page", ""):
            pages = [one for one in pages if str(one.page.pk) == asked]
        return self.draw(request, "sheet", "Facts to review, on paper", pages=pages)

    def backlog_table(self, request: HttpRequest) -> HttpResponse:
        """The same as CSV, which no spreadsheet takes for formulas."""
        pages = self.may_read(request)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        name = f"facts-to-review-{timezone.localdate():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response.write("\ufeff")
        writer = csv.writer(response, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for one in pages:
            for weight, item in enumerate(one.items, 1):
                writer.writerow([as_text(cell) for cell in cells(one, weight, item)])
        return response

    def backlog_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The facts of one page. What was typed beside others stays when one button is pressed."""
        self.may_read(request)
        page = row_or_404(Page.objects.all(), pk)
        if request.method != "POST":
            return self.draw_facts(request, page)
        if not may_sign(request.user):
            raise PermissionDenied
        decision, _, number = request.POST.get("decision", "").partition(":")
        fact = row_or_404(ReviewFact.objects.filter(page=page), number)
        typed = {n: str(value) for n, value in request.POST.items() if n.startswith("words-")}
        words, seen = typed.get(f"words-{number}", ""), request.POST.get(f"seen-{number}", "")
        try:
            decide(
                fact=fact,
                by=request.user,  # type: ignore[arg-type]
                decision=decision,
                words=words[:LONGEST],
                seen=seen,
            )
        except CannotDecide as problem:
            wrong = {"pk": fact.pk, "says": str(problem)}
            return self.draw_facts(request, page, typed=typed, wrong=wrong, status=422)
        others = {name: value for name, value in typed.items() if name != f"words-{number}"}
        if any(value.strip() for value in others.values()):
            return self.draw_facts(request, page, typed=others, decided=fact.pk)
        return redirect(f"{reverse('admin:conditions_backlog_page', args=[pk])}#fact-{number}")

    def draw_facts(
        self, request: HttpRequest, page: Page, *, status: int = 200, **extra: Any
    ) -> HttpResponse:
        [one] = backlog([page]) or [OnePage(page, [])]
        typed = extra.pop("typed", {})
        rows = [(item, typed.get(f"words-{item.fact.pk}", "")) for item in one.items]
        may = may_sign(request.user)
        title = f"Facts to review: {page.title}"
        more = {"one": one, "rows": rows, "may_decide": may, **extra}
        return self.draw(request, "page", title, status=status, **more)

    def may_read(self, request: HttpRequest) -> list[OnePage]:
        if not request.user.has_perm("conditions.view_page"):
            raise PermissionDenied
        return backlog()

    def draw(
        self, request: HttpRequest, name: str, title: str, *, status: int = 200, **extra: Any
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": title, **extra}
        template = f"admin/conditions/backlog/{name}.html"
        return TemplateResponse(request, template, context, status=status)


def cells(one: OnePage, weight: int, item: Item) -> list[Any]:
    sources = "; ".join(f"{s.code} {s.url or s.citation}" for s in item.sources)
    newest, fact = item.newest, item.fact
    who = newest.by if newest else fact.signed_by
    day = timezone.localdate(newest.at) if newest else fact.signed_on
    state = "Agreed" if fact.is_signed else newest.get_decision_display() if newest else ""
    words = newest.words if newest else ""
    name = (who.get_full_name() or who.get_username()) if who else ""
    address = one.page.get_absolute_url()
    return [one.page.title, address, weight, fact.text, sources, state, words, name, day or ""]


def as_text(cell: Any) -> str:
    """A cell that begins as a formula does gets an apostrophe, as spreadsheets expect."""
    text = str(cell)
    begins = text.lstrip()[:1]
    return f"'{text}" if text and (begins in BEGINS_A_FORMULA or text[0] in "\t\r\n") else text
