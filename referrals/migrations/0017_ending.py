"""Who was rung, how each filing ended, and the mail of patients who agreed to it.

Calls and endings are written once. Each table of them has its guard as SQL; the one change that is
let through is a day of a visit that moves to a new key. An erasure takes the rows of its enquiry.
"""

import clinic_site.sealing.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


RESEALED = """
          OLD.booked_on IS NOT NULL
      AND NEW.booked_on IS NOT NULL
      AND NEW.id = OLD.id
      AND NEW.event_id = OLD.event_id
      AND NEW.outcome = OLD.outcome
"""
# An erasure takes the rows: its tombstone stands by then.
OF_ERASED_EVENT = """
    EXISTS (SELECT 1 FROM referrals_tombstone JOIN referrals_event
            ON referrals_tombstone.number = referrals_event.enquiry_id
            WHERE referrals_event.id = OLD.event_id)
"""
EXECUTE = "EXECUTE FUNCTION refuse_change_of_append_only()"
STATEMENTS = {
    "sqlite": [
        """
        CREATE TRIGGER referrals_call_append_only_update
        BEFORE UPDATE ON referrals_call
        BEGIN SELECT RAISE(ABORT, 'referrals_call is append-only'); END
        """,
        """
        CREATE TRIGGER referrals_call_append_only_delete
        BEFORE DELETE ON referrals_call
        WHEN NOT EXISTS (SELECT 1 FROM referrals_tombstone WHERE number = OLD.enquiry_id)
        BEGIN SELECT RAISE(ABORT, 'referrals_call is append-only'); END
        """,
        f"""
        CREATE TRIGGER referrals_ending_append_only_update
        BEFORE UPDATE ON referrals_ending WHEN (NOT ({RESEALED}))
        BEGIN SELECT RAISE(ABORT, 'referrals_ending is append-only'); END
        """,
        f"""
        CREATE TRIGGER referrals_ending_append_only_delete
        BEFORE DELETE ON referrals_ending WHEN (NOT ({OF_ERASED_EVENT}))
        BEGIN SELECT RAISE(ABORT, 'referrals_ending is append-only'); END
        """,
    ],
    "postgresql": [
        f"""
        CREATE TRIGGER referrals_call_append_only_update
        BEFORE UPDATE ON referrals_call FOR EACH ROW {EXECUTE}
        """,
        """
        CREATE TRIGGER referrals_call_append_only_delete
        BEFORE DELETE ON referrals_call
        FOR EACH ROW EXECUTE FUNCTION refuse_line_without_tombstone()
        """,
        f"""
        CREATE TRIGGER referrals_call_append_only_truncate
        BEFORE TRUNCATE ON referrals_call FOR EACH STATEMENT {EXECUTE}
        """,
        f"""
        CREATE TRIGGER referrals_ending_append_only_update
        BEFORE UPDATE ON referrals_ending
        FOR EACH ROW WHEN (NOT ({RESEALED})) {EXECUTE}
        """,
        f"""
        CREATE FUNCTION refuse_ending_without_tombstone() RETURNS trigger AS $$
        BEGIN
            IF NOT {OF_ERASED_EVENT} THEN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD;
        END $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER referrals_ending_append_only_delete
        BEFORE DELETE ON referrals_ending
        FOR EACH ROW EXECUTE FUNCTION refuse_ending_without_tombstone()
        """,
        f"""
        CREATE TRIGGER referrals_ending_append_only_truncate
        BEFORE TRUNCATE ON referrals_ending FOR EACH STATEMENT {EXECUTE}
        """,
    ],
}


def guard_tables(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0016_find_by_more'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='Of the enquiry: two presses are one call.')),
                ('at', models.DateTimeField()),
                ('whom', models.CharField(max_length=12)),
                ('result', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'ordering': ['number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Ending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(max_length=11)),
                ('booked_on', clinic_site.sealing.fields.SealedDateField(help_text='The day of the visit, where it was given.', null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='NamedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='In the clinic’s time zone.')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_of_an_enquiry_names_it',
        ),
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_of_news_names_the_event',
        ),
        migrations.AddField(
            model_name='referral',
            name='patient_agrees_mail',
            field=models.BooleanField(default=False, help_text='The doctor ticked that the patient agrees to mail from the rooms.'),
        ),
        migrations.AddField(
            model_name='referral',
            name='patient_email',
            field=clinic_site.sealing.fields.SealedTextField(blank=True, help_text='NULL: from before it was asked.', null=True),
        ),
        migrations.AlterField(
            model_name='enquiry',
            name='outcome',
            field=models.CharField(blank=True, choices=[('in_software', 'In practice software'), ('booked', 'Booked'), ('duplicate', 'Duplicate'), ('withdrawn', 'Withdrawn'), ('answered', 'Answered'), ('not_taken', 'Not taken on'), ('not_reached', 'Could not reach the patient'), ('elsewhere', 'Seen elsewhere')], max_length=11),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enquiry__isnull', True), ('kind__in', ['test', 'staff_mail', 'no_end'])), models.Q(models.Q(('kind__in', ['test', 'staff_mail', 'no_end']), _negated=True), ('enquiry__isnull', False)), _connector='OR'), name='notification_of_an_enquiry_names_it'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('kind__in', ['status', 'patient'])), models.Q(models.Q(('kind__in', ['status', 'patient']), _negated=True), ('event__isnull', True)), _connector='OR'), name='notification_of_news_names_the_event'),
        ),
        migrations.AddField(
            model_name='call',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='call',
            name='enquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='referrals.enquiry'),
        ),
        migrations.AddField(
            model_name='call',
            name='mistake',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='referrals.call'),
        ),
        migrations.AddField(
            model_name='ending',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ending', to='referrals.event'),
        ),
        migrations.AddConstraint(
            model_name='namedday',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='named_day_is_one_row'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(fields=('enquiry', 'number'), name='call_number_once_per_enquiry'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mistake__isnull', False), ('result', '')), models.Q(models.Q(('result', ''), _negated=True), ('mistake__isnull', True)), _connector='OR'), name='call_has_a_result_or_names_a_mistake'),
        ),
        migrations.AddConstraint(
            model_name='ending',
            constraint=models.CheckConstraint(condition=models.Q(('booked_on__isnull', True), ('outcome', 'booked'), _connector='OR'), name='ending_with_a_day_is_booked'),
        ),
        migrations.RunPython(guard_tables, migrations.RunPython.noop),
    ]
