"""Nobody grants what she does not hold, and nobody changes an account that may do more than hers.

Each rule answers in words: why not, or nothing where it may be. What an account holds is counted
whether it is active or not, for a closed one can be opened again.
"""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from clinic_site.people.rights import Duty, permissions_of
from clinic_site.people.roles import groups_with_everything
from clinic_site.permissions import require

SUPERUSERS_ONLY = "This is the account of an owner. Only an owner changes it."
MAY_DO_MORE = (
    "This account may do more than yours, so you cannot change it. Ask somebody whose account may"
    " do all that it may."
)
YOUR_OWN = "Nobody changes her own rights. Ask a colleague."
ADMINISTRATORS = "Only an owner changes what administrators may do."
YOUR_GROUP = "This is a role of yours, and nobody changes her own rights. Ask a colleague."
GROUP_MAY_DO_MORE = (
    "This role may do more than your account, so you cannot change it. Ask somebody whose account"
    " may do all that it may."
)
YOUR_PHONE = (
    "Your own phone is lost? Sign in with a recovery code and connect another one, or ask a"
    " colleague to press this for you."
)
YOURSELF = "Nobody closes her own account. Ask a colleague."
SOMEBODY_STAYS = (
    "This is the last account that can look after all the others. Give a colleague the role of an"
    " administrator first."
)
HERE_ALREADY = "This account is open."
GONE_ALREADY = "This account is closed already."
NOT_ABOUT_WHO_ASKS = {SOMEBODY_STAYS, HERE_ALREADY, GONE_ALREADY}
HAS_HISTORY = (
    "This person has worked here, and what she did keeps her name. Press “Has left” instead: she"
    " cannot sign in any more, and her work stays."
)
NOT_HERS = "You may not give it, as your account does not have it"
POSSESSIONS = (Authenticator, EmailAddress)  # they go with an account and say nothing of work done


def locked(by: User, right: str) -> User:
    """Her account as it is now. Of two who change accounts at once, the second waits and is asked
    again, so that they cannot close each other's. In a transaction.

    Raises `PermissionDenied` where she may no longer.
    """
    list(User.objects.select_for_update().filter(is_staff=True).order_by("pk").values_list("pk"))
    now = User.objects.get(pk=by.pk)
    if not (now.is_active and now.is_staff):
        raise PermissionDenied
    require(now, right)
    return now


def held(user: User) -> set[int]:
    """The keys of the permissions of an account; of a superuser, those that there are."""
    if user.is_superuser:
        return set(Permission.objects.values_list("pk", flat=True))
    of_hers = Q(user=user) | Q(group__user=user)
    return set(Permission.objects.filter(of_hers).values_list("pk", flat=True))


def why_account_stays(*, by: User, user: User) -> str:
    """Why she changes nothing of this account: no password, no address, not whether it is open."""
    if by.is_superuser or by.pk == user.pk:
        return ""
    if user.is_superuser:
        return SUPERUSERS_ONLY
    return MAY_DO_MORE if held(user) - held(by) else ""


def why_account_is_kept(*, by: User, user: User) -> str:
    """Why this account is not deleted."""
    if by.pk == user.pk:
        return YOUR_OWN
    return why_account_stays(by=by, user=user) or (HAS_HISTORY if has_history(user) else "")


def is_here(user: User) -> bool:
    """Whether she may sign in to the staff site."""
    return user.is_active and user.is_staff


def why_phone_stays(*, by: User, user: User) -> str:
    """Why she may not press *lost phone* for this person."""
    if by.pk == user.pk:
        return YOUR_PHONE
    return why_account_stays(by=by, user=user) or ("" if is_here(user) else GONE_ALREADY)


def why_she_stays(*, by: User, user: User) -> str:
    """Why she may not press *has left* for this person."""
    if by.pk == user.pk:
        return YOURSELF
    if why := why_account_stays(by=by, user=user):
        return why
    if not is_here(user):
        return GONE_ALREADY
    return SOMEBODY_STAYS if is_last_keeper(user) else ""


def why_she_stays_away(*, by: User, user: User) -> str:
    """Why she may not open a closed account again."""
    return why_account_stays(by=by, user=user) or (HERE_ALREADY if is_here(user) else "")


def is_last_keeper(user: User) -> bool:
    """Whether nobody but this person can sign in and do everything: an owner or administrator."""
    everything = Q(is_superuser=True) | Q(groups__in=groups_with_everything())
    keepers = User.objects.filter(everything, is_active=True, is_staff=True).distinct()
    if not any(keeper.pk == user.pk for keeper in keepers):
        return False
    return not any(keeper.pk != user.pk and can_sign_in(keeper) for keeper in keepers)


def can_sign_in(user: User) -> bool:
    """By a password, or by a factor that needs none beside it."""
    has_key = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    return user.has_usable_password() or has_key


def has_history(user: User) -> bool:
    """Whether she ever signed in, or a row of any table names her."""
    relations = (r for r in User._meta.related_objects if r.related_model not in POSSESSIONS)
    return user.last_login is not None or any(
        r.related_model._base_manager.filter(**{r.field.name: user.pk}).exists() for r in relations
    )


def why_group_stays(*, by: User, group: Group) -> str:
    """Why she neither changes nor deletes this group."""
    if by.is_superuser:
        return ""
    if group in groups_with_everything():
        return ADMINISTRATORS
    if by.groups.filter(pk=group.pk).exists():
        return YOUR_GROUP
    return "" if may_give(by, group.permissions.all()) else GROUP_MAY_DO_MORE


def may_give(by: User, permissions: Iterable[Permission]) -> bool:
    return by.is_superuser or {each.pk for each in permissions} <= held(by)


def why_groups_not_given(*, by: User, groups: Iterable[Group]) -> str:
    """`groups` are new to the account."""
    beyond = [group.name for group in groups if not may_give(by, group.permissions.all())]
    return f"Not {listed(beyond)}. {NOT_HERS}." if beyond else ""


def why_duties_not_given(*, by: User, duties: Iterable[Duty]) -> str:
    """`duties` are new to the role."""
    beyond = [d.title for d in duties if not may_give(by, permissions_of(d.rights))]
    return f"Not {listed(beyond)}. {NOT_HERS}." if beyond else ""


def listed(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
