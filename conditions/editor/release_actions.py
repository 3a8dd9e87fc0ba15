"""The page of the admin where editors decide on what came with a new release."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from conditions.models import Page, Publication, ReleaseDecision
from conditions.publishing import offers
from conditions.publishing.comparing import Change, compare
from conditions.publishing.starter_files import Piece
from conditions.publishing.verbs import CannotPublish, digest, is_unpublished

DECISIONS_SHOWN = 50
Kind = ReleaseDecision.Kind
HEADINGS = {
    Kind.GLOSSARY: "Words of the glossary",
    Kind.SOURCES: "Sources",
    Kind.PASSAGES: "Passages of several pages",
    Kind.SYNONYMS: "Words that mean the same (the search uses them at once)",
    Kind.STAGES: "Stages of the journey",
}


class Offer(NamedTuple):
    """A piece as a list shows it. `page` is the page it would change; `changes` of a row."""

    piece: Piece
    values: list[str]
    page: Page | None = None
    changes: list[Change] | None = None


class Group(NamedTuple):
    """The pieces of one list."""

    kind: str
    heading: str
    offers: list[Offer]

    @property
    def values(self) -> list[str]:
        return [value for offer in self.offers for value in offer.values]


class ReleaseActions:
    """Mixed into the page's ModelAdmin."""

    admin_site: Any
    opts: Any
    message_user: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        start = "new-in-release/"
        name = "conditions_release"
        return [
            path(start, wrap(self.release), name=name),
            path(f"{start}decide/", wrap(self.release_decide), name=f"{name}_decide"),
            path(f"{start}<slug:sha256>/", wrap(self.release_page), name=f"{name}_page"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def release(self, request: HttpRequest) -> HttpResponse:
        """All that waits for a decision, and what was decided."""
        found = self.may_decide(request)
        groups = [
            Group(kind, heading, [offer_of_row(piece) for piece in found if piece.kind == kind])
            for kind, heading in HEADINGS.items()
        ]
        decided = ReleaseDecision.objects.exclude(by=None).select_related("by", "page")
        context = self.release_context(
            request,
            title="New from this release",
            pages=[offer_of_page(piece) for piece in found if piece.kind == Kind.PAGE],
            groups=[group for group in groups if group.offers],
            decided=decided.order_by("-pk")[:DECISIONS_SHOWN],
        )
        return TemplateResponse(request, "admin/conditions/release/list.html", context)

    def release_page(self, request: HttpRequest, sha256: str) -> HttpResponse:
        """One page of the release beside the draft that it would change."""
        found = [p for p in self.may_decide(request) if (p.kind, p.sha256) == ("page", sha256)]
        if not found:
            raise Http404
        offer, here = offer_of_page(found[0]), offers.now_here(found[0])
        live = Publication.objects.live().filter(page=offer.page).first() if offer.page else None
        context = self.release_context(
            request,
            title=f"New from this release: {found[0].data['title']}",
            offer=offer,
            live=live,
            changes=compare(here, offers.proposed(found[0])),
            seen=digest(here),
            would_be_lost=offer.page is not None and is_unpublished(offer.page),
        )
        return TemplateResponse(request, "admin/conditions/release/page.html", context)

    def release_decide(self, request: HttpRequest) -> HttpResponse:
        """A button: each chosen piece is decided by itself, and the first page is opened."""
        if request.method != "POST" or not request.user.has_perm("conditions.change_page"):
            raise PermissionDenied
        done = []
        for value in request.POST.getlist("piece"):
            kind, _, sha256 = value.partition(":")
            try:
                done.append(self.decide_one(request, kind, sha256))
            except (CannotPublish, ValidationError) as problem:
                self.message_user(request, " ".join(messages_of(problem)), messages.ERROR)
        self.say_what_was_done(request, [decision for decision in done if decision])
        taken = [d.page for d in done if d and d.page and d.outcome == offers.Outcome.TAKEN]
        return redirect(address_after(taken))

    def decide_one(self, request: HttpRequest, kind: str, sha256: str) -> ReleaseDecision | None:
        piece = offers.find_piece(kind=kind, sha256=sha256)
        if piece is None:
            raise offers.AlreadyDecided("This was decided already.")
        if request.POST.get("decision") == "take":
            seen = request.POST.get("seen", "")  # a page is taken by whoever compared it
            return offers.take(piece=piece, by=request.user, seen=seen)  # type: ignore[arg-type]
        return offers.decline(piece=piece, by=request.user)  # type: ignore[arg-type]

    def say_what_was_done(self, request: HttpRequest, done: list[ReleaseDecision]) -> None:
        taken = sum(decision.outcome == offers.Outcome.TAKEN for decision in done)
        if taken:
            self.message_user(
                request, "Taken. The public does not see it until you publish the pages it is on."
            )
        elif done:
            self.message_user(request, "Noted as not needed. It is not offered again.")

    def may_decide(self, request: HttpRequest) -> list[Piece]:
        if not request.user.has_perm("conditions.change_page"):
            raise PermissionDenied
        return [p for p in offers.undecided() if request.user.has_perms(offers.needed(p))]

    def release_context(self, request: HttpRequest, **extra: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, **extra}


def values_of(piece: Piece) -> list[str]:
    """What the buttons post for a piece."""
    return [f"{piece.kind}:{piece.sha256}"]


def offer_of_page(piece: Piece) -> Offer:
    return Offer(piece, values_of(piece), page=offers.page_of(piece))


def offer_of_row(piece: Piece) -> Offer:
    changes = compare(offers.now_here(piece), offers.proposed(piece))
    shown = [change for change in changes if change.kind != "same"]
    return Offer(piece, values_of(piece), changes=shown)


def messages_of(problem: Exception) -> list[str]:
    return problem.messages if isinstance(problem, ValidationError) else [str(problem)]


def address_after(taken: list[Page]) -> str:
    if len(taken) == 1:
        return reverse("admin:conditions_page_preview", args=[taken[0].pk])
    return reverse("admin:conditions_release")
