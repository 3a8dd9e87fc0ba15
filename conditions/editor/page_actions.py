"""The pages of the admin around a draft: preview, publish, schedule, withdraw, history, compare,
revert, redact and review. Each button calls one verb."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from clinic_site.templatetags.clock import day_and_clock
from clinic_site.web.rows import row_or_404
from conditions.blocks.prose import cleaned
from conditions.editor.scheduling import ScheduleForm
from conditions.models import Page, Publication, Section
from conditions.pasting import MOST_CHARACTERS
from conditions.payloads import StoredPayload
from conditions.prepared.making import template_of
from conditions.public.presenting import page_context
from conditions.publishing import reviewing, verbs
from conditions.publishing.clinicians import clinicians, may_sign
from conditions.publishing.comparing import compare
from conditions.publishing.hints import not_shown
from conditions.publishing.verbs import CannotPublish, digest, says_the_same, snapshot

VERSIONS_PER_PAGE = 50
TICK_FIRST = "Nothing is signed yet. Tick the box above the button first."


def posted(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A button: POST only, by who has the permission of its verb, before anything is looked up.

    What the verb refuses is said in words where the person was.
    """

    def button(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(self: Any, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            if request.method != "POST" or not request.user.has_perm(permission):
                raise PermissionDenied
            page = row_or_404(Page.objects.all(), pk)
            try:
                return view(self, request, page, **kwargs)
            except CannotPublish as problem:
                self.message_user(request, str(problem), messages.ERROR)
                return redirect("admin:conditions_page_preview", page.pk)

        return wrapped

    return button


class PageActions:
    """Mixed into the page's ModelAdmin."""

    admin_site: Any
    opts: Any
    message_user: Any
    has_view_permission: Any

    def get_urls(self) -> list[URLPattern]:
        actions = {
            "preview": self.preview,
            "frame": self.frame,
            "publish": self.publish,
            "withdraw": self.withdraw,
            "cancel": self.cancel,
            "compare": self.compare,
            "sign": self.sign,
        }
        wrap = self.admin_site.admin_view
        return [
            path("pasted/", wrap(self.pasted), name="conditions_page_pasted"),
            *[
                path(f"<int:pk>/{name}/", wrap(view), name=f"conditions_page_{name}")
                for name, view in actions.items()
            ],
            path(
                "<int:pk>/revert/<int:version>/",
                wrap(self.revert),
                name="conditions_page_revert",
            ),
            path(
                "<int:pk>/redact/<int:version>/",
                wrap(self.redact),
                name="conditions_page_redact",
            ),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def pasted(self, request: HttpRequest) -> HttpResponse:
        """What stands in the clipboard, as the editor should take it. Nothing is stored."""
        if request.method != "POST" or not request.user.has_perm("conditions.change_page"):
            raise PermissionDenied
        html = request.POST.get("html", "")
        if len(html) > MOST_CHARACTERS:
            return JsonResponse({}, status=413)
        return JsonResponse({"html": cleaned(html), "had_table": "<table" in html.lower()})

    def page_or_404(self, request: HttpRequest, pk: int | str) -> Page:
        page = row_or_404(Page.objects.select_related("stage"), pk)
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def context(self, request: HttpRequest, page: Page, **extra: Any) -> dict[str, Any]:
        may = {
            "publish": request.user.has_perm("conditions.publish_page"),
            "change": request.user.has_perm("conditions.change_page"),
            "redact": request.user.has_perm("conditions.redact_publication"),
            "sign": may_sign(request.user),
        }
        site = self.admin_site.each_context(request)
        return {**site, "opts": self.opts, "page": page, "may": may, **extra}

    @csp_update({"frame-src": ["'self'"]})
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The draft as the public would see it, at two widths, with the button that publishes."""
        return self.draw_preview(request, self.page_or_404(request, pk))

    def draw_preview(
        self, request: HttpRequest, page: Page, *, refused: ScheduleForm | None = None
    ) -> HttpResponse:
        """`refused` brings back what was typed as the time of a schedule."""
        live = Publication.objects.live().filter(page=page).first()
        scheduled = Publication.objects.filter(page=page).waiting().first()
        payload, open_facts = snapshot(page), list(reviewing.open_facts(page))
        context = self.context(
            request,
            page,
            title=f"Preview: {page.title}",
            seen=digest(payload),
            live=live,
            scheduled=scheduled,
            is_published=bool(live and says_the_same(live, payload)),
            open_facts=open_facts,
            clinicians=list(clinicians()),
            read_now=reviewing.read_now(live, open_facts) if live else "",
            time_zone=timezone.get_current_timezone_name(),
            schedule=refused or ScheduleForm(),
        )
        template, status = "admin/conditions/page/preview.html", 422 if refused else 200
        return TemplateResponse(request, template, context, status=status)

    @csp_replace({"frame-ancestors": ["'self'"]})
    def frame(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The draft through the public template, for the frames of the preview."""
        page = self.page_or_404(request, pk)
        payload = snapshot(page)
        live = Publication.objects.live().with_review().filter(page=page).first()
        if live and says_the_same(live, payload):
            return self.framed(request, live)  # with the signature that stands behind it
        draft = Publication(
            page=page,
            payload=payload,
            stage=payload["stage"],
            section=page.section,
            slug=page.slug,
            published_at=timezone.now(),
        )
        return self.framed(request, draft)

    def framed(self, request: HttpRequest, shown: Publication) -> HttpResponse:
        context = page_context(shown, is_preview=True)
        return xframe_options_sameorigin(
            lambda request: render(request, template_of(shown), context)
        )(request)

    @csp_update({"frame-src": ["'self'"]})
    @posted("conditions.publish_page")
    def publish(self, request: HttpRequest, page: Page) -> HttpResponse:
        live_from = None
        if "live_from" in request.POST:
            form = ScheduleForm(request.POST)
            if not form.is_valid():
                return self.draw_preview(request, page, refused=form)
            live_from = form.cleaned_data["live_from"]
        verbs.publish(
            page=page,
            by=request.user,  # type: ignore[arg-type]
            seen=request.POST.get("seen", ""),
            live_from=live_from,
        )
        self.message_user(request, self.said_after_publishing(page, live_from))
        return redirect("admin:conditions_page_preview", page.pk)

    def said_after_publishing(self, page: Page, live_from: datetime | None) -> str:
        if live_from:
            when = day_and_clock(timezone.localtime(live_from), "l j F Y")
            return f"Scheduled: the public reads this from {when}."
        words = "Published. This is what the public reads now."
        if held := " ".join(not_shown(snapshot(page))):
            words = f"Published. {held}"
        in_menu = page.stage or page.section == Section.SITE
        return words if in_menu else f"{words} It is in no menu: choose a stage if it is to be."

    @posted("conditions.publish_page")
    def cancel(self, request: HttpRequest, page: Page) -> HttpResponse:
        verbs.cancel_schedule(page=page, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, "The scheduled change is cancelled.")
        return redirect("admin:conditions_page_preview", page.pk)

    @posted("conditions.publish_page")
    def withdraw(self, request: HttpRequest, page: Page) -> HttpResponse:
        verbs.withdraw(page=page, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, "Withdrawn. The address now says that the page is gone.")
        return redirect("admin:conditions_page_preview", page.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """All versions, newest first: who, when, and what can be done with each."""
        page = self.page_or_404(request, unquote(object_id))
        versions = self.versions(page)
        shown = Paginator(versions, VERSIONS_PER_PAGE).get_page(request.GET.get("p"))
        live = Publication.objects.newest().filter(page=page).values_list("pk", flat=True).first()
        context = self.context(
            request, page, title=f"History: {page.title}", versions=shown, live=live
        )
        return TemplateResponse(request, "admin/conditions/page/history.html", context)

    def versions(self, page: Page) -> QuerySet[Publication]:
        people = ("published_by", "redacted_by")
        rows = Publication.objects.filter(page=page).with_fate()
        return rows.select_related(*people)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Two versions, or one and the draft, as readable differences."""
        page = self.page_or_404(request, pk)
        old = self.chosen(page, request.GET.get("old", ""))
        new = self.chosen(page, request.GET.get("new", "draft"))
        changes = compare(old, new)
        context = self.context(request, page, title=f"Compare: {page.title}", changes=changes)
        return TemplateResponse(request, "admin/conditions/page/compare.html", context)

    def chosen(self, page: Page, choice: str) -> StoredPayload:
        if choice == "draft":
            return snapshot(page)
        versions = Publication.objects.filter(page=page)
        if choice.isascii() and choice.isdigit():
            return row_or_404(versions, choice).payload
        newest = versions.first()
        return newest.payload if newest else {}

    @posted("conditions.change_page")
    def revert(self, request: HttpRequest, page: Page, version: int) -> HttpResponse:
        publication = row_or_404(Publication.objects.filter(page=page), version)
        if "confirmed" not in request.POST and verbs.is_unpublished(page):
            title = "Your draft would be lost"
            context = self.context(request, page, title=title, version=publication)
            return TemplateResponse(request, "admin/conditions/page/confirm_revert.html", context)
        verbs.restore(page=page, publication=publication, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, "The old version is now the draft. Look at it, then publish it.")
        return redirect("admin:conditions_page_preview", page.pk)

    @posted("conditions.redact_publication")
    def redact(self, request: HttpRequest, page: Page, version: int) -> HttpResponse:
        publication = row_or_404(Publication.objects.filter(page=page), version)
        reason = request.POST.get("reason", "")
        verbs.redact(publication=publication, by=request.user, reason=reason)  # type: ignore[arg-type]
        self.message_user(request, "Redacted. The words are gone; who, when and why stay.")
        return redirect("admin:conditions_page_history", page.pk)

    @posted("conditions.sign_review")
    def sign(self, request: HttpRequest, page: Page) -> HttpResponse:
        """What was on the screen is signed: a button that does not say what is refused. She ticks a
        box first, as her name then stands on the public page."""
        if not may_sign(request.user):
            raise PermissionDenied
        if "sure" not in request.POST:
            raise CannotPublish(TICK_FIRST)
        seen = request.POST.get("seen", "")
        review = reviewing.sign(page=page, by=request.user, seen=seen)  # type: ignore[arg-type]
        self.message_user(request, f"Signed. The next review is due on {review.next_review_due}.")
        return redirect("admin:conditions_page_preview", page.pk)
