"""What tests of links need: an inviter, and the link out of the mail that waits in the outbox."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group, User

from clinic_site.people.by_mail import invitations
from referrals.models import Notification
from tests.makers import make_user

NEW = "seven green kettles hum"
INVITE = "/admin/auth/user/invite/"
FORGOT = "/admin/account/forgot/"
LINK = re.compile(r"http://\S+/admin/account/link/\w+/")


def make_inviter(username: str = "chief", **fields: Any) -> User:
    """An administrator, by her role."""
    names = {"first_name": "Kim", "last_name": "Samplechief"}
    user = make_user(username=username, email=f"{username}@rooms.example", **{**names, **fields})
    user.groups.add(Group.objects.get(name="Administrator"))
    return User.objects.get(pk=user.pk)


def typed(*roles: str, **changes: Any) -> dict[str, Any]:
    """What an administrator types into the form."""
    groups = [Group.objects.get(name=name).pk for name in roles or ("Receptionist",)]
    names = {"first_name": "Jo", "last_name": "Sample", "email": "jo@sample.example"}
    return {**names, "groups": groups, "username": "", **changes}


def invite(by: User, *roles: str, **changes: Any) -> User:
    fields = typed(*roles, **changes)
    groups = list(Group.objects.filter(pk__in=fields.pop("groups")))
    return User.objects.get(pk=invitations.invite(by=by, groups=groups, **fields).user_id)


def mails(subject: str = "", *, to: str = "") -> list[Notification]:
    rows = Notification.objects.order_by("pk")
    return [m for m in rows if subject in m.subject and to in m.recipient]


def link_in(mail: Notification) -> str:
    """The path that a browser asks for."""
    return urlsplit(LINK.search(mail.body)[0]).path


def last_link() -> str:
    return link_in([m for m in mails() if LINK.search(m.body)][-1])


def token_of(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def choose(client: Any, path: str, password: str = NEW, again: str = "", **how: Any) -> Any:
    return client.post(path, {"password1": password, "password2": again or password}, **how)
