"""Sessions of our own with hashed keys, forms kept for their writers, and the sign-in log.

Django's own table holds the keys of sessions in the clear, so its rows go. The empty table stays
where it is, for a clinic that has to go back to the release before.
"""

import clinic_site.sealing.fields
import django.db.models.deletion

from django.conf import settings
from django.db import migrations, models

GUARD = {
    "sqlite": [
        """
        CREATE TRIGGER clinic_site_signinevent_append_only_update
        BEFORE UPDATE ON clinic_site_signinevent
        BEGIN SELECT RAISE(ABORT, 'clinic_site_signinevent is append-only'); END
        """,
        """
        CREATE TRIGGER clinic_site_signinevent_append_only_delete
        BEFORE DELETE ON clinic_site_signinevent
        BEGIN SELECT RAISE(ABORT, 'clinic_site_signinevent is append-only'); END
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
        CREATE TRIGGER clinic_site_signinevent_append_only_update
        BEFORE UPDATE ON clinic_site_signinevent
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER clinic_site_signinevent_append_only_delete
        BEFORE DELETE ON clinic_site_signinevent
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER clinic_site_signinevent_append_only_truncate
        BEFORE TRUNCATE ON clinic_site_signinevent
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}


def guard_sign_in_log(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def end_sessions_in_the_clear(apps, schema_editor):
    if "django_session" in schema_editor.connection.introspection.table_names():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute("PRAGMA secure_delete = ON", params=None)
        schema_editor.execute("DELETE FROM django_session", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('clinic_site', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept_at', models.DateTimeField(db_index=True)),
                ('path', clinic_site.sealing.fields.SealedTextField(help_text='Where it was going, a path of this site.')),
                ('fields', clinic_site.sealing.fields.SealedTextField(help_text='Names and values in order, as a JSON list of pairs.')),
                ('had_files', models.BooleanField(default=False, help_text='Files are not kept.')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SignInEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('kind', models.CharField(max_length=24)),
                ('address_digest', models.CharField(blank=True, help_text='The same address has the same sign on one day, and another on the next.', max_length=16, verbose_name='address')),
                ('browser', models.CharField(blank=True, max_length=60)),
                ('number', models.PositiveIntegerField(default=1, help_text='More than one: so many of them came within an hour.')),
                ('detail', models.CharField(blank=True, max_length=100)),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'line of the sign-in log',
                'verbose_name_plural': 'sign-in log',
                'ordering': ['-pk'],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='sign_in_event_happened')],
            },
        ),
        migrations.CreateModel(
            name='StaffSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('with_code', models.BooleanField(default=False, help_text='Password and code were typed in it.')),
                ('browser', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField(help_text='Since the code: then the longest time begins.')),
                ('last_used_at', models.DateTimeField(db_index=True)),
                ('ended_at', models.DateTimeField(db_index=True, null=True)),
                ('ended_why', models.CharField(blank=True, max_length=12)),
                ('data', clinic_site.sealing.fields.SealedTextField(null=True)),
                ('user', models.ForeignKey(help_text='Also of a login that waits for its code.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('data__isnull', False), ('ended_at__isnull', True), ('ended_why', '')), models.Q(('data__isnull', True), ('ended_at__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='session_that_ended_keeps_no_data'), models.CheckConstraint(condition=models.Q(('with_code', False), ('user__isnull', False), _connector='OR'), name='session_with_a_code_is_somebodys')],
            },
        ),
        migrations.RunPython(guard_sign_in_log, migrations.RunPython.noop),
        migrations.RunPython(end_sessions_in_the_clear, migrations.RunPython.noop),
    ]
