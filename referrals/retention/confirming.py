"""Who may confirm an erasure: somebody else than who asked, and nobody whom she made or unmade.

An administrator could else disconnect the only other phone and be alone, or invite a second
address of her own. So an account confirms once it has stood for seven days, and who was able to
confirm until she changed that account still counts. All who may erase are told of each step.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from clinic_site.models import SignInEvent
from clinic_site.sign_in.passkeys.address import passkeys
from clinic_site.staff.notes import tell
from referrals.models import Enquiry, Event
from referrals.states.keeping import ERASE

STANDS_FOR = timedelta(days=7)
Kind = SignInEvent.Kind
# What keeps somebody from confirming, where a colleague does it to her.
TAKEN_AWAY = [
    *(Kind.FACTOR_RESET, Kind.LEFT, Kind.ROLES_CHANGED),
    *(Kind.PASSWORD_SET, Kind.PASSWORD_CHANGED),
]
GIVEN = [Kind.ROLES_CHANGED, Kind.CAME_BACK]


def with_the_right() -> QuerySet[User]:
    may = User.objects.with_perm(ERASE, is_active=True)
    return may.filter(is_staff=True).order_by("username")


def can_sign_in(user: User) -> bool:
    """A password, and something beside it that opens the site at the address it has."""
    others = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    return user.has_usable_password() and (others.exists() or passkeys(user).exists())


def who_else_may(user: User) -> list[User]:
    """Other people who can confirm: those with the right who can sign in."""
    return [one for one in with_the_right().exclude(pk=user.pk) if can_sign_in(one)]


def whom_she_stopped(asked: Event) -> list[User]:
    """Whose account was changed by who asks, since a week before she did, and who cannot confirm
    now. Of an account whose roles she changed nobody knows any more what it held: it counts."""
    lines = SignInEvent.objects.filter(
        kind__in=TAKEN_AWAY, by=asked.by_id, at__gte=asked.at - STANDS_FOR
    ).exclude(user=asked.by_id)
    held_it = User.objects.with_perm(ERASE, is_active=None)  # type: ignore[arg-type]
    changed = Q(pk__in=lines.filter(kind=Kind.ROLES_CHANGED).values("user"))
    changed |= Q(pk__in=lines.values("user")) & Q(pk__in=held_it.values("pk"))
    return list(User.objects.filter(changed).order_by("username"))


def stands_from(user: User) -> datetime:
    """When this account may take part: a week after it, its first factor or its right came."""
    first = Authenticator.objects.filter(user=user).order_by("created_at").first()
    given = SignInEvent.objects.filter(user=user.pk, kind__in=GIVEN).order_by("at").last()
    joined = User.objects.values_list("date_joined", flat=True).get(pk=user.pk)
    moments: list[datetime] = [joined, *(one.created_at for one in [first] if one)]
    return max([*moments, *(one.at for one in [given] if one)]) + STANDS_FOR


def why_not(asked: Event, *, person: User, at: datetime) -> str:
    """Why this person may not confirm it now, in words for staff; nothing where she may."""
    if asked.by_id == person.pk:
        return why_not_alone(asked)
    for user in filter(None, [person, asked.by]):
        if stands_from(user) > at:
            whose = "Your account" if user.pk == person.pk else f"The account of {user}"
            day = date_format(timezone.localtime(stands_from(user)), "l j F")
            return (
                f"{whose}, its phone or its rights are newer than 7 days. Another administrator"
                f" confirms it, or you do after {day}."
            )
    return ""


def why_not_alone(asked: Event) -> str:
    if asked.by and (others := who_else_may(asked.by)):
        return f"You asked for it, so another administrator confirms it: {names(others)}."
    if stopped := whom_she_stopped(asked):
        return (
            f"You changed this account lately, so you do not confirm it alone: {names(stopped)}."
            " She confirms it, or you ask for it anew 7 days after that change."
        )
    return ""


def names(users: list[User]) -> str:
    return " or ".join(str(user) for user in users[:3])


def tell_all(what: str, *, enquiry: Enquiry, who: User) -> None:
    """A mail to each account with the right, in the caller's transaction: a reference, no more."""
    for user in with_the_right():
        tell(user, what, by=who, reference=enquiry.reference, page=enquiry.get_admin_url())
