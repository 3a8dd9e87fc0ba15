from django.db import migrations

from clinic_site.append_only import forbid_changes
from conditions.checks import REDACTION


class Migration(migrations.Migration):
    dependencies = [("conditions", "0001_initial")]
    operations = [forbid_changes("conditions_publication", REDACTION)]
