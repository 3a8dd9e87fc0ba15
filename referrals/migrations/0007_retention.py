"""How long things are kept, what stays of what was erased, and what may now leave a timeline.

A line of a timeline goes only once the tombstone of its enquiry is there, and no tombstone comes
while a legal hold stands.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WRITTEN_ONCE = ("referrals_retentionrule", "referrals_tombstone")
LAST_HOLD = """(SELECT kind FROM referrals_event
        WHERE enquiry_id = NEW.number AND kind IN ('held', 'hold_lifted')
        ORDER BY id DESC LIMIT 1)"""
SQLITE = [
    *(
        f"""
        CREATE TRIGGER {table}_append_only_{event}
        BEFORE {event.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
        """
        for table in WRITTEN_ONCE
        for event in ("update", "delete")
    ),
    f"""
    CREATE TRIGGER referrals_tombstone_not_while_held
    BEFORE INSERT ON referrals_tombstone WHEN ({LAST_HOLD} = 'held')
    BEGIN SELECT RAISE(ABORT, 'a legal hold stands'); END
    """,
    "DROP TRIGGER referrals_event_append_only_delete",
    """
    CREATE TRIGGER referrals_event_append_only_delete
    BEFORE DELETE ON referrals_event
    WHEN NOT EXISTS (SELECT 1 FROM referrals_tombstone WHERE number = OLD.enquiry_id)
    BEGIN SELECT RAISE(ABORT, 'referrals_event is append-only'); END
    """,
]
POSTGRESQL = [
    *(
        f"""
        CREATE TRIGGER {table}_append_only_{event}
        BEFORE {event.upper()} ON {table}
        FOR EACH {each} EXECUTE FUNCTION refuse_change_of_append_only()
        """
        for table in WRITTEN_ONCE
        for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
    ),
    f"""
    CREATE OR REPLACE FUNCTION refuse_tombstone_while_held() RETURNS trigger AS $$
    BEGIN
        IF {LAST_HOLD} = 'held' THEN
            RAISE EXCEPTION 'a legal hold stands'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER referrals_tombstone_not_while_held
    BEFORE INSERT ON referrals_tombstone
    FOR EACH ROW EXECUTE FUNCTION refuse_tombstone_while_held()
    """,
    """
    CREATE OR REPLACE FUNCTION refuse_line_without_tombstone() RETURNS trigger AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM referrals_tombstone WHERE number = OLD.enquiry_id) THEN
            RAISE EXCEPTION 'referrals_event is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$ LANGUAGE plpgsql
    """,
    "DROP TRIGGER referrals_event_append_only_delete ON referrals_event",
    """
    CREATE TRIGGER referrals_event_append_only_delete
    BEFORE DELETE ON referrals_event
    FOR EACH ROW EXECUTE FUNCTION refuse_line_without_tombstone()
    """,
]
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def guard(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0006_reading'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='enquiry',
            options={'default_permissions': ('view', 'change'), 'ordering': ['-received_at', '-pk'], 'permissions': [('erase_enquiry', 'Can hold and erase enquiries, and sign the rule for it')], 'verbose_name_plural': 'enquiries'},
        ),
        migrations.CreateModel(
            name='Leftover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('letter', 'A sealed file'), ('mail', 'A mail that was written as a file'), ('pages', 'Pages of the database that its rows were on')], max_length=6)),
                ('name', models.CharField(help_text='A name that we gave: it says nothing.', max_length=120)),
                ('since', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='leftover_once')],
            },
        ),
        migrations.CreateModel(
            name='PurgeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='purge_day_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_at', models.DateTimeField()),
                ('spam_days', models.PositiveSmallIntegerField(help_text='After it was set aside.', null=True)),
                ('message_years', models.PositiveSmallIntegerField(help_text='After it was filed.', null=True)),
                ('software_years', models.PositiveSmallIntegerField(help_text='After the last contact, once it was seen in the practice software.', null=True)),
                ('referral_years', models.PositiveSmallIntegerField(help_text='After the last contact, and to the 25th birthday.', null=True)),
                ('seal', models.CharField(help_text='Keyed digest of what was signed.', max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rule on keeping',
                'verbose_name_plural': 'what is kept, and how long',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(help_text='The key that the enquiry had.', unique=True)),
                ('reference', models.CharField(max_length=13, unique=True)),
                ('kind', models.CharField(choices=[('message', 'Message'), ('referral', 'Referral')], max_length=8)),
                ('received_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField()),
                ('copies_until', models.DateField(help_text='Until this day a backup may still hold it.')),
                ('why', models.CharField(choices=[('rule', 'The clinic’s rule'), ('request', 'Somebody asked')], max_length=7)),
                ('rule_kind', models.CharField(blank=True, choices=[('spam', 'Spam'), ('message', 'Message'), ('software', 'Referral seen in the practice software'), ('referral', 'Referral')], max_length=8)),
                ('lines', models.PositiveIntegerField(help_text='How many its timeline had.')),
                ('last_seal', models.CharField(help_text='Of the last line of its timeline.', max_length=64)),
                ('form_digest', models.CharField(max_length=64, unique=True)),
                ('receipt_digest', models.CharField(max_length=64, unique=True)),
                ('status_digest', models.CharField(help_text='Empty where the link was switched off.', max_length=64, null=True, unique=True)),
                ('seal', models.CharField(help_text='Keyed digest of all above.', max_length=64)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.retentionrule')),
            ],
            options={
                'ordering': ['-erased_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('spam_days__isnull', True), ('spam_days__gte', 30), _connector='OR'), name='retention_spam_days_not_below_floor'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('message_years__isnull', True), ('message_years__gte', 1), _connector='OR'), name='retention_message_years_not_below_floor'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('software_years__isnull', True), ('software_years__gte', 2), _connector='OR'), name='retention_software_years_not_below_floor'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('referral_years__isnull', True), ('referral_years__gte', 7), _connector='OR'), name='retention_referral_years_not_below_floor'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked_by__isnull', True), ('by__isnull', True), ('rule__isnull', False), ('why', 'rule'), models.Q(('rule_kind', ''), _negated=True)), models.Q(('rule__isnull', True), ('rule_kind', ''), ('why', 'request'), ('asked_by__isnull', False), ('by__isnull', False)), _connector='OR'), name='tombstone_says_why'),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
