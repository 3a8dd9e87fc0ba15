"""What a clinician signed stays as it was: the database itself refuses to change or delete it.

A fact that nobody has signed may still be changed, signed or deleted.
"""

from django.db import migrations

GUARD = {
    "sqlite": [
        """
        CREATE TRIGGER conditions_reviewfact_append_only_update
        BEFORE UPDATE ON conditions_reviewfact WHEN (OLD.signed_on IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, 'conditions_reviewfact is append-only'); END
        """,
        """
        CREATE TRIGGER conditions_reviewfact_append_only_delete
        BEFORE DELETE ON conditions_reviewfact WHEN (OLD.signed_on IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, 'conditions_reviewfact is append-only'); END
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
        CREATE TRIGGER conditions_reviewfact_append_only_update
        BEFORE UPDATE ON conditions_reviewfact
        FOR EACH ROW WHEN (OLD.signed_on IS NOT NULL)
        EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_reviewfact_append_only_delete
        BEFORE DELETE ON conditions_reviewfact
        FOR EACH ROW WHEN (OLD.signed_on IS NOT NULL)
        EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER conditions_reviewfact_append_only_truncate
        BEFORE TRUNCATE ON conditions_reviewfact
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}


def guard_signed_facts(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('conditions', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(guard_signed_facts, migrations.RunPython.noop),
    ]
