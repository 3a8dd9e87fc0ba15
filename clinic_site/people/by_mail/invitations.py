"""A colleague comes by an invitation, and comes back by a link where her password is forgotten.

Nobody types a password for somebody else. A link works once, for a while, and only for what it was
sent for. Its token is in the mail and in the address, and nowhere else: the table has a digest, and
the outbox holds the mail sealed until it is sent. docs/decisions/037 says why it is so.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import AccountLink
from clinic_site.people import granting
from clinic_site.permissions import require
from clinic_site.sign_in import limits
from clinic_site.sign_in.passwords import store_password
from clinic_site.sign_in.places import Place
from clinic_site.staff.notes import tell
from clinic_site.staff.sign_in_log import Kind, note, note_refusal

Purpose = AccountLink.Purpose
STANDS = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
SAME_MAIL_FOR = timedelta(minutes=15)  # whoever asks again meanwhile has one on its way
MOST_ACCOUNTS = 3  # of one mail address that are written to
RIGHT = "auth.add_user"


class Why(Enum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    CLOSED = "closed"  # whose account it is has left
    USED = "used"
    WITHDRAWN = "withdrawn"  # or a newer one came, or mail goes to another address by now
    OVER = "over"
    NOT_GIVEN = "not given"  # who invited has left, or may not give so much any more


class DeadLink(Exception):
    """A link that opens nothing. `link` is None where there never was such a one."""

    def __init__(self, why: Why, link: AccountLink | None = None) -> None:
        super().__init__(why.value)
        self.why, self.link = why, link


class AddressTaken(ValueError):
    """Somebody here has this mail address."""


class NameTaken(ValueError):
    """Somebody here has this username."""


class NotWaiting(ValueError):
    """This account waits for nobody: it is closed, has a password, or has no mail address."""


def invite(
    *,
    by: User,
    first_name: str,
    last_name: str,
    email: str,
    groups: Iterable[Group],
    username: str = "",
    at: datetime | None = None,
) -> AccountLink:
    """Make an account without a password, and send its owner the way in.

    Raises `PermissionDenied`, also for a role that goes beyond her own account; `AddressTaken`,
    `NameTaken`.
    """
    require(by, RIGHT)
    groups = list(groups)
    with transaction.atomic():
        inviter = granting.locked(by, RIGHT)
        if why := granting.why_groups_not_given(by=inviter, groups=groups):
            raise PermissionDenied(why)
        if User.objects.filter(email__iexact=email).exists():
            raise AddressTaken
        if username and is_taken(username):
            raise NameTaken
        user = User(
            username=username or username_for(first_name, last_name, email),
            first_name=first_name,
            last_name=last_name,
            email=email,
            is_staff=True,
        )
        user.set_unusable_password()
        user.save()
        user.groups.set(groups)
        return send_invitation(user, by=inviter, at=at)


def send_again(*, by: User, user: User, at: datetime | None = None) -> AccountLink:
    """Another link for a colleague who has not come yet; the one before opens nothing any more.

    Whoever sends it stands for the roles from now on. Raises `PermissionDenied`, `NotWaiting`.
    """
    require(by, RIGHT)
    with transaction.atomic():
        inviter, user = of_whom_she_may_decide(by, user)
        if not is_waiting(user):
            raise NotWaiting
        return send_invitation(user, by=inviter, at=at, detail="again")


def withdraw(*, by: User, user: User, at: datetime | None = None) -> int:
    """Take an invitation back. The account stays, and nobody can sign in to it."""
    require(by, RIGHT)
    with transaction.atomic():
        inviter, user = of_whom_she_may_decide(by, user)
        links = AccountLink.open_ones(user, Purpose.INVITATION)
        number = links.update(withdrawn_at=at or timezone.now())
        if number:
            note(Kind.INVITATION_WITHDRAWN, user=user, by=inviter, at=at)
    return number


def of_whom_she_may_decide(by: User, user: User) -> tuple[User, User]:
    """Both accounts as they are now, locked. Raises `PermissionDenied`."""
    inviter = granting.locked(by, RIGHT)
    user = User.objects.get(pk=user.pk)
    if why := granting.why_account_stays(by=inviter, user=user):
        raise PermissionDenied(why)
    return inviter, user


def is_waiting(user: User) -> bool:
    """Whether she may be invited: nobody can sign in to her account, and it is not closed."""
    is_open = user.is_active and user.is_staff
    return bool(is_open and user.email and not user.has_usable_password())


def open_invitation(user: User) -> AccountLink | None:
    """The one that was sent last and neither taken nor withdrawn. Its time may be over."""
    return AccountLink.open_ones(user, Purpose.INVITATION).select_related("made_by").first()


def send_invitation(
    user: User, *, by: User, at: datetime | None = None, detail: str = ""
) -> AccountLink:
    note(Kind.INVITED, user=user, by=by, at=at, detail=detail)
    return send_link(user, Purpose.INVITATION, by=by, at=at or timezone.now())


def send_link(user: User, purpose: Purpose, *, by: User | None, at: datetime) -> AccountLink:
    """One mail with one link, in the caller's transaction. Of each kind one is open."""
    token = secrets.token_hex(20)
    AccountLink.open_ones(user, purpose).update(withdrawn_at=at)
    link = AccountLink.objects.create(
        user=user,
        purpose=purpose,
        token_hash=AccountLink.hash_of(token),
        sent_to=user.email,
        made_by=by,
        made_at=at,
        expires_at=at + STANDS[purpose],
    )
    address = settings.SITE_URL + reverse("account_link", args=[token])
    tell(user, purpose.value, link=address, until=link.expires_at, by=by)
    return link


def find(token: str, *, at: datetime | None = None) -> AccountLink:
    """The link behind a token, if it opens. Changes nothing. Raises `DeadLink`."""
    links = AccountLink.objects.select_related("user", "made_by")
    link = links.filter(token_hash=AccountLink.hash_of(token)).first()
    if link is None:
        raise DeadLink(Why.UNKNOWN)
    if why := why_dead(link, at or timezone.now()):
        raise DeadLink(why, link)
    return link


def why_dead(link: AccountLink, at: datetime) -> Why | None:
    is_invitation = link.purpose == Purpose.INVITATION
    reasons = {
        Why.CLOSED: not (link.user.is_active and link.user.is_staff),
        Why.USED: bool(link.used_at) or (is_invitation and link.user.has_usable_password()),
        Why.WITHDRAWN: bool(link.withdrawn_at) or link.sent_to != link.user.email,
        Why.OVER: link.is_over(at),
        Why.NOT_GIVEN: is_invitation and not is_still_given(link),
    }
    return next((why for why, is_so in reasons.items() if is_so), None)


def is_still_given(link: AccountLink) -> bool:
    """Whether who invited may still give all that the account holds."""
    by = link.made_by
    if by is None or not (by.is_active and by.is_staff and by.has_perm(RIGHT)):
        return False
    return not granting.why_account_stays(by=by, user=link.user)


def take(link: AccountLink, at: datetime) -> AccountLink:
    """Use up a link that `find` found. Of two at once the second raises `DeadLink`; accounts are
    locked first, so that nobody is closed or loses a right meanwhile."""
    list(User.objects.select_for_update().filter(is_staff=True).order_by("pk").values_list("pk"))
    link = AccountLink.objects.select_for_update().get(pk=link.pk)
    if why := why_dead(link, at):
        raise DeadLink(why, link)
    link.used_at = at
    link.save(update_fields=["used_at"])
    return link


def take_invitation(*, token: str, password: str, at: datetime | None = None) -> User:
    """She chooses her password, and her account is hers. Who invited hears of it.

    The token is the proof. What may be a password is asked by the form. Raises `DeadLink`.
    """
    at = at or timezone.now()
    with transaction.atomic():
        link = take(of_purpose(find(token, at=at), Purpose.INVITATION), at)
        hers = link.user
        user = store_password(hers, password, "invitation_taken", keep=None, by=hers)
        if link.made_by:
            tell(link.made_by, "colleague_came", colleague=user)
    return user


def take_reset(*, token: str, password: str, at: datetime | None = None) -> User:
    """A new password instead of the forgotten one. Ends her sessions; her factor stays as it is.

    The token is the proof. What may be a password is asked by the form. Raises `DeadLink`.
    """
    at = at or timezone.now()
    with transaction.atomic():
        hers = take(of_purpose(find(token, at=at), Purpose.RESET), at).user
        return store_password(hers, password, "password_reset", keep=None, by=hers)


def of_purpose(link: AccountLink, purpose: Purpose) -> AccountLink:
    if link.purpose != purpose:
        raise DeadLink(Why.UNKNOWN)
    return link


def ask_for_reset(*, typed: str, place: Place, at: datetime | None = None) -> None:
    """Send a link to whoever has this username or mail address, if anybody has.

    Nothing tells the asker which of them it was, and it takes the same time: for nobody the same
    is done, and taken back. Raises `limits.TooMany` for too many from one network address.
    """
    at = at or timezone.now()
    limits.begin(limits.resets_from(place), at=at)
    named = Q(username__iexact=typed) | Q(email__iexact=typed)
    people: list[User | None] = list(User.objects.filter(named).order_by("pk")[:MOST_ACCOUNTS])
    for user in people or [None]:
        ask_for_one(user, typed, place, at)


def ask_for_one(user: User | None, typed: str, place: Place, at: datetime) -> None:
    who = user or nobody()
    is_on_its_way = was_sent_lately(who, at)
    account = limits.account_of(user, typed=typed)
    what = "asked again" if is_on_its_way else "asked"
    counted = limits.reset_limits(f"{what} {account}", who, place, at=at)
    gets_one = limits.is_within(counted, at=at) and not is_on_its_way and may_reset(who)
    with transaction.atomic():
        note_refusal(Kind.RESET_ASKED, user=user, at=at)
        with transaction.atomic():
            forget_old_resets(at)
            send_link(who if gets_one else nobody(), Purpose.RESET, by=None, at=at)
            transaction.set_rollback(not gets_one)


def nobody() -> User:
    """Stands for whoever gets no mail: no such row is ever stored."""
    return User(pk=0, username="nobody", email="nobody@nowhere.example")


def may_reset(user: User) -> bool:
    """Not where an account is closed, was never taken, or had its password taken away."""
    return bool(user.is_active and user.is_staff and user.email and user.has_usable_password())


def was_sent_lately(user: User, at: datetime) -> bool:
    """So a second press sends no second mail, and a stranger who asks does not close the link that
    she has just been sent."""
    return (
        AccountLink.open_ones(user, Purpose.RESET).filter(made_at__gt=at - SAME_MAIL_FOR).exists()
    )


def forget_old_resets(at: datetime) -> None:
    """They say nothing of anybody after a week, and strangers can ask for many."""
    week = timedelta(days=7)
    AccountLink.objects.filter(purpose=Purpose.RESET, expires_at__lt=at - week).delete()


def is_taken(username: str) -> bool:
    return User.objects.filter(username__iexact=username).exists()


def username_for(first_name: str, last_name: str, email: str) -> str:
    """`jo.sample`; with a number behind it where somebody has it. Letters that no keyboard of the
    rooms has are left out; what is then left of a name may be nothing."""
    names = [plain(name) for name in (first_name, last_name)]
    stem = ".".join(filter(None, names)) or plain(email.partition("@")[0]) or "colleague"
    stem = stem[:100]
    number = 1
    while is_taken(name := stem if number == 1 else f"{stem}{number}"):
        number += 1
    return name


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", letters)
