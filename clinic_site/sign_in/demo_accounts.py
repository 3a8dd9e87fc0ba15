"""One account for each role, with a password and a phone that everybody knows."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet

from clinic_site.models import StaffRole
from clinic_site.running.demo import PASSWORD, PHONE_SECRET
from clinic_site.sign_in.codes import code_of_now
from clinic_site.sign_in.factors import add_phone


@transaction.atomic
def make_accounts() -> dict[str, User]:
    """By name: the role in small letters. What is there is left as it is."""
    roles = of_releases().select_related("group")
    return {role.name.lower(): account_of(role.name.lower(), role.group) for role in roles}


def account_of(name: str, group: Group | None) -> User:
    user, is_new = User.objects.get_or_create(
        username=name,
        defaults={
            "is_staff": True,
            "first_name": "Sam",
            "last_name": f"Sample{name}",
            "email": f"{name}@rooms.example",
        },
    )
    if is_new:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        user.groups.set([group] if group else [])
    if not Authenticator.objects.filter(user=user).exists():
        add_phone(user, PHONE_SECRET, 0)
    return user


def code_now() -> str:
    """The six digits that the phone of every account shows at this moment."""
    return code_of_now(PHONE_SECRET)


def names() -> list[str]:
    """Of the accounts that are there: none where the demonstration was only run, not made."""
    roles = [name.lower() for name in of_releases().values_list("name", flat=True)]
    made = set(User.objects.filter(username__in=roles).values_list("username", flat=True))
    return [name for name in roles if name in made]


def of_releases() -> QuerySet[StaffRole]:
    """Not those that somebody made while trying it."""
    return StaffRole.objects.exclude(group=None).exclude(name__startswith=StaffRole.OWN)
