"""Patients’ requests, which enquiries they are about, and what happened to them.

The lines of a request are only added; the one change that is let through is a note that moves to a
new key. A request has a line from the first moment, so it cannot be deleted either.
"""

import clinic_site.sealing.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NOTE_RESEALED = """
          OLD.note IS NOT NULL
      AND NEW.note IS NOT NULL
      AND NEW.id = OLD.id
      AND NEW.request_id = OLD.request_id
      AND NEW.kind = OLD.kind
      AND NEW.at = OLD.at
      AND NEW.by_id = OLD.by_id
"""
REFUSE = "BEGIN SELECT RAISE(ABORT, 'referrals_patientrequestline is append-only'); END"
EXECUTE = "EXECUTE FUNCTION refuse_change_of_append_only()"
GUARD = {
    "sqlite": [
        f"""
        CREATE TRIGGER referrals_patientrequestline_append_only_update
        BEFORE UPDATE ON referrals_patientrequestline WHEN (NOT ({NOTE_RESEALED}))
        {REFUSE}
        """,
        f"""
        CREATE TRIGGER referrals_patientrequestline_append_only_delete
        BEFORE DELETE ON referrals_patientrequestline
        {REFUSE}
        """,
    ],
    "postgresql": [
        f"""
        CREATE TRIGGER referrals_patientrequestline_append_only_update
        BEFORE UPDATE ON referrals_patientrequestline
        FOR EACH ROW WHEN (NOT ({NOTE_RESEALED})) {EXECUTE}
        """,
        f"""
        CREATE TRIGGER referrals_patientrequestline_append_only_delete
        BEFORE DELETE ON referrals_patientrequestline
        FOR EACH ROW {EXECUTE}
        """,
        f"""
        CREATE TRIGGER referrals_patientrequestline_append_only_truncate
        BEFORE TRUNCATE ON referrals_patientrequestline
        FOR EACH STATEMENT {EXECUTE}
        """,
    ],
}


def guard_lines(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0007_retention'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PatientRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=13, unique=True)),
                ('form_key', models.CharField(help_text='One form, one request.', max_length=32, unique=True)),
                ('wants', models.CharField(max_length=12)),
                ('asked_on', models.DateField(help_text='In the clinic’s zone: the clock runs from this day.')),
                ('how', models.CharField(choices=[('telephone', 'By telephone'), ('letter', 'By letter'), ('email', 'By email'), ('in_person', 'In person')], max_length=9)),
                ('patient_family_name', clinic_site.sealing.fields.SealedTextField()),
                ('patient_given_names', clinic_site.sealing.fields.SealedTextField()),
                ('patient_birth_date', clinic_site.sealing.fields.SealedDateField(null=True)),
                ('patient_phone', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('contact', clinic_site.sealing.fields.SealedTextField(blank=True, help_text='Where the answer goes.')),
                ('asked_for_by', clinic_site.sealing.fields.SealedTextField(blank=True, help_text='Who asks for the patient, and why.')),
                ('is_wrong', clinic_site.sealing.fields.SealedTextField(null=True)),
                ('should_say', clinic_site.sealing.fields.SealedTextField(null=True)),
                ('note', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('noted_at', models.DateTimeField()),
                ('proof', clinic_site.sealing.fields.SealedTextField(help_text='How staff made sure who asks.', null=True)),
                ('proof_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('answered_on', models.DateField(help_text='The day the patient got it, or was told.', null=True)),
                ('ended_words', clinic_site.sealing.fields.SealedTextField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proof_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'patients’ requests',
                'ordering': ['-asked_on', '-pk'],
                'default_permissions': ('view', 'add', 'change'),
            },
        ),
        migrations.CreateModel(
            name='PatientRequestLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('note', clinic_site.sealing.fields.SealedTextField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='referrals.patientrequest')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RequestedEnquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=13)),
                ('tied_at', models.DateTimeField()),
                ('untied_at', models.DateTimeField(null=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='referrals.patientrequest')),
                ('tied_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('untied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='patientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_words__isnull', True), ('outcome', '')), models.Q(('answered_on__isnull', False), ('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='patient_request_ended_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='patientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proof__isnull', True), ('proof_at__isnull', True), ('proof_by__isnull', True)), models.Q(('proof__isnull', False), ('proof_at__isnull', False), ('proof_by__isnull', False)), _connector='OR'), name='patient_request_proof_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='patientrequest',
            constraint=models.CheckConstraint(condition=models.Q(('proof_at__isnull', False), ('outcome__in', ['', 'refused', 'withdrawn']), _connector='OR'), name='patient_request_met_after_proof'),
        ),
        migrations.AddConstraint(
            model_name='patientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'refused'), _negated=True), ('ended_words__isnull', False), _connector='OR'), name='patient_request_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='patientrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('wants', 'correct'), _negated=True), models.Q(('is_wrong__isnull', False), ('should_say__isnull', False)), _connector='OR'), name='patient_request_correction_says_what'),
        ),
        migrations.AddConstraint(
            model_name='requestedenquiry',
            constraint=models.UniqueConstraint(condition=models.Q(('untied_at__isnull', True)), fields=('request', 'reference'), name='requested_enquiry_once'),
        ),
        migrations.AddConstraint(
            model_name='requestedenquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('untied_at__isnull', True), ('untied_by__isnull', True)), models.Q(('untied_at__isnull', False), ('untied_by__isnull', False)), _connector='OR'), name='requested_enquiry_untied_says_who'),
        ),
        migrations.RunPython(guard_lines, migrations.RunPython.noop),
    ]
