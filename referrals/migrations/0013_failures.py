"""What went wrong with a mail stands in columns of its own. Choices leave the schema."""

import re

from django.db import migrations, models
from django.db.models import Q


def columns_of(said):
    """What the old sentence said: failure, times in a row, name of the error, SMTP code."""
    if not said:
        return "", 0, "", None
    if found := re.fullmatch(r"Cannot be written: (.*) \((\d+)\)", said):
        return "unwritable", int(found[2]), found[1][:60], None
    if found := re.fullmatch(r"Process ended while sending \((\d+)\)", said):
        return "interrupted", int(found[1]), "", None
    name, _, code = said.partition(" ")
    code = int(code) if re.fullmatch(r"[1-9]\d\d", code) else None
    is_refused = name == "SMTPRecipientsRefused" or name == "SMTPDataError" and (code or 0) >= 500
    return "refused" if is_refused else "server", 1, name[:60], code


def fill(apps, schema_editor):
    rows = apps.get_model("referrals", "Notification").objects.using(schema_editor.connection.alias)
    rows.filter(state="sent").update(error="")
    for said in list(rows.exclude(error="").values_list("error", flat=True).distinct().order_by()):
        failure, times, name, code = columns_of(said)
        rows.filter(error=said, failure="").update(
            failure=failure, failures_in_a_row=times, error=name, smtp_code=code
        )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0012_news_withdrawn")]
    operations = [
        migrations.AlterField("enquiry", "status", models.CharField(default="received", max_length=10)),
        migrations.AlterField("event", "kind", models.CharField(max_length=12)),
        migrations.AlterField("notification", "kind", models.CharField(max_length=12)),
        migrations.RenameField("notification", "last_error", "error"),
        migrations.AddField(
            "notification",
            "failure",
            models.CharField(blank=True, choices=[("refused", "The address or the text was refused"), ("server", "No mail server took it"), ("unwritable", "It cannot be written"), ("interrupted", "The mail process ended while sending")], default="", max_length=11),
            preserve_default=False,
        ),
        migrations.AddField(
            "notification",
            "failures_in_a_row",
            models.PositiveSmallIntegerField(default=0, help_text="Of the same kind."),
        ),
        migrations.AddField("notification", "smtp_code", models.PositiveSmallIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "notification",
            "error",
            models.CharField(blank=True, help_text="Name of the last error: never its words.", max_length=60),
        ),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=Q(failure="", failures_in_a_row=0, error="", smtp_code__isnull=True)
                | ~Q(failure="") & Q(failures_in_a_row__gte=1),
                name="notification_failure_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(failure=""), name="notification_sent_has_no_failure"
            ),
        ),
        migrations.RemoveConstraint("notification", "notification_of_an_enquiry_names_it"),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=Q(kind__in=["test", "staff_mail"], enquiry__isnull=True)
                | ~Q(kind__in=["test", "staff_mail"]) & Q(enquiry__isnull=False),
                name="notification_of_an_enquiry_names_it",
            ),
        ),
    ]
