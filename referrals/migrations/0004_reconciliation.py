"""The last count of what came in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0003_where_from_and_no_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict, help_text='How many of what: `ledger.reconciling`.')),
                ('differences', models.JSONField(default=list, help_text='Each with its kind, whose, and words.')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='reconciliation_is_one_row')],
            },
        ),
    ]
