"""The facts that wait for a clinician, worked through one by one.

The order of a page's facts is their weight: what matters most was written first.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from conditions.models import FactDecision, Page, ReviewFact, Source
from conditions.publishing.clinicians import require_clinician
from conditions.publishing.verbs import CannotPublish

CODES = re.compile(r"\b((?:R|NCT)\d+)\b")
Decision = FactDecision.Decision


class CannotDecide(CannotPublish):
    """Words are missing, or somebody was faster; the message says which."""


class Item(NamedTuple):
    """A fact of the list. `newest` is what was decided last, of an agreement from before this list
    None; `sources` are those that its text names, in their order."""

    fact: ReviewFact
    newest: FactDecision | None
    sources: list[Source]

    @property
    def parts(self) -> list[tuple[str, Source | None]]:
        """The text, cut at its codes: each code with its source, where there is one."""
        known = {source.code: source for source in self.sources}
        return [(text, known.get(text)) for text in CODES.split(self.fact.text) if text]

    @property
    def is_done(self) -> bool:
        return self.fact.is_signed or self.newest is not None

    @property
    def state(self) -> str:
        if self.fact.is_signed:
            return Decision.AGREE
        return self.newest.decision if self.newest else ""


class OnePage(NamedTuple):
    """A page with its facts, weighty first."""

    page: Page
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def to_change(self) -> int:
        return sum(item.state in {Decision.CHANGE, Decision.REMOVE} for item in self.items)


def backlog(pages: Iterable[Page] | None = None) -> list[OnePage]:
    """Every page that has facts to be reviewed, or those of `pages`: in three queries."""
    facts = ReviewFact.objects.select_related("page", "signed_by").order_by("page_id", "pk")
    facts = facts.prefetch_related("decisions__by")
    if pages is not None:
        facts = facts.filter(page__in=list(pages))
    known = {source.code: source for source in Source.objects.all()}
    found: dict[int, OnePage] = {}
    for fact in facts:
        one = found.setdefault(fact.page_id, OnePage(fact.page, []))
        one.items.append(item_of(fact, known))
    return sorted(found.values(), key=place_of)


def place_of(one: OnePage) -> tuple[str, int, int]:
    return one.page.section, one.page.ordering, one.page.pk


def item_of(fact: ReviewFact, known: dict[str, Source]) -> Item:
    codes = dict.fromkeys(CODES.findall(fact.text))
    decided = list(fact.decisions.all())
    return Item(fact, decided[-1] if decided else None, [known[c] for c in codes if c in known])


@transaction.atomic
def decide(
    *,
    fact: ReviewFact,
    by: User,
    decision: str,
    words: str = "",
    seen: str | None = None,
    at: datetime | None = None,
) -> FactDecision:
    """Write down what a clinician says of a fact; an agreement signs it for good.

    `by` is a clinician (`clinicians.py`). `seen` is the text that was read. A page
    changes by nobody but an editor. Raises `CannotDecide` or `PermissionDenied`.
    """
    require_clinician(by)
    now = at or timezone.now()
    Page.objects.select_for_update().get(pk=fact.page_id)  # as signing a whole page does
    fact = ReviewFact.objects.get(pk=fact.pk)
    if fact.is_signed:
        raise CannotDecide("This fact is signed already, so it stays as it was signed.")
    if seen is not None and seen.split() != fact.text.split():
        raise CannotDecide("This fact was reworded after you opened the list. Read it once more.")
    if decision not in Decision.values:
        raise CannotDecide("Press Agree, Change or Remove.")
    if decision == Decision.CHANGE and not words.strip():
        raise CannotDecide("Write what it has to say, then press Change.")
    if decision == Decision.AGREE:
        fact.signed_by, fact.signed_on = by, timezone.localdate(now)
        fact.save(update_fields=["signed_by", "signed_on"])
    return FactDecision.objects.create(
        fact=fact, text=fact.text, decision=decision, words=words.strip(), by=by, at=now
    )
