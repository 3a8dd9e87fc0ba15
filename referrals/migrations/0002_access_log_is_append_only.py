"""The log of who read what keeps digests of look-ups, and is written once, as the timeline is.

The database itself refuses every change of it.
"""

from django.db import migrations, models

GUARD = {
    "sqlite": [
        """
        CREATE TRIGGER referrals_accesslog_append_only_update
        BEFORE UPDATE ON referrals_accesslog
        BEGIN SELECT RAISE(ABORT, 'referrals_accesslog is append-only'); END
        """,
        """
        CREATE TRIGGER referrals_accesslog_append_only_delete
        BEFORE DELETE ON referrals_accesslog
        BEGIN SELECT RAISE(ABORT, 'referrals_accesslog is append-only'); END
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
        CREATE TRIGGER referrals_accesslog_append_only_update
        BEFORE UPDATE ON referrals_accesslog
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER referrals_accesslog_append_only_delete
        BEFORE DELETE ON referrals_accesslog
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER referrals_accesslog_append_only_truncate
        BEFORE TRUNCATE ON referrals_accesslog
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}


def guard_access_log(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='accesslog',
            name='looked_for',
            field=models.CharField(blank=True, default='', help_text='Keyed digests: the same for the same detail, and nothing of what was typed.', max_length=160),
            preserve_default=False,
        ),
        migrations.RunPython(guard_access_log, migrations.RunPython.noop),
    ]
