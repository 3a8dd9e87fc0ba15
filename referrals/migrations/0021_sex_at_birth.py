"""Sex at birth, which a full form may say. NULL where it was not asked: older code fits."""

from django.db import migrations

import clinic_site.sealing.fields


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0020_versions_by_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='sex_at_birth',
            field=clinic_site.sealing.fields.SealedTextField(blank=True, help_text='In words, as the sender chose or wrote. NULL: not asked.', null=True),
        ),
    ]
