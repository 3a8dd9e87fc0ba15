from django.db import migrations

from clinic_site.append_only import forbid_changes
from referrals.checks import NOTE_RESEALED


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_intake")]
    operations = [forbid_changes("referrals_event", NOTE_RESEALED)]
