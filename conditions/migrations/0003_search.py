"""Words that mean the same, and the search index, filled from what is published already."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from conditions.search.passages import reading
from conditions.search.index import index_of
from conditions.publishing.starter_files import (STARTER_DIR, read_starter_file)


def make_index(apps, schema_editor):
    """The index can be made again at any time, so its shape is that of today's code."""
    index = index_of(schema_editor.connection)
    index.create()
    published = apps.get_model("conditions", "Publication").objects.exclude(payload={})
    for publication in published.only("payload").iterator():
        index.add(publication.pk, reading(publication.payload).columns)


def drop_index(apps, schema_editor):
    index_of(schema_editor.connection).drop()


def load_words(apps, schema_editor):
    """For a site that has its pages already. A new one gets its lists with the starter pages."""
    if apps.get_model("conditions", "Page").objects.exists():
        synonym = apps.get_model("conditions", "Synonym")
        rows = read_starter_file(STARTER_DIR / "lists" / "synonyms.toml")["synonyms"]
        synonym.objects.bulk_create([synonym(**row) for row in rows])


def let_editors_edit(apps, schema_editor):
    """Who may write the glossary may write these words, in groups as staff have made them."""
    create_permissions(installed.get_app_config("conditions"), verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="conditions"
    )
    writers = permissions.get(codename="change_glossaryterm").group_set.all()
    for group in writers:
        group.permissions.add(*permissions.filter(codename__endswith="_synonym"))


class Migration(migrations.Migration):
    dependencies = [
        ("conditions", "0002_append_only"),
        ("clinic_site", "0003_roles"),
    ]
    operations = [
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Words that mean the same, separated by commas: keyhole, minimally invasive.",
                        max_length=200,
                        unique=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "words that mean the same",
                "verbose_name_plural": "words that mean the same",
                "ordering": ["words"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words__contains", ",")),
                        name="synonym_has_two_words",
                        violation_error_message="Write two words or more, separated by commas.",
                    )
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(load_words, migrations.RunPython.noop),
        migrations.RunPython(let_editors_edit, migrations.RunPython.noop),
    ]
