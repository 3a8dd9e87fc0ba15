"""Whether mail may leave: held after a site was brought back from a backup, or moved."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0017_ending'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='mail_hold_is_one_row'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='mail_hold_says_why')],
            },
        ),
    ]
