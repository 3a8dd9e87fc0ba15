"""A chart of comparisons is a kind of block; a risk figure may say whether it is good or bad."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0003_passages_and_instructions'),
    ]

    operations = [
        migrations.AddField(
            model_name='riskfigure',
            name='effect',
            field=models.CharField(blank=True, choices=[('harm', 'Harm'), ('benefit', 'Benefit')], db_default='', default='', help_text='Whether the outcome is good or bad: each has its own signs in the picture.', max_length=7),
        ),
        migrations.CreateModel(
            name='EvidenceChart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('instructs', models.CharField('instructs about', max_length=10, choices=[('medicines', 'Medicines: what to take, change or stop'), ('fasting', 'Fasting: when to stop eating and drinking'), ('driving', 'Driving: when to drive again'), ('triage', 'Triage: where to go, and how soon')], blank=True, default='', db_default='', help_text='Choose one where these words tell a person what to do. Until a clinician signs the page, the public site then says “Ring the rooms” in their place. An emergency card always shows.')),
                ('title', models.CharField(help_text='What is compared, in which unit.', max_length=120)),
                ('caption', models.CharField(help_text='What a reader must know to judge it.', max_length=300)),
                ('rows', models.TextField(help_text='One per line: name; people treated; people compared; blinded or open; who paid; difference; low; high; published or computed; source code.', verbose_name='comparisons')),
                ('scale_from', models.SmallIntegerField(default=-10, verbose_name='scale from')),
                ('scale_to', models.SmallIntegerField(default=60, verbose_name='scale to')),
                ('mark', models.SmallIntegerField(blank=True, help_text='A difference that means something.', null=True, verbose_name='dotted line at')),
                ('mark_label', models.CharField(blank=True, help_text='Empty without a line.', max_length=100, verbose_name='what the dotted line means')),
                ('better', models.CharField(help_text='Like: more relief after fusion.', max_length=60, verbose_name='right of 0')),
                ('worse', models.CharField(help_text='Like: more relief with other care.', max_length=60, verbose_name='left of 0')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'evidence chart',
                'ordering': ['ordering'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('scale_from__lt', models.F('scale_to')), ('scale_from__lte', 0), ('scale_to__gte', 0)), name='evidence_chart_scale_holds_zero', violation_error_message='The scale begins at 0 or below and ends above it.'), models.CheckConstraint(condition=models.Q(('mark__isnull', True), models.Q(('mark__gte', models.F('scale_from')), ('mark__lte', models.F('scale_to'))), _connector='OR'), name='evidence_chart_line_is_on_its_scale', violation_error_message='The dotted line stands within the scale.'), models.CheckConstraint(condition=models.Q(models.Q(('mark__isnull', True), ('mark_label', '')), models.Q(('mark__isnull', False), models.Q(('mark_label', ''), _negated=True)), _connector='OR'), name='evidence_chart_line_has_its_words', violation_error_message='A dotted line and what it means go together.')],
            },
        ),
    ]
