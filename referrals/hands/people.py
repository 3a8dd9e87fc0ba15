"""Who can have an enquiry: a colleague who is here and may change it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from clinic_site.people.cards import name_of
from referrals.models import Enquiry

CHANGE = "referrals.change_enquiry"
BACKEND = "django.contrib.auth.backends.ModelBackend"  # asks for accounts that are open, no others


def colleagues() -> QuerySet[User]:
    """Everybody who can have one, by name."""
    people: Any = User.objects
    found: QuerySet[User] = people.with_perm(CHANGE, backend=BACKEND).filter(is_staff=True)
    return found.order_by("first_name", "last_name", "username")


def can_have(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(CHANGE)


def nobodys(people: list[int]) -> Q:
    """In nobody's hands: also what somebody has who has left, or may no longer decide."""
    return Q(assigned_to__isnull=True) | ~Q(assigned_to__in=people)


def left_behind(people: list[int]) -> Q:
    """Only the latter."""
    return Q(assigned_to__isnull=False) & ~Q(assigned_to__in=people)


def holder_in_words(enquiry: Enquiry, people: list[int]) -> str:
    """Her name; who had it, where she is gone; empty where nobody has it."""
    holder = enquiry.assigned_to
    if holder is None:
        return ""
    return name_of(holder) if holder.pk in people else f"Nobody ({name_of(holder)} has left)"
