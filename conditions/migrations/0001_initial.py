"""Pages and what the public reads of them, as of release 0.2.0.

A publication is written once: the database itself refuses every change but a redaction. The
search index is a table of its own kind on each database.
"""

import clinic_site.sealing.fields
import django.core.validators
import django.db.models.deletion

from django.conf import settings
from django.db import migrations, models

# The one change that is let through: the words of a publication go, everything else stays.
REDACTION = """
          OLD.redacted_at IS NULL
      AND NEW.redacted_at IS NOT NULL
      AND CAST(NEW.payload AS TEXT) = '{}'
      AND NEW.live_from = OLD.live_from
      AND COALESCE(NEW.published_by_id, 0) = COALESCE(OLD.published_by_id, 0)
      AND NEW.id = OLD.id
      AND NEW.page_id = OLD.page_id
      AND NEW.section = OLD.section
      AND NEW.slug = OLD.slug
      AND NEW.menu_title = OLD.menu_title
      AND NEW.stage = OLD.stage
      AND NEW.ordering = OLD.ordering
      AND NEW.in_planner = OLD.in_planner
      AND NEW.sha256 = OLD.sha256
      AND NEW.origin = OLD.origin
      AND NEW.published_at = OLD.published_at
"""
GUARD = {
    "sqlite": [
        f"""
        CREATE TRIGGER conditions_publication_append_only_update
        BEFORE UPDATE ON conditions_publication WHEN (NOT ({REDACTION}))
        BEGIN SELECT RAISE(ABORT, 'conditions_publication is append-only'); END
        """,
        """
        CREATE TRIGGER conditions_publication_append_only_delete
        BEFORE DELETE ON conditions_publication
        BEGIN SELECT RAISE(ABORT, 'conditions_publication is append-only'); END
        """,
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION refuse_change_of_append_only() RETURNS trigger AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$ LANGUAGE plpgsql
        """,
        f"""
        CREATE TRIGGER conditions_publication_append_only_update
        BEFORE UPDATE ON conditions_publication
        FOR EACH ROW WHEN (NOT ({REDACTION})) EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_publication_append_only_delete
        BEFORE DELETE ON conditions_publication
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_publication_append_only_truncate
        BEFORE TRUNCATE ON conditions_publication
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}
SEARCH = {
    "sqlite": [
        """
        CREATE VIRTUAL TABLE conditions_search USING fts5(
            title, keys, body, tokenize = 'porter unicode61 remove_diacritics 2')
        """,
    ],
    "postgresql": [
        "CREATE TABLE conditions_search (publication bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX conditions_search_words ON conditions_search USING gin (words)",
    ],
}


def run(by_vendor, schema_editor):
    """Run each database's own statements."""
    for statement in by_vendor[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def guard_publications(apps, schema_editor):
    run(GUARD, schema_editor)


def make_search_index(apps, schema_editor):
    run(SEARCH, schema_editor)


def drop_search_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE conditions_search", params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GlossaryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=60, unique=True)),
                ('variants', models.CharField(blank=True, help_text='Other forms, separated by commas: ilia, iliac.', max_length=200)),
                ('pronunciation', models.CharField(blank=True, help_text='Like ILL-ee-um.', max_length=60)),
                ('definition', models.TextField(help_text='One or two short sentences.')),
            ],
            options={
                'ordering': ['term'],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='For finding it again; not shown.', max_length=80)),
                ('width', models.PositiveIntegerField(editable=False)),
                ('height', models.PositiveIntegerField(editable=False)),
                ('renditions', models.JSONField(editable=False, help_text='Name, width and height of each.')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(help_text='Short and lasting, like R129.', max_length=12, unique=True)),
                ('citation', models.TextField(help_text='Authors, title, journal, year; pages.')),
                ('url', models.URLField(blank=True, help_text='For example https://doi.org/10.14444/3028.', verbose_name='DOI or address')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('slug', models.SlugField(max_length=20, unique=True)),
                ('ordering', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'stage of the journey',
                'verbose_name_plural': 'stages of the journey',
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(choices=[('conditions', 'Conditions'), ('treatments', 'Treatments'), ('guides', 'Guides'), ('site', 'The site itself (home, team, glossary)')], max_length=12)),
                ('slug', models.SlugField(help_text='The last part of the page’s address.', max_length=60, verbose_name='address')),
                ('title', models.CharField(help_text='The heading of the page: 65 letters at most.', max_length=65)),
                ('menu_title', models.CharField(help_text='Its short name in menus.', max_length=30)),
                ('lead', models.TextField(help_text='Two sentences: what this is, and what the reader can do.', max_length=320, verbose_name='introduction')),
                ('ordering', models.PositiveSmallIntegerField(default=100, help_text='Small numbers come first.', verbose_name='place in menus')),
                ('in_planner', models.BooleanField(default=False, help_text='For a guide that holds recovery stages.', verbose_name='offered by the recovery planner')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('saved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['section', 'ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='KeyFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=40)),
                ('value', models.CharField(max_length=80)),
                ('ordering', models.PositiveSmallIntegerField(default=0)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='key_facts', to='conditions.page')),
            ],
            options={
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helpful', models.BooleanField()),
                ('sentence', clinic_site.sealing.fields.SealedTextField(blank=True, help_text='May hold a patient’s words: sealed.')),
                ('at', models.DateTimeField()),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='conditions.page')),
            ],
            options={
                'verbose_name': 'answer of a reader',
                'verbose_name_plural': 'answers of readers',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordering', models.PositiveSmallIntegerField(default=0)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='conditions.page')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='conditions.source')),
            ],
            options={
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('purpose', models.CharField(choices=[('do', 'Do'), ('dont', 'Do not'), ('bring', 'Bring'), ('ask', 'Ask')], max_length=5)),
                ('heading', models.CharField(max_length=80)),
                ('lines', models.TextField(help_text='One per line.', verbose_name='items')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'checklist',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Prose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('html', models.TextField(verbose_name='text')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'text',
                'verbose_name_plural': 'text',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(choices=[('conditions', 'Conditions'), ('treatments', 'Treatments'), ('guides', 'Guides'), ('site', 'The site itself (home, team, glossary)')], max_length=12)),
                ('slug', models.SlugField(max_length=60)),
                ('menu_title', models.CharField(max_length=30)),
                ('stage', models.CharField(blank=True, max_length=20)),
                ('ordering', models.PositiveSmallIntegerField()),
                ('in_planner', models.BooleanField(default=False)),
                ('payload', models.JSONField(help_text='The snapshot: see `publishing.snapshot`.')),
                ('sha256', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}$', '64 hexadecimal digits.')])),
                ('origin', models.CharField(choices=[('staff', 'Published by a person'), ('starter', 'Came with the software')], max_length=8)),
                ('published_at', models.DateTimeField()),
                ('live_from', models.DateTimeField()),
                ('redacted_at', models.DateTimeField(null=True)),
                ('redaction_reason', models.CharField(blank=True, max_length=200)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='conditions.page')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='publications', to=settings.AUTH_USER_MODEL)),
                ('redacted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redactions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'permissions': [('publish_page', 'Can publish, schedule and withdraw pages'), ('redact_publication', 'Can redact what was published')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='RecoveryStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('heading', models.CharField(max_length=80)),
                ('from_week', models.PositiveSmallIntegerField(help_text='0 is the week of the operation.')),
                ('to_week', models.PositiveSmallIntegerField(blank=True, help_text='Empty: from then on.', null=True)),
                ('weight_bearing', models.CharField(max_length=120)),
                ('driving', models.CharField(blank=True, max_length=200)),
                ('work', models.CharField(blank=True, max_length=200)),
                ('can_do', models.TextField(verbose_name='what you can do')),
                ('avoid', models.TextField(verbose_name='what to avoid')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'recovery stage',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReleaseDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('page', 'Page'), ('stages', 'Stage of the journey'), ('sources', 'Source'), ('glossary', 'Glossary term'), ('synonyms', 'Words that mean the same')], max_length=8)),
                ('key', models.CharField(help_text='Its name in the release, for ever.', max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('loaded', 'Came with the site'), ('taken', 'Taken'), ('not_needed', 'Not needed')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(help_text='Wherever it is.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conditions.page')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviewer_name', models.CharField(help_text='As the public page says it.', max_length=120)),
                ('reviewed_on', models.DateField()),
                ('next_review_due', models.DateField()),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='conditions.page')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='conditions.publication')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'permissions': [('sign_review', 'Can sign clinical reviews')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='ReviewFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('signed_on', models.DateField(editable=False, null=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_facts', to='conditions.page')),
                ('signed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'fact to be clinically reviewed',
                'verbose_name_plural': 'facts to be clinically reviewed',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RiskFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('group', models.CharField(help_text='Who: people who had fusion.', max_length=80)),
                ('outcome', models.CharField(help_text='What happened: had a good result.', max_length=120)),
                ('others', models.CharField(help_text='The twin: did not have a good result.', max_length=120)),
                ('numerator', models.PositiveIntegerField()),
                ('denominator', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                ('time_frame', models.CharField(help_text='When: 6 months after surgery.', max_length=60)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='conditions.source')),
            ],
            options={
                'verbose_name': 'risk figure',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='page',
            name='sources',
            field=models.ManyToManyField(blank=True, through='conditions.Citation', to='conditions.source'),
        ),
        migrations.AddField(
            model_name='page',
            name='stage',
            field=models.ForeignKey(blank=True, help_text='Under which word of the menu it stands. Empty: it is in no menu.', null=True, on_delete=django.db.models.deletion.PROTECT, to='conditions.stage'),
        ),
        migrations.CreateModel(
            name='StarterLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_at', models.DateTimeField(help_text='Empty: before this was written down.', null=True)),
                ('compared_at', models.DateTimeField(help_text='When it was noted which pieces this database had already.', null=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='starter_load_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('heading', models.CharField(max_length=80)),
                ('html', models.TextField(verbose_name='text')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'step',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='Words that mean the same, separated by commas: keyhole, minimally invasive.', max_length=200, unique=True)),
            ],
            options={
                'verbose_name': 'words that mean the same',
                'verbose_name_plural': 'words that mean the same',
                'ordering': ['words'],
                'constraints': [models.CheckConstraint(condition=models.Q(('words__contains', ',')), name='synonym_has_two_words', violation_error_message='Write two words or more, separated by commas.')],
            },
        ),
        migrations.CreateModel(
            name='TreatmentOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('name', models.CharField(max_length=60)),
                ('what_it_is', models.CharField(max_length=300)),
                ('where', models.CharField(max_length=200, verbose_name='where, and anaesthetic')),
                ('relief', models.CharField(max_length=200, verbose_name='how long relief may last')),
                ('benefits', models.CharField(max_length=300, verbose_name='what it may bring')),
                ('risks', models.CharField(max_length=300, verbose_name='what can go wrong')),
                ('recovery', models.CharField(max_length=200, verbose_name='getting back to normal')),
                ('evidence', models.CharField(max_length=300, verbose_name='how sure we are')),
                ('link', models.CharField(blank=True, help_text='The page about it, like /treatments/steroid-injection/.', max_length=120)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'treatment option',
                'ordering': ['ordering'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('illustration', models.CharField(blank=True, help_text='One of our own drawings…', max_length=60)),
                ('alt', models.CharField(help_text='What a person who cannot see it must know.', max_length=150, verbose_name='short description')),
                ('long_description', models.TextField(help_text='The same story as the picture, in words.')),
                ('caption', models.CharField(blank=True, max_length=200)),
                ('image', models.ForeignKey(blank=True, help_text='…or an uploaded picture.', null=True, on_delete=django.db.models.deletion.PROTECT, to='conditions.image')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'figure',
                'ordering': ['ordering'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('illustration', ''), ('image__isnull', False)), models.Q(models.Q(('illustration', ''), _negated=True), ('image__isnull', True)), _connector='OR'), name='figure_has_one_picture', violation_error_message='Choose a drawing or an uploaded picture: one of the two.')],
            },
        ),
        migrations.CreateModel(
            name='CareCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=255)),
                ('ordering', models.IntegerField(default=0)),
                ('level', models.CharField(choices=[('emergency', 'Emergency: call now'), ('urgent', 'Urgent: today'), ('non_urgent', 'Not urgent: see a doctor')], max_length=10)),
                ('heading', models.CharField(help_text='One action, like “Call {emergency} now if:”. {emergency} becomes the number.', max_length=90)),
                ('html', models.TextField(verbose_name='signs')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_set', to='conditions.page')),
            ],
            options={
                'verbose_name': 'care card',
                'ordering': ['ordering'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('heading__endswith', 'if:')), name='care_card_heading_ends_in_if', violation_error_message='End the heading with “if:”.')],
            },
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['section', 'slug', '-id'], name='publication_address'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['page', '-id'], name='publication_of_page'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin', 'starter'), ('published_by__isnull', True)), models.Q(('origin', 'staff'), ('published_by__isnull', False)), _connector='OR'), name='publication_names_its_person'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__gte', models.F('published_at'))), name='publication_is_not_live_before_it_was_published'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('redacted_at__isnull', True), ('redacted_by__isnull', True), ('redaction_reason', '')), models.Q(('payload', {}), ('redacted_at__isnull', False), ('redacted_by__isnull', False), models.Q(('redaction_reason', ''), _negated=True)), _connector='OR'), name='redaction_says_who_when_and_why'),
        ),
        migrations.AddConstraint(
            model_name='recoverystage',
            constraint=models.CheckConstraint(condition=models.Q(('to_week__isnull', True), ('to_week__gt', models.F('from_week')), _connector='OR'), name='recovery_stage_ends_after_it_starts', violation_error_message='The stage must end after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='releasedecision',
            constraint=models.UniqueConstraint(fields=('kind', 'key', 'sha256'), name='release_piece_is_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='releasedecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', True), ('outcome', 'loaded')), models.Q(models.Q(('outcome', 'loaded'), _negated=True), ('by__isnull', False)), _connector='OR'), name='release_decision_names_its_person'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('next_review_due__gt', models.F('reviewed_on'))), name='review_is_due_later'),
        ),
        migrations.AddConstraint(
            model_name='reviewfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_by__isnull', True), ('signed_on__isnull', True)), models.Q(('signed_by__isnull', False), ('signed_on__isnull', False)), _connector='OR'), name='review_fact_signed_by_somebody_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='riskfigure',
            constraint=models.CheckConstraint(condition=models.Q(('denominator__gt', 0), ('numerator__lte', models.F('denominator'))), name='risk_figure_is_a_part_of_its_whole', violation_error_message='The first number cannot be larger than the second.'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(fields=('page', 'source'), name='source_cited_once_per_page'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(fields=('section', 'slug'), name='page_address_is_unique', violation_error_message='Another page has this address already.'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('section', 'site'), _negated=True), ('slug__in', ['home', 'team', 'glossary']), _connector='OR'), name='page_of_the_site_is_known', violation_error_message='Pages of the site itself are home, team and glossary.'),
        ),
        migrations.RunPython(guard_publications, migrations.RunPython.noop),
        migrations.RunPython(make_search_index, drop_search_index),
    ]
