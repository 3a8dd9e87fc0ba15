"""Indexes of what is a version or a duplicate of another enquiry: few rows among very many."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("referrals", "0019_accepted_and_left")]

    operations = [
        migrations.AddIndex(
            model_name="enquiry",
            index=models.Index(
                fields=["resend_of"], name="enquiry_resent", condition=Q(resend_of__isnull=False)
            ),
        ),
        migrations.AddIndex(
            model_name="enquiry",
            index=models.Index(
                fields=["joined_to"], name="enquiry_joined", condition=Q(joined_to__isnull=False)
            ),
        ),
    ]
