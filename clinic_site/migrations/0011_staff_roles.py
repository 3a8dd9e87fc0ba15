"""What was offered to each role so far, so that an upgrade gives it once only."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

ROLES = import_module("clinic_site.migrations.0003_roles").ROLES


def remember(apps, schema_editor):
    groups, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ours = permissions.objects.filter(
        content_type__app_label__in=["clinic_site", "conditions", "referrals", "auth"]
    )
    for name, codenames in ROLES.items():
        offered = ours if "*" in codenames else ours.filter(codename__in=codenames)
        apps.get_model("clinic_site", "StaffRole").objects.create(
            name=name,
            group=groups.objects.filter(name=name).first(),
            offered=sorted(
                f"{app}.{codename}"
                for app, codename in offered.values_list("content_type__app_label", "codename")
            ),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("clinic_site", "0010_after_hours"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.CreateModel(
            name="StaffRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("offered", models.JSONField(default=list, help_text="Rights as app.codename, given once each.")),
                ("group", models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="auth.group")),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("name",), name="staff_role_once")],
            },
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
