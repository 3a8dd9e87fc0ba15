"""Nobody can sign in any more: whoever holds the server lets one of the owners in.

An owner is who looks after accounts. Everybody else is helped by one of them, on the staff site.
"""

from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q, QuerySet

from clinic_site.sign_in.factors import locked, reset_factor
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note


class NotAnOwner(Exception):
    """The account looks after no other: an owner can help."""


class AccountIsClosed(Exception):
    """Somebody switched it off, and only on purpose is it opened again."""


def owners() -> QuerySet[User]:
    """Who may look after accounts, whether the account is open or not."""
    right = Permission.objects.filter(content_type__app_label="auth", codename="change_user")
    by_right = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    return User.objects.filter(Q(is_superuser=True) | by_right).distinct().order_by("username")


def is_open(user: User) -> bool:
    return user.is_active and user.is_staff


def let_in(*, user: User, password: str, reactivate: bool = False) -> list[User]:
    """A new password, no factor, no session. The next sign-in connects a phone.

    An operator's verb: there is nobody whose right could be asked. So every owner with an open
    account is told; they are returned. Raises `NotAnOwner` or `AccountIsClosed`.
    """
    with transaction.atomic():
        user = locked(user)
        if not owners().filter(pk=user.pk).exists():
            raise NotAnOwner
        if not is_open(user) and not reactivate:
            raise AccountIsClosed
        was_closed, user.is_active, user.is_staff = not is_open(user), True, True
        user.set_password(password)
        user.save(update_fields=["password", "is_active", "is_staff"])
        reset_factor(user=user)
        note(Kind.LET_IN, user=user, detail="the account was closed before" if was_closed else "")
        told = list(owners().filter(is_active=True, is_staff=True))
        for owner in told:
            tell(owner, "let_in", whom=user, was_closed=was_closed)
    return told
