"""Seals on the lines of a timeline, and on the readings of each day.

The trigger that lets a note move to a new key must let through no other seal with it.
"""

from django.conf import settings
from django.db import migrations, models

ON_TABLE = {"sqlite": "", "postgresql": " ON referrals_event"}
# The one change that is let through: a sealed note moves to a new key.
NOTE_RESEALED = """
          OLD.note IS NOT NULL
      AND NEW.note IS NOT NULL
      AND NEW.id = OLD.id
      AND NEW.enquiry_id = OLD.enquiry_id
      AND NEW.kind = OLD.kind
      AND NEW.at = OLD.at
      AND COALESCE(NEW.by_id, 0) = COALESCE(OLD.by_id, 0)
      AND COALESCE(NEW.number, 0) = COALESCE(OLD.number, 0)
      AND COALESCE(NEW.seal, '') = COALESCE(OLD.seal, '')
"""
GUARD = {
    "sqlite": f"""
        CREATE TRIGGER referrals_event_append_only_update
        BEFORE UPDATE ON referrals_event WHEN (NOT ({NOTE_RESEALED}))
        BEGIN SELECT RAISE(ABORT, 'referrals_event is append-only'); END
        """,
    "postgresql": f"""
        CREATE TRIGGER referrals_event_append_only_update
        BEFORE UPDATE ON referrals_event
        FOR EACH ROW WHEN (NOT ({NOTE_RESEALED})) EXECUTE FUNCTION refuse_change_of_append_only()
        """,
}


GUARD_DAYS = {
    "sqlite": [
        f"""
        CREATE TRIGGER referrals_accessday_append_only_{event}
        BEFORE {event.upper()} ON referrals_accessday
        BEGIN SELECT RAISE(ABORT, 'referrals_accessday is append-only'); END
        """
        for event in ("update", "delete")
    ],
    "postgresql": [
        f"""
        CREATE TRIGGER referrals_accessday_append_only_{event}
        BEFORE {event.upper()} ON referrals_accessday
        FOR EACH {each} EXECUTE FUNCTION refuse_change_of_append_only()
        """
        for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
    ],
}


def guard_seals(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in GUARD_DAYS[vendor]:
        schema_editor.execute(statement, params=None)
    name = "referrals_event_append_only_update"
    schema_editor.execute(f"DROP TRIGGER {name}{ON_TABLE[vendor]}", params=None)
    schema_editor.execute(GUARD[vendor], params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0004_reconciliation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='Of the world’s clock (UTC).', unique=True)),
                ('readings', models.PositiveIntegerField()),
                ('seal', models.CharField(max_length=64)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='event',
            name='number',
            field=models.PositiveIntegerField(help_text='NULL: from before there were seals.', null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='seal',
            field=models.CharField(help_text='Keyed digest of this line and of the seal before it.', max_length=64, null=True),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('enquiry', 'number'), name='event_number_once_per_enquiry'),
        ),
        migrations.RunPython(guard_seals, migrations.RunPython.noop),
    ]
