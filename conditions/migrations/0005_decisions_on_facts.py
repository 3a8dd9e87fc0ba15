"""What a clinician decides on a fact is written once: the database itself refuses all else.

Only adds: no table that is guarded is rebuilt.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = {
    "sqlite": [
        """
        CREATE TRIGGER conditions_factdecision_append_only_update
        BEFORE UPDATE ON conditions_factdecision
        BEGIN SELECT RAISE(ABORT, 'conditions_factdecision is append-only'); END
        """,
        """
        CREATE TRIGGER conditions_factdecision_append_only_delete
        BEFORE DELETE ON conditions_factdecision
        BEGIN SELECT RAISE(ABORT, 'conditions_factdecision is append-only'); END
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
        """
        CREATE TRIGGER conditions_factdecision_append_only_update
        BEFORE UPDATE ON conditions_factdecision
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_factdecision_append_only_delete
        BEFORE DELETE ON conditions_factdecision
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_factdecision_append_only_truncate
        BEFORE TRUNCATE ON conditions_factdecision
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}


def guard_decisions(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0004_evidence_chart_and_effect'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FactDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='The fact as it was read.')),
                ('decision', models.CharField(choices=[('agree', 'Agreed'), ('change', 'To be changed'), ('remove', 'To be removed')], max_length=6)),
                ('words', models.TextField(blank=True, help_text='What it has to say, or why it goes.')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='conditions.reviewfact')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('decision__in', ['agree', 'change', 'remove'])), name='fact_decision_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'change'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='fact_decision_says_what_to_change')],
            },
        ),
        migrations.RunPython(guard_decisions, migrations.RunPython.noop),
    ]
