"""Published once more, as a word of the glossary, a stage, a source or a picture has changed.

The page's own words stay as they are public: what somebody is still writing is never published by
this.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clinic_site.permissions import require
from conditions.models import Page, Publication
from conditions.publishing.unfinished import compare
from conditions.publishing.verbs import CannotPublish, DraftMoved, publish

NOTHING = "The public reads it so already."
HAS_DRAFT = "This page has a draft. Look at it, and publish it from the page."
SCHEDULED = "A version of this page is scheduled. Look at it, and publish it from the page."
MOVED = "It has changed since you looked at it. Look at it once more."


class NothingToRepublish(CannotPublish):
    """Somebody was faster, or the list was changed back."""


@transaction.atomic
def republish(
    *, page: Page, by: User, seen: str | None = None, at: datetime | None = None
) -> Publication:
    """The words that are public, with the lists of today, in the name of `by`.

    `by` needs the permission `conditions.publish_page`. `seen` is the digest of what was looked
    at. Raises `NothingToRepublish`, `DraftMoved`, `CannotPublish` or `PermissionDenied`.
    """
    require(by, "conditions.publish_page")
    page = Page.objects.select_for_update().get(pk=page.pk)  # nobody saves or publishes it now
    found = compare(page, Publication.objects.filter(page=page).first())
    if found is None:
        raise NothingToRepublish(NOTHING)
    if not found.only_lists:
        raise CannotPublish(HAS_DRAFT)
    if found.waits_until and found.waits_until > (at or timezone.now()):
        raise CannotPublish(SCHEDULED)
    try:
        return publish(page=page, by=by, seen=seen, at=at)
    except DraftMoved as moved:
        raise DraftMoved(MOVED) from moved
