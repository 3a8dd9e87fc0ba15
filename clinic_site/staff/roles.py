"""Who may do what on the staff site: groups that a migration makes, and staff may change."""

from typing import Any

EDITOR = ["view_page", "add_page", "change_page", "delete_page", "view_publication"]
EDITOR += [
    f"{verb}_{model}"
    for verb in ("view", "add", "change", "delete")
    for model in (
        *("prose", "figure", "carecard", "step", "recoverystage", "treatmentoption"),
        *("riskfigure", "checklist", "keyfact", "citation", "reviewfact"),
    )
]
EDITOR += [
    f"{verb}_{model}"
    for verb in ("view", "add", "change")
    for model in ("source", "glossaryterm", "image", "stage")
]
EDITOR += ["view_feedback"]
EDITOR += [f"{verb}_synonym" for verb in ("view", "add", "change", "delete")]
PUBLISHER = [*EDITOR, "publish_page"]
CLINICIAN = ["view_page", "view_publication", "view_review", "sign_review"]
RECEPTIONIST = ["view_enquiry", "change_enquiry", "view_notification"]
ROLES = {
    "Editor": EDITOR,
    "Publisher": PUBLISHER,
    "Clinician": CLINICIAN,
    "Receptionist": RECEPTIONIST,
    "Administrator": ["*"],
}
OUR_APPS = ["clinic_site", "conditions", "referrals", "auth"]


def create_roles(group_model: Any, permission_model: Any) -> None:
    """Make each group with its permissions; takes the models so that a migration can call it."""
    permissions = permission_model.objects.filter(content_type__app_label__in=OUR_APPS)
    for name, codenames in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        wanted = permissions if "*" in codenames else permissions.filter(codename__in=codenames)
        group.permissions.set(wanted)
