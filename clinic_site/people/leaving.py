"""A phone is lost, somebody leaves, somebody is back: one verb each, by a colleague who may.

Each locks all accounts of staff first and asks again whether it may be (`granting.py`).
"""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from clinic_site.models import AccountLink, Clinician, KeptForm, NotifiedAddress
from clinic_site.people import granting
from clinic_site.permissions import require
from clinic_site.sessions.ending import Why, end_sessions
from clinic_site.sign_in.codes import make_spoken_code
from clinic_site.sign_in.factors import forget_factors, reset_factor
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note

RIGHT = "auth.change_user"


class NotNow(ValueError):
    """Nobody may, as things are: it is done already, or nobody would be left. Says why."""


def refuse(why: str) -> None:
    """Raises `NotNow`, or `PermissionDenied` where another colleague may."""
    if why:
        raise NotNow(why) if why in granting.NOT_ABOUT_WHO_ASKS else PermissionDenied(why)


def lost_phone(*, by: User, user: User) -> str:
    """Ends her sessions and removes her factors; the eight digits that are read to her.

    Without them her password connects no new phone, and after 24 hours nothing does until this is
    pressed again.
    """
    require(by, RIGHT)
    with transaction.atomic():
        by = granting.locked(by, RIGHT)
        user = User.objects.get(pk=user.pk)
        refuse(granting.why_phone_stays(by=by, user=user))
        reset_factor(user=user, by=by)
        return make_spoken_code(user=user)


def has_left(*, by: User, user: User) -> User:
    """Closes the account: she is out at once and cannot come in. What she did keeps her name."""
    require(by, RIGHT)
    with transaction.atomic():
        by = granting.locked(by, RIGHT)
        user = User.objects.get(pk=user.pk)
        refuse(granting.why_she_stays(by=by, user=user))
        user.is_active = False
        user.set_unusable_password()  # also ends links that were made from the one before
        user.save(update_fields=["is_active", "password"])
        end_sessions(user, why=Why.LEFT, by=by)
        forget_factors(user)
        end_what_comes_to_her(user)
        note(Kind.LEFT, user=user, by=by)
        tell(user, "left", by=by)
    return user


def end_what_comes_to_her(user: User) -> None:
    """Links that open her account, forms kept for her, mail about new enquiries."""
    KeptForm.objects.filter(user=user).delete()
    if user.email:
        NotifiedAddress.objects.filter(email__iexact=user.email).delete()
        Clinician.objects.filter(notify_email__iexact=user.email).update(notify_email="")
    AccountLink.open_ones(user).update(withdrawn_at=timezone.now())


def came_back(*, by: User, user: User) -> User:
    """Opens a closed account again, with the roles it had. Password and factors are gone, also
    where it was closed otherwise than by `has_left`."""
    require(by, RIGHT)
    with transaction.atomic():
        by = granting.locked(by, RIGHT)
        user = User.objects.get(pk=user.pk)
        refuse(granting.why_she_stays_away(by=by, user=user))
        user.is_active = user.is_staff = True
        user.set_unusable_password()
        user.save(update_fields=["is_active", "is_staff", "password"])
        end_sessions(user, why=Why.LEFT, by=by)
        forget_factors(user)
        AccountLink.open_ones(user).update(withdrawn_at=timezone.now())
        note(Kind.CAME_BACK, user=user, by=by)
        tell(user, "came_back", by=by)
    return user
