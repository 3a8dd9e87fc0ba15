"""Who may: the check that no button replaces. Every verb makes it before anything else."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied


def require(by: User | None, permission: str) -> None:
    """Raise `PermissionDenied` unless a person holds `permission`, written `app.codename`.

    Nobody (None) may nothing: what the site does by itself has a way of its own.
    """
    if by is None or not by.has_perm(permission):
        raise PermissionDenied(f"You need the permission {permission}.")
