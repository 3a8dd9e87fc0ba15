"""Clinical review: a clinician reads what is public and signs it until a day."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from conditions.models import Page, Publication, Review, ReviewFact
from conditions.publishing.clinicians import require_clinician
from conditions.publishing.verbs import CannotPublish, digest

REVIEW_EVERY = timedelta(days=2 * 365)
DUE_SOON = timedelta(days=60)


class PublicPageMoved(CannotPublish):
    """The public page or its open facts changed after the clinician read them."""


def open_facts(page: Page) -> QuerySet[ReviewFact]:
    return ReviewFact.objects.filter(page=page, signed_by=None)


def read_now(live: Publication, facts: Iterable[ReviewFact]) -> str:
    """What somebody signs who reads these: SHA-256, as 64 hexadecimal digits."""
    return digest({"publication": live.pk, "facts": [[fact.pk, fact.text] for fact in facts]})


@transaction.atomic
def sign(
    *,
    page: Page,
    by: User,
    seen: str | None = None,
    next_review_due: date | None = None,
    on: date | None = None,
) -> Review:
    """Sign what the public reads now, and the open facts of the page.

    For a clinician (`clinicians.py`). `seen` is what `read_now` said when the page was
    read; None signs it as it stands. Raises `PublicPageMoved`, `CannotPublish` or
    `PermissionDenied`.
    """
    require_clinician(by)
    today = on or timezone.localdate()
    page = Page.objects.select_for_update().get(pk=page.pk)  # nobody publishes or saves it now
    live = Publication.objects.live().filter(page=page).first()
    if live is None:
        raise CannotPublish("Only a published page can be signed.")
    facts = list(open_facts(page))
    if seen is not None and seen != read_now(live, facts):
        raise PublicPageMoved("The public page changed since you read it. Read it once more.")
    due = next_review_due or today + REVIEW_EVERY
    if due <= today:
        raise CannotPublish("The next review must be on a later day.")
    read = open_facts(page).filter(pk__in=[fact.pk for fact in facts])
    read.update(signed_by=by, signed_on=today)
    return Review.objects.create(
        page=page,
        publication=live,
        reviewer=by,
        reviewer_name=by.get_full_name() or by.get_username(),
        reviewed_on=today,
        next_review_due=due,
    )


def pages_to_review(*, on: date | None = None) -> QuerySet[Page]:
    """Published pages without a review, overdue, due soon, or with unsigned facts."""
    soon = (on or timezone.localdate()) + DUE_SOON
    live = Publication.objects.live().filter(page=OuterRef("pk"))
    newest = Review.objects.filter(page=OuterRef("pk")).order_by("-pk")
    open_facts = ReviewFact.objects.filter(page=OuterRef("pk"), signed_by=None)
    pages = Page.objects.filter(Exists(live)).annotate(
        due=newest.values("next_review_due")[:1], has_open_facts=Exists(open_facts)
    )
    return pages.filter(Q(due=None) | Q(due__lte=soon) | Q(has_open_facts=True))
