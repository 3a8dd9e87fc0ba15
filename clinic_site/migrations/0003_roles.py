"""The groups of the staff site. Their permissions exist only after the models, so make them now."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

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
ROLES = {  # as they were when this was written
    "Editor": EDITOR,
    "Publisher": [*EDITOR, "publish_page"],
    "Clinician": ["view_page", "view_publication", "view_review", "sign_review"],
    "Receptionist": ["view_enquiry", "change_enquiry", "view_notification"],
    "Administrator": ["*"],
}
OUR_APPS = ["clinic_site", "conditions", "referrals", "auth"]


def make_roles(apps, schema_editor):
    for label in OUR_APPS:
        create_permissions(installed.get_app_config(label), verbosity=0)
    group_model, permission_model = (apps.get_model("auth", name) for name in ("Group", "Permission"))
    permissions = permission_model.objects.filter(content_type__app_label__in=OUR_APPS)
    for name, codenames in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        wanted = permissions if "*" in codenames else permissions.filter(codename__in=codenames)
        group.permissions.set(wanted)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0002_sample_clinic"),
        ("conditions", "0001_initial"),
        ("referrals", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
