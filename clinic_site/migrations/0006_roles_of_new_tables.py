"""Roles learn of the tables that came since: only added to, as staff may have changed the rest."""

from importlib import import_module

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

_before = import_module("clinic_site.migrations.0003_roles")
OUR_APPS, ROLES = _before.OUR_APPS, _before.ROLES

NEW_TABLES = ["synonym", "feedback", "attachment"]


def add_permissions(apps, schema_editor):
    for label in OUR_APPS:
        create_permissions(installed.get_app_config(label), verbosity=0)
    group_model, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    new = permissions.objects.filter(content_type__model__in=NEW_TABLES)
    for name, codenames in ROLES.items():
        group = group_model.objects.filter(name=name).first()
        wanted = new if "*" in codenames else new.filter(codename__in=codenames)
        if group:
            group.permissions.add(*wanted)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_site", "0005_key_witness"),
        ("conditions", "0004_kitchen_table"),
        ("referrals", "0005_noted_mail"),
    ]
    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
