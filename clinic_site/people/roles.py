"""Who may do what on the staff site. The one place that names a role.

A role is a group with the rights of its duties. Which rights a duty needs is said by the app whose
pages it is about (`settings.STAFF_DUTIES`), so a new kind of block or a new verb reaches every role
that has its duty. Staff may change, rename and delete the groups: what they did stands, because a
release gives a role only what it never offered before. A role whose duties staff ticked themselves
(`roles_admin.py`), and one they made, follows what they ticked.
"""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.module_loading import import_string

from clinic_site.models import StaffRole

EVERYTHING = "everything"
ROLES = {
    "Editor": ["write pages"],
    "Publisher": ["write pages", "publish pages"],
    "Clinician": ["review pages", "read and decide referrals"],
    "Receptionist": ["work through the inbox"],
    "Administrator": [EVERYTHING],  # who alone may redact, and change people and groups
}
OUR_APPS = ["clinic_site", "conditions", "referrals", "auth"]


def create_roles() -> list[str]:
    """Make each role that was never made, and give each the rights that are new to it.

    Returns a sentence for each change, for whoever upgrades. A second call changes nothing.
    """
    for app in OUR_APPS:  # a first `migrate` that was cut off may have made none
        create_permissions(apps.get_app_config(app), verbosity=0)
    rights = {label(permission): permission for permission in our_permissions()}
    duties = all_duties()
    changes = []
    StaffRole.objects.filter(name__startswith=StaffRole.OWN, group=None).delete()
    by_staff = StaffRole.objects.exclude(duties=None)
    ticked: dict[str, list[str]] = {role.name: role.duties or [] for role in by_staff}
    for name, its_duties in (ROLES | ticked).items():
        known = [duty for duty in its_duties if duty in duties]  # one of a later release is left
        wanted = rights_of(known, duties) if EVERYTHING not in its_duties else set(rights)
        changes += bring_up_to_date(name, {right: rights[right] for right in wanted & set(rights)})
    return changes


def note_duties(*, group: Group, ticked: list[str], rights: set[str]) -> StaffRole:
    """Staff ticked what a role does: from now on it follows that. In the transaction of the form.

    `rights` are those that it has now; they count as offered, and those that it had before as well.
    """
    role = StaffRole.objects.select_for_update().filter(group=group).first()
    role = role or StaffRole(name=f"{StaffRole.OWN}{group.pk}", group=group)
    if EVERYTHING in ROLES.get(role.name, []):
        return role
    known, before = all_duties(), role.duties or ROLES.get(role.name, [])
    had = rights_of((duty for duty in before if duty in known), known)
    role.duties = ticked
    role.offered = sorted({*role.offered, *had, *rights})
    role.save()
    return role


@transaction.atomic
def bring_up_to_date(name: str, wanted: dict[str, Permission]) -> list[str]:
    """One role: its group gets what was never offered to it. A group that is gone stays gone."""
    role, is_first = StaffRole.objects.select_for_update().get_or_create(name=name)
    if is_first:
        role.group, is_made = Group.objects.get_or_create(name=name)
        if not is_made:  # staff made one of this name: its people would get rights nobody gave
            role.group = None
        role.save()
        if not is_made:
            return [f"{name}: not made, as there is a group of this name already."]
    new = sorted(set(wanted) - set(role.offered))
    if role.group is None or not new:
        return []
    role.group.permissions.add(*(wanted[right] for right in new))
    role.offered = sorted([*role.offered, *new])
    role.save()
    called = role.group.name if name.startswith(StaffRole.OWN) else name
    return [f"{name}: made." if is_first else f"{called}: may now also {', '.join(new)}."]


def groups_with_everything() -> list[Group]:
    """The groups of the roles that may do everything, whatever staff call them now."""
    names = [name for name, its_duties in ROLES.items() if EVERYTHING in its_duties]
    return list(
        Group.objects.filter(pk__in=StaffRole.objects.filter(name__in=names).values("group"))
    )


def all_duties() -> dict[str, list[str]]:
    """Every duty with the rights it needs, as `app.codename`; two apps may add to one duty."""
    together: dict[str, list[str]] = {}
    for path in settings.STAFF_DUTIES:
        for duty, rights in import_string(path)().items():
            together.setdefault(duty, []).extend(rights)
    return together


def rights_of(its_duties: Iterable[str], duties: dict[str, list[str]]) -> set[str]:
    return {right for duty in its_duties for right in duties[duty]}


def what_roles_lack() -> list[str]:
    """A sentence for each duty that no app knows and each right that no model has."""
    duties, known = all_duties(), set(rights_of_models())
    unknown = [
        f"The role {name} has the duty “{duty}”, which no app knows."
        for name, its_duties in ROLES.items()
        for duty in its_duties
        if duty not in duties and duty != EVERYTHING
    ]
    return unknown + [
        f"The duty “{duty}” needs the right {right}, which no model has."
        for duty, rights in duties.items()
        for right in rights
        if right not in known
    ]


def rights_of_models() -> Iterable[str]:
    """Every right that a model of the site declares, without asking the database."""
    for model in apps.get_models():
        meta = model._meta
        own = [codename for codename, _ in meta.permissions]
        usual = [get_permission_codename(verb, meta) for verb in meta.default_permissions]
        yield from (f"{meta.app_label}.{codename}" for codename in [*own, *usual])


def our_permissions() -> Iterable[Permission]:
    of_ours = Permission.objects.filter(content_type__app_label__in=OUR_APPS)
    return of_ours.select_related("content_type")


def label(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
