"""The inbox is read by state, and the oldest of it first: no scan of what is filed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0008_patient_requests")]

    operations = [
        migrations.AddIndex(
            model_name="enquiry",
            index=models.Index(fields=["status", "received_at"], name="enquiry_by_state"),
        ),
    ]
