"""News of a decision can be withdrawn before it is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('referrals', '0011_counts_moved')]
    operations = [
        migrations.AlterField(
            model_name="notification",
            name="state",
            field=models.CharField(choices=[("queued", "Waiting"), ("sending", "Being sent"), ("sent", "Handed to the mail server"), ("dead", "Could not be delivered"), ("noted", "Could not be delivered; seen to"), ("undone", "Withdrawn before it was sent")], default="queued", max_length=8),
        ),
    ]
