"""The groups of the staff site. Their permissions exist only after the models, so make them now."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from clinic_site.staff.roles import (OUR_APPS, create_roles)


def make_roles(apps, schema_editor):
    for label in OUR_APPS:
        create_permissions(installed.get_app_config(label), verbosity=0)
    create_roles(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0002_sample_clinic"),
        ("conditions", "0001_initial"),
        ("referrals", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
