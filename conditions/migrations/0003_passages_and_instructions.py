"""Words that exist once for several pages, words folded away, and words that wait for a signature.

Only adds. No guarded table is touched, so that their triggers stay.
"""

import django.db.models.deletion
from django.db import migrations, models

import conditions.blocks.kind


def instructs():
    return models.CharField(
        'instructs about',
        max_length=10,
        choices=[
            ('medicines', 'Medicines: what to take, change or stop'),
            ('fasting', 'Fasting: when to stop eating and drinking'),
            ('driving', 'Driving: when to drive again'),
            ('triage', 'Triage: where to go, and how soon'),
        ],
        blank=True,
        default='',
        db_default='',
        help_text='Choose one where these words tell a person what to do. Until a clinician signs the page, the public site then says “Ring the rooms” in their place. An emergency card always shows.',
    )


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0002_signed_facts_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='carecard',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='checklist',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='figure',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='prose',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='recoverystage',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='riskfigure',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='step',
            name='instructs',
            field=instructs(),
        ),
        migrations.AddField(
            model_name='treatmentoption',
            name='instructs',
            field=instructs(),
        ),
        migrations.AlterField(
            model_name='releasedecision',
            name='kind',
            field=models.CharField(choices=[('page', 'Page'), ('stages', 'Stage of the journey'), ('sources', 'Source'), ('glossary', 'Glossary term'), ('passages', 'Passage of several pages'), ('synonyms', 'Words that mean the same')], max_length=8),
        ),
        migrations.CreateModel(
            name='Layer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('instructs', instructs()),
                ('heading', models.CharField(help_text='What a reader gets who opens it: “How the trials were done”.', max_length=80)),
                ('html', models.TextField(verbose_name='text')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'more, folded away',
                'verbose_name_plural': 'more, folded away',
                'ordering': ['ordering'],
                'abstract': False,
            },
            bases=(conditions.blocks.kind.Kind, models.Model),
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Lasting, like nurse-line.', max_length=40, unique=True, verbose_name='name for files')),
                ('name', models.CharField(help_text='What staff call it; readers never see it.', max_length=60)),
                ('shape', models.CharField(choices=[('text', 'Text'), ('care', 'Care card: what to do, and how fast'), ('questions', 'Questions to ask')], default='text', max_length=9)),
                ('level', models.CharField(blank=True, choices=[('emergency', 'Emergency: call now'), ('urgent', 'Urgent: today'), ('non_urgent', 'Not urgent: see a doctor')], help_text='Of a care card: how urgent it is.', max_length=10)),
                ('heading', models.CharField(blank=True, help_text='A text can do without. That of a care card ends with “if:”; {emergency} becomes the number.', max_length=90)),
                ('html', models.TextField(help_text='Questions are one list, a question an item.', verbose_name='words')),
                ('instructs', instructs()),
            ],
            options={
                'ordering': ['name', 'slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('level__in', ['emergency', 'urgent', 'non_urgent']), ('shape', 'care')), models.Q(('level', ''), ('shape__in', ['text', 'questions'])), _connector='OR'), name='passage_has_a_level_where_it_is_a_care_card', violation_error_message='A care card says how urgent it is; nothing else does.'), models.CheckConstraint(condition=models.Q(('shape', 'text'), models.Q(('heading', ''), _negated=True), _connector='OR'), name='passage_has_a_heading_where_it_is_no_text', violation_error_message='A care card and a list of questions need a heading.'), models.CheckConstraint(condition=models.Q(models.Q(('shape', 'care'), _negated=True), ('heading__endswith', 'if:'), _connector='OR'), name='passage_of_care_ends_in_if', violation_error_message='End the heading of a care card with “if:”.'), models.CheckConstraint(condition=models.Q(('html', ''), _negated=True), name='passage_has_words', violation_error_message='Write the words of the passage.')],
            },
        ),
        migrations.CreateModel(
            name='PassageBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('instructs', instructs()),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='conditions.passage')),
            ],
            options={
                'verbose_name': 'passage of several pages',
                'verbose_name_plural': 'passages of several pages',
                'ordering': ['ordering'],
                'abstract': False,
            },
            bases=(conditions.blocks.kind.Kind, models.Model),
        ),
    ]
