"""Clinical review: a clinician reads what is public and signs it until a day."""

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic_site.permissions import require
from conditions.models import Page, Publication, Review, ReviewFact
from conditions.publishing.verbs import CannotPublish

REVIEW_EVERY = timedelta(days=2 * 365)
DUE_SOON = timedelta(days=60)


@transaction.atomic
def sign(
    *, page: Page, by: User, next_review_due: date | None = None, on: date | None = None
) -> Review:
    """Sign what the public reads now, and every open fact of the page.

    Needs the permission `conditions.sign_review`. Raises `CannotPublish` or `PermissionDenied`.
    """
    require(by, "conditions.sign_review")
    today = on or timezone.localdate()
    live = Publication.objects.live().filter(page=page).first()
    if live is None:
        raise CannotPublish("Only a published page can be signed.")
    due = next_review_due or today + REVIEW_EVERY
    if due <= today:
        raise CannotPublish("The next review must be on a later day.")
    ReviewFact.objects.filter(page=page, signed_by=None).update(signed_by=by, signed_on=today)
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
