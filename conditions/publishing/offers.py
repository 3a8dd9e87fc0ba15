"""What a release brings to a database that has its pages already: offered, never done.

A person compares each piece with what is here and takes it as a draft, or does not need it. Only
publishing, by a person, changes what the public reads.
"""

from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone

from clinic_site.permissions import require
from conditions.models import (
    Page,
    Publication,
    ReleaseDecision,
    ReviewFact,
    Section,
    StarterLoad,
)
from conditions.payloads import StoredPayload, current_format, readable
from conditions.publishing.drafts import load_draft
from conditions.publishing.starter_files import (
    LISTS,
    PAGE_FIELDS,
    Piece,
    note_loaded,
    pieces,
    rows_of,
)
from conditions.publishing.verbs import (
    CannotPublish,
    DraftMoved,
    digest,
    place_of,
    snapshot,
)

Outcome = ReleaseDecision.Outcome
# Where a page stands, and what it takes from the lists: the clinic's own, whatever a release says.
NOT_WORDS = {"section", "slug", "stage", "ordering", "in_planner", "menu_title"}
NOT_WORDS |= {"glossary", "terms", "stages"}


class AlreadyDecided(CannotPublish):
    """A colleague was faster; what she decided stands."""


@cache
def of_this_release() -> tuple[Piece, ...]:
    """The files do not change while the site runs."""
    return tuple(pieces())


def undecided() -> list[Piece]:
    """What this release brings that nobody here has decided on; nothing before the first load."""
    if not StarterLoad.objects.exclude(compared_at=None).exists():
        return []
    decided = set(ReleaseDecision.objects.values_list("kind", "key", "sha256"))
    return [p for p in of_this_release() if (p.kind, p.key, p.sha256) not in decided]


def find_piece(*, kind: str, sha256: str) -> Piece | None:
    return next((p for p in undecided() if (p.kind, p.sha256) == (kind, sha256)), None)


def page_of(piece: Piece) -> Page | None:
    """The page that a piece was loaded or taken into, wherever the clinic has moved it."""
    decisions = ReleaseDecision.objects.filter(kind="page", key=piece.key, page__isnull=False)
    if decision := decisions.select_related("page").last():
        return decision.page
    place = {"section": piece.data["section"], "slug": piece.data["slug"]}
    starter = Publication.objects.filter(origin=Publication.Origin.STARTER, **place).last()
    return starter.page if starter else Page.objects.filter(**place).first()


def row_of(piece: Piece) -> models.Model | None:
    model, key, _ = LISTS[piece.kind]
    row: models.Model | None = model.objects.filter(**{key: piece.key}).first()
    return row


def now_here(piece: Piece) -> StoredPayload:
    """The draft or row that a piece would change, as `compare` reads it; empty where none is."""
    if piece.kind == "page":
        page = page_of(piece)
        return snapshot(page) if page else {}
    row = row_of(piece)
    fields = LISTS[piece.kind][2]
    words = {name: getattr(row, name) for name in fields} if row else {}
    return {"format": current_format(), **words} if words else {}


def proposed(piece: Piece) -> StoredPayload:
    """The same after the piece is taken. A page is filled for it and at once undone."""
    if piece.kind != "page":
        return {"format": current_format(), **now_here(piece), **piece.data}
    with transaction.atomic():
        payload = snapshot(fill_page(piece, page_of(piece)))
        transaction.set_rollback(True)
    return payload


def needed(piece: Piece) -> list[str]:
    """The permissions of whoever may decide on a piece."""
    if piece.kind == "page":
        return ["conditions.change_page", "conditions.add_page"]
    name = LISTS[piece.kind][0]._meta.model_name
    return [f"conditions.change_{name}", f"conditions.add_{name}"]


@transaction.atomic
def take(*, piece: Piece, by: User, seen: str | None = None) -> ReleaseDecision:
    """Fill the draft of its page, a new page that is not public, or its row in a list.

    `seen` is the digest of the draft that was compared. Raises `AlreadyDecided`, `DraftMoved` or
    `PermissionDenied`.
    """
    decision = decide(piece, by, Outcome.TAKEN)
    if piece.kind != "page":
        fill_row(piece)
        return decision
    page = page_of(piece)
    if page:
        page = Page.objects.select_for_update().get(pk=page.pk)
    if seen is not None and seen != digest(snapshot(page) if page else {}):
        raise DraftMoved("The draft has changed since you looked at it. Look at it once more.")
    page = fill_page(piece, page)
    Page.objects.filter(pk=page.pk).update(version=models.F("version") + 1, saved_by=by)
    decision.page = page
    decision.save(update_fields=["page"])
    return decision


@transaction.atomic
def decline(*, piece: Piece, by: User) -> ReleaseDecision:
    """Note that this piece is not needed. Raises `AlreadyDecided` or `PermissionDenied`."""
    decision = decide(piece, by, Outcome.NOT_NEEDED)
    if piece.kind == "page":
        decision.page = page_of(piece)
        decision.save(update_fields=["page"])
    return decision


def decide(piece: Piece, by: User, outcome: str) -> ReleaseDecision:
    for permission in needed(piece):
        require(by, permission)
    decision, is_new = ReleaseDecision.objects.get_or_create(
        kind=piece.kind,
        key=piece.key,
        sha256=piece.sha256,
        defaults={"outcome": outcome, "by": by, "at": timezone.now()},
    )
    if not is_new:
        raise AlreadyDecided(f"This was decided already: {decision}.")
    return decision


def fill_page(piece: Piece, page: Page | None) -> Page:
    """Its words and sources; where it stands is as the clinic has it today."""
    data = piece.data
    add_missing_rows(data)
    if page is None:
        page = Page(**{name: data[name] for name in PAGE_FIELDS if name in data})
        page.slug = free_slug(page)
        page.full_clean()
        page.save(force_insert=True)
        load_draft(page=page, data=data)
    else:
        load_draft(page=page, data={**data, **place_of(page), "menu_title": page.menu_title})
    known = set(page.review_facts.values_list("text", flat=True))
    for text in data.get("to_be_reviewed", []):
        if text not in known:
            ReviewFact.objects.create(page=page, text=text)
    return page


def free_slug(page: Page) -> str:
    """The page's own address, or with a number where the clinic has given it to another page."""
    if page.section == Section.SITE:
        return page.slug
    taken = set(Page.objects.filter(section=page.section).values_list("slug", flat=True))
    candidates = [page.slug, *(f"{page.slug}-{number}" for number in range(2, 100))]
    return next(slug for slug in candidates if slug not in taken)


def add_missing_rows(data: dict[str, Any]) -> None:
    """A page cannot cite or show what is not there; what is there stays as it is."""
    cited = set(data.get("sources", []))
    cited |= {block["source"] for block in data["blocks"] if "source" in block}
    shown = {block["passage"] for block in data["blocks"] if "passage" in block}
    add_rows("sources", cited)
    add_rows("passages", shown)


def add_rows(name: str, wanted: set[str]) -> None:
    model, key, _ = LISTS[name]
    here = model.objects.filter(**{f"{key}__in": wanted}).values_list(key, flat=True)
    if missing := wanted - set(here):
        model.objects.bulk_create(model(**r) for r in rows_of(name) if r[key] in missing)


def fill_row(piece: Piece) -> None:
    row = row_of(piece) or LISTS[piece.kind][0]()
    for name, value in piece.data.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


@transaction.atomic
def note_what_is_here() -> int:
    """Once, in a database from before decisions were written down: what it has already of this
    release needs none; how many pieces."""
    load = StarterLoad.objects.select_for_update().filter(pk=1, compared_at=None).first()
    if load is None:
        return 0
    found = [piece for piece in of_this_release() if is_here(piece)]
    pages = {piece.key: page_of(piece) for piece in found if piece.kind == "page"}
    note_loaded(found, {key: page for key, page in pages.items() if page})
    StarterLoad.objects.filter(pk=1).update(compared_at=timezone.now())
    return len(found)


def is_here(piece: Piece) -> bool:
    """Whether the piece is what this database was given once, or is in its draft or list."""
    try:
        new, page = proposed(piece), page_of(piece) if piece.kind == "page" else None
    except (ValidationError, ObjectDoesNotExist):
        return False  # staff changed what it builds on: they decide
    if page is None:
        return new == now_here(piece)
    starters = page.publications.filter(origin=Publication.Origin.STARTER)
    given = [words for version in starters if (words := readable(version.payload))]
    return any(own_words(new) == own_words(old) for old in [snapshot(page), *given])


def own_words(payload: StoredPayload) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in NOT_WORDS}
