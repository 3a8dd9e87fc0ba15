"""A duplicate says which one the rooms go on with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0011_drawn_files")]

    operations = [
        migrations.AddField(
            model_name="enquiry",
            name="joined_to",
            field=models.ForeignKey(
                help_text="The one that the rooms go on with, where this is a duplicate.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined_here",
                to="referrals.enquiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_to__isnull", True),
                    models.Q(("joined_to", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="enquiry_not_joined_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_to__isnull", True), ("outcome", "duplicate"), _connector="OR"
                ),
                name="enquiry_joined_is_a_duplicate",
            ),
        ),
    ]
