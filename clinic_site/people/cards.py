"""What the staff site shows of a person: her role, when she was seen, what protects her account."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.utils import timezone

from clinic_site.models import AccountLink, SpokenCode, StaffSession
from clinic_site.people.by_mail.invitations import is_waiting
from clinic_site.people.granting import is_here

Type = Authenticator.Type
NOBODY_KNOWN = "–"


@dataclass(frozen=True)
class Card:
    """One person as a colleague sees her. `by_hand` is how many rights no role gives."""

    user: User
    roles: list[str]
    by_hand: int
    factors: str
    has_factor: bool
    waits_for_code: bool
    last_seen: datetime | None
    sessions: int
    invited_by: str
    is_here: bool
    is_invited: bool

    @property
    def name(self) -> str:
        return name_of(self.user)


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def cards(users: Iterable[User]) -> list[Card]:
    """In the given order; one query for each kind of fact, however many people there are."""
    users = list(users)
    seen, open_now, factors = last_seen(users), open_sessions(users), factors_of(users)
    inviters, waiting = invited_by(users), waiting_for_a_code(users)
    return [
        Card(
            user=user,
            roles=["Owner"] * user.is_superuser + [group.name for group in user.groups.all()],
            by_hand=len(user.user_permissions.all()),
            factors=in_words(factors[user.pk]),
            has_factor=bool(factors[user.pk]),
            waits_for_code=user.pk in waiting,
            last_seen=seen.get(user.pk) or user.last_login,
            sessions=open_now.get(user.pk, 0),
            invited_by=inviters.get(user.pk, NOBODY_KNOWN),
            is_here=is_here(user),
            is_invited=is_waiting(user),
        )
        for user in users
    ]


def last_seen(users: list[User]) -> dict[int, datetime]:
    """From sessions with password and code, which are kept for some days after their end."""
    of_theirs = StaffSession.objects.filter(user__in=users, with_code=True)
    return dict(of_theirs.values_list("user").annotate(Max("last_used_at")))


def open_sessions(users: list[User]) -> dict[int, int]:
    alive = StaffSession.alive(timezone.now()).filter(user__in=users, with_code=True)
    return dict(alive.values_list("user").annotate(Count("pk")))


def factors_of(users: list[User]) -> dict[int, list[Authenticator]]:
    found: dict[int, list[Authenticator]] = defaultdict(list)
    for factor in Authenticator.objects.filter(user__in=users).order_by("pk"):
        found[factor.user_id].append(factor)
    return found


def in_words(factors: list[Authenticator]) -> str:
    """“Phone, 2 passkeys, 8 codes left”; “none yet”."""
    kinds = [factor.type for factor in factors]
    keys = kinds.count(Type.WEBAUTHN)
    parts = ["phone"] * (Type.TOTP in kinds)
    parts += [f"{keys} passkey{'' if keys == 1 else 's'}"] * bool(keys)
    for factor in factors:
        if factor.type == Type.RECOVERY_CODES:
            left = len(factor.wrap().get_unused_codes())
            parts.append(f"{left} code{'' if left == 1 else 's'} left")
    return ", ".join(parts).capitalize() or "None yet"


def waiting_for_a_code(users: list[User]) -> set[int]:
    return set(SpokenCode.objects.filter(user__in=users).values_list("user", flat=True))


def invited_by(users: list[User]) -> dict[int, str]:
    """Who sent each of them her first link. Nobody, where she was there before there were any."""
    of_theirs = AccountLink.objects.filter(user__in=users, purpose="invitation").select_related(
        "made_by"
    )
    newest_first = of_theirs.order_by("-made_at")  # so that the first of each person stays
    return {link.user_id: name_of(link.made_by) for link in newest_first if link.made_by}
