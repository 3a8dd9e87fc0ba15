"""What a held letter says, and the red flags in it. NULL where nothing was read: older code fits."""

from django.db import migrations

import clinic_site.sealing.fields


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0021_sex_at_birth'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='letter_said',
            field=clinic_site.sealing.fields.SealedTextField(help_text='What was read in it, while it is held. NULL: not read, or sent.', null=True),
        ),
        migrations.AddField(
            model_name='referral',
            name='letter_flags',
            field=clinic_site.sealing.fields.SealedListField(blank=True, help_text='Red flags in the letter: a code, “: ” and its words.', null=True),
        ),
    ]
