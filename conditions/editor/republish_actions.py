"""The page that shows what publishing again would change, and the button that does it."""

import logging
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from conditions.models import Page
from conditions.payloads import StoredPayload, readable
from conditions.publishing import comparing
from conditions.publishing.republishing import NothingToRepublish, republish
from conditions.publishing.unfinished import Unfinished, unfinished_pages
from conditions.publishing.verbs import CannotPublish, digest

SAME = "same"
NO_ANSWER = "the database did not answer. Please try it again."

logger = logging.getLogger(__name__)


class Overtaken(NamedTuple):
    """A page that would change. `value` is what the button posts: the page, and what was seen."""

    page: Page
    changes: list[comparing.Change]
    value: str


class RepublishActions:
    """Mixed into the page's ModelAdmin."""

    admin_site: Any
    opts: Any
    message_user: Any

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "conditions_republish"
        return [
            path("publish-again/", wrap(self.republish), name=name),
            path("publish-again/now/", wrap(self.republish_now), name=f"{name}_now"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def republish(self, request: HttpRequest) -> HttpResponse:
        """Each page that a list has overtaken, with the words that go and the words that come."""
        if not request.user.has_perm("conditions.change_page"):
            raise PermissionDenied
        found = [one for one in unfinished_pages() if one.is_overtaken]
        ready = [one for one in found if one.only_lists and not one.waits_until]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Publish again",
            "pages": [overtaken(one) for one in ready],
            "left_out": [one for one in found if one not in ready],
            "may_publish": request.user.has_perm("conditions.publish_page"),
        }
        return TemplateResponse(request, "admin/conditions/republish.html", context)

    def republish_now(self, request: HttpRequest) -> HttpResponse:
        """Each page by itself: what could not be published is named, and the rest is done."""
        if request.method != "POST" or not request.user.has_perm("conditions.publish_page"):
            raise PermissionDenied
        done = [self.republish_one(request, value) for value in request.POST.getlist("page")]
        titles = [title for title in done if title]
        if titles:
            self.message_user(request, f"Published in your name: {', '.join(titles)}.")
        elif not done:
            self.message_user(request, "Nothing was chosen.", messages.WARNING)
        return redirect("admin:conditions_republish")

    def republish_one(self, request: HttpRequest, value: str) -> str:
        """Its title where it was published."""
        number, _, seen = value.partition(":")
        known = number.isascii() and number.isdigit() and len(number) < 10
        page = Page.objects.filter(pk=number).first() if known else None
        if page is None:
            self.message_user(request, "One of the pages is gone.", messages.ERROR)
            return ""
        try:
            republish(page=page, by=request.user, seen=seen)  # type: ignore[arg-type]
        except NothingToRepublish as nothing:
            self.message_user(request, f"{page.title}: {nothing}")
        except CannotPublish as problem:
            self.message_user(request, f"Not published: {page.title}. {problem}", messages.ERROR)
        except AnyDatabaseError as error:
            logger.error("a page was not published again", exc_info=error)
            self.message_user(request, f"Not published: {page.title}: {NO_ANSWER}", messages.ERROR)
        else:
            return page.title
        return ""


def overtaken(one: Unfinished) -> Overtaken:
    """Only the parts that differ are compared: the words of the page are the same."""
    public: StoredPayload = readable(one.public) or {}
    parts = {name for name, value in one.draft.items() if public.get(name) != value} | {"format"}
    old, new = ({k: v for k, v in each.items() if k in parts} for each in (public, one.draft))
    changes = [change for change in comparing.compare(old, new) if change.kind != SAME]
    return Overtaken(one.page, changes, f"{one.page.pk}:{digest(one.draft)}")
