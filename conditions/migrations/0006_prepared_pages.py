"""Prepared pages, which may be thrown away and made again. Only adds a table."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0005_decisions_on_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='PreparedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('template', models.CharField(max_length=60)),
                ('text', models.TextField(help_text='See `prepared.parts`.')),
                ('seal', models.CharField(help_text='What does not fit it is made again.', max_length=64)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prepared', to='conditions.publication')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('publication', 'template'), name='prepared_page_is_kept_once')],
            },
        ),
    ]
