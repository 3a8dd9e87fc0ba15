"""Keys of tokens and digests, filled while the SECRET_KEY that made the earlier ones is there."""

import clinic_site.sealing.fields
from django.db import migrations, models

from clinic_site.lasting_digests import first_key

PURPOSES = ["referrals.receipt", "referrals.intake.status", "referrals.resend", "referrals.content"]


def keep_todays_keys(apps, schema_editor):
    LastingKey = apps.get_model("clinic_site", "LastingKey")
    for purpose in PURPOSES:
        LastingKey.objects.create(purpose=purpose, key=first_key(purpose))


class Migration(migrations.Migration):
    dependencies = [('clinic_site', '0008_database_identity')]
    operations = [
        migrations.CreateModel(
            name="LastingKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=40, unique=True)),
                (
                    "key",
                    clinic_site.sealing.fields.SealedTextField(help_text="64 hexadecimal digits."),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(keep_todays_keys, migrations.RunPython.noop),
    ]
