"""Choices that are compared may stand in groups, each a small table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0006_prepared_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='treatmentoption',
            name='group',
            field=models.CharField(blank=True, db_default='', default='', help_text='Where there are many: the same few words, like With a needle, on neighbours make a small table of them. What a reader ticks stands in one table all the same.', max_length=60),
        ),
    ]
