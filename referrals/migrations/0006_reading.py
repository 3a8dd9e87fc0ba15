"""The log of who read what also holds what nobody signed in did, and is found by day and person.

SQLite builds the table anew for this and drops its triggers, so they are made again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = [
    f"""
    CREATE TRIGGER IF NOT EXISTS referrals_accesslog_append_only_{event}
    BEFORE {event.upper()} ON referrals_accesslog
    BEGIN SELECT RAISE(ABORT, 'referrals_accesslog is append-only'); END
    """
    for event in ("update", "delete")
]


def guard_again(apps, schema_editor):
    """PostgreSQL has kept its own."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in GUARD:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0005_sealed_timelines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='accesslog',
            options={'default_permissions': ('view',), 'ordering': ['-at', '-pk'], 'verbose_name': 'reading', 'verbose_name_plural': 'who read what'},
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='by',
            field=models.ForeignKey(help_text='NULL: whoever has the sender’s link, or the site’s own mail.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['-at', '-id'], name='access_log_newest_first'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['by', '-at', '-id'], name='access_log_of_one_person'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['looked_for'], name='access_log_look_ups'),
        ),
        migrations.AddConstraint(
            model_name='accesslog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__in', ['status page', 'receipt', 'receipt pdf', 'form again', 'to rooms', 'to sender']), ('by__isnull', True)), models.Q(('by__isnull', False), models.Q(('action__in', ['status page', 'receipt', 'receipt pdf', 'form again', 'to rooms', 'to sender']), _negated=True)), _connector='OR'), name='access_log_names_who_read'),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
