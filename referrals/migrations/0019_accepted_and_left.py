"""When it was accepted, so that what is not booked comes up again; and what mail may have left."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def from_the_timeline(apps, schema_editor):
    """Of what is accepted now. Where its line is missing it has waited since it came."""
    Enquiry = apps.get_model("referrals", "Enquiry")
    Event = apps.get_model("referrals", "Event")
    lines = Event.objects.filter(enquiry=OuterRef("pk"), kind="accepted").order_by("-at")
    accepted = Enquiry.objects.filter(status="accepted", accepted_at=None)
    accepted.update(accepted_at=Subquery(lines.values("at")[:1]))
    accepted.update(accepted_at=models.F("received_at"))


def may_have_left(apps, schema_editor):
    """Until now nobody wrote down how a try had ended: what was tried, or put back, may have."""
    Notification = apps.get_model("referrals", "Notification")
    put_back = models.Q(give_up_at__gt=models.F("created_at") + timedelta(days=5, seconds=1))
    tried = models.Q(attempts__gt=0) | put_back
    Notification.objects.filter(tried, state__in=["queued", "sending"]).update(may_have_left=True)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0018_mail_hold")]

    operations = [
        migrations.AddField(
            model_name="enquiry",
            name="accepted_at",
            field=models.DateTimeField(
                help_text="When it was accepted last: a visit is booked within some days.",
                null=True,
            ),
        ),
        migrations.RunPython(from_the_timeline, migrations.RunPython.noop),
        migrations.AddField(
            model_name="inboxlimits",
            name="book_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Later it stands in the inbox again, until it is booked or filed otherwise.",
                verbose_name="accepted: booked within (working days)",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(book_days__range=(1, 30)),
                name="inbox_limits_book_days_in_bounds",
                violation_error_message="Give a number from 1 to 30.",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="may_have_left",
            field=models.BooleanField(
                default=False,
                help_text="A try ended without the server’s answer: it may have taken it.",
            ),
        ),
        migrations.RunPython(may_have_left, migrations.RunPython.noop),
    ]
