"""Who may sign a clinical review: a clinician, and nobody because she may do everything else.

An administrator and an owner hold every right, so that they can give it to others. That makes
neither of them a clinician, and the public reads “Reviewed by”. So the right to sign counts where
somebody has it by a role made for it, or by hand.
"""

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from clinic_site.people.roles import groups_with_everything

SIGN = "conditions.sign_review"


def clinicians() -> QuerySet[User]:
    """Everybody who works here and may sign."""
    right = Permission.objects.filter(
        content_type__app_label="conditions", codename=SIGN.partition(".")[2]
    )
    everything = [group.pk for group in groups_with_everything()]
    roles = Group.objects.filter(permissions__in=right).exclude(pk__in=everything)
    has_it = Q(groups__in=roles) | Q(user_permissions__in=right)
    found = User.objects.filter(has_it, is_active=True, is_staff=True)
    return found.distinct().order_by("last_name", "first_name", "username")


def may_sign(user: object) -> bool:
    return isinstance(user, User) and clinicians().filter(pk=user.pk).exists()


def require_clinician(by: User | None) -> None:
    """Raise `PermissionDenied` unless she is a clinician."""
    if not may_sign(by):
        raise PermissionDenied("You need the role of a clinician.")
