"""Whom to ring while the rooms are closed."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('clinic_site', '0009_lasting_keys')]
    operations = [
        migrations.AddField(
            model_name="clinic",
            name="after_hours_telephone",
            field=models.CharField(blank=True, default="", help_text="Whom to ring while the rooms are closed. Empty: the site names a hospital.", max_length=30, validators=[django.core.validators.RegexValidator("^\\+?[0-9()][0-9 ()./-]{2,}$", "Write the number alone, for example (02) 5550 1234.")]),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="clinic",
            name="after_hours_words",
            field=models.CharField(blank=True, default="", help_text="One line, for example “The surgeon on call answers.”", max_length=120, verbose_name="who answers after hours"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(condition=models.Q(("after_hours_words", ""), models.Q(("after_hours_telephone", ""), _negated=True), _connector="OR"), name="after_hours_words_have_a_number", violation_error_message="Give the after-hours number too, or leave both empty."),
        ),
    ]
