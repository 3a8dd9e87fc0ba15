"""Enquiries and all that belongs to them, as of release 0.2.0.

A line of a timeline is written once: the database itself refuses every change but one.
"""

import clinic_site.sealing.fields
import django.db.models.deletion
import uuid

from django.conf import settings
from django.db import migrations, models

# The one change that is let through: a sealed note moves to a new key.
NOTE_RESEALED = """
          OLD.note IS NOT NULL
      AND NEW.note IS NOT NULL
      AND NEW.id = OLD.id
      AND NEW.enquiry_id = OLD.enquiry_id
      AND NEW.kind = OLD.kind
      AND NEW.at = OLD.at
      AND COALESCE(NEW.by_id, 0) = COALESCE(OLD.by_id, 0)
"""
GUARD = {
    "sqlite": [
        f"""
        CREATE TRIGGER referrals_event_append_only_update
        BEFORE UPDATE ON referrals_event WHEN (NOT ({NOTE_RESEALED}))
        BEGIN SELECT RAISE(ABORT, 'referrals_event is append-only'); END
        """,
        """
        CREATE TRIGGER referrals_event_append_only_delete
        BEFORE DELETE ON referrals_event
        BEGIN SELECT RAISE(ABORT, 'referrals_event is append-only'); END
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
        CREATE TRIGGER referrals_event_append_only_update
        BEFORE UPDATE ON referrals_event
        FOR EACH ROW WHEN (NOT ({NOTE_RESEALED})) EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER referrals_event_append_only_delete
        BEFORE DELETE ON referrals_event
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_append_only()
        """,
        """
        CREATE TRIGGER referrals_event_append_only_truncate
        BEFORE TRUNCATE ON referrals_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_append_only()
        """,
    ],
}


def guard_timelines(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('message', 'Message'), ('referral', 'Referral')], max_length=8)),
                ('reference', models.CharField(max_length=13, unique=True)),
                ('form_key', models.CharField(help_text='One form, one enquiry.', max_length=32, unique=True)),
                ('receipt_token_hash', models.CharField(max_length=64, unique=True)),
                ('status_token_hash', models.CharField(help_text='Empty once the link was revoked.', max_length=64, null=True, unique=True)),
                ('status', models.CharField(default='received', max_length=24)),
                ('urgency', models.CharField(choices=[('routine', 'Routine'), ('soon', 'Soon'), ('urgent', 'Urgent')], default='routine', max_length=7)),
                ('received_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('filed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('in_software', 'In practice software'), ('booked', 'Booked'), ('duplicate', 'Duplicate'), ('withdrawn', 'Withdrawn'), ('answered', 'Answered')], max_length=11)),
                ('consent_version', models.CharField(max_length=10)),
                ('content_digest', models.CharField(blank=True, help_text='Keyed: tells a resent form from an edited one.', max_length=64)),
                ('index_version', models.CharField(help_text='By which key and rules staff find the person.', max_length=8, null=True)),
                ('spam_reasons', models.JSONField(default=list, help_text='Codes only: nothing that was typed.')),
                ('sender_name', clinic_site.sealing.fields.SealedTextField()),
                ('sender_email', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('sender_phone', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('resend_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edited_resends', to='referrals.enquiry')),
            ],
            options={
                'verbose_name_plural': 'enquiries',
                'ordering': ['-received_at', '-pk'],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(db_index=True, max_length=13)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(default='view', max_length=12)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('enquiry_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='referrals.enquiry')),
                ('topic', models.CharField(choices=[('appointment', 'An appointment'), ('referral', 'A question about a referral'), ('fees', 'Fees'), ('other', 'Something else')], max_length=12)),
                ('text', clinic_site.sealing.fields.SealedTextField()),
            ],
            bases=('referrals.enquiry',),
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('enquiry_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='referrals.enquiry')),
                ('mode', models.CharField(choices=[('quick', 'Letter attached'), ('full', 'Full form')], default='full', max_length=5)),
                ('referrer_type', models.CharField(blank=True, choices=[('gp', 'General practitioner'), ('specialist', 'Specialist'), ('nurse', 'Nurse practitioner'), ('other', 'Other')], max_length=10)),
                ('validity', models.CharField(blank=True, choices=[('3', '3 months'), ('12', '12 months'), ('indefinite', 'Indefinite')], max_length=10)),
                ('referral_date', models.DateField(help_text='As on the letter, else the day sent.', null=True)),
                ('warnings', models.JSONField(default=list, help_text='Codes of what the sender was warned of.')),
                ('patient_family_name', clinic_site.sealing.fields.SealedTextField()),
                ('patient_given_names', clinic_site.sealing.fields.SealedTextField()),
                ('patient_birth_date', clinic_site.sealing.fields.SealedDateField()),
                ('patient_phone', clinic_site.sealing.fields.SealedTextField()),
                ('patient_address', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('medicare_number', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('medicare_irn', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('dva_number', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('interpreter', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('reason', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('urgency_reason', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('history', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('treatments_tried', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('imaging', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('medicines', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('allergies', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('red_flags', clinic_site.sealing.fields.SealedListField()),
                ('practice_name', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('practice_address', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('copy_to', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('provider_number', clinic_site.sealing.fields.SealedTextField()),
                ('signed_name', clinic_site.sealing.fields.SealedTextField()),
                ('signed_at', models.DateTimeField()),
            ],
            bases=('referrals.enquiry',),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('held_for', models.CharField(blank=True, db_index=True, help_text='A form key.', max_length=32)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', clinic_site.sealing.fields.SealedTextField(help_text='As the sender named it: shown, never trusted.')),
                ('content_type', models.CharField(help_text='As sniffed, never as claimed.', max_length=100)),
                ('size', models.PositiveIntegerField(help_text='Bytes before encryption.')),
                ('sha256', models.CharField(help_text='Of the bytes before encryption.', max_length=64)),
                ('state', models.CharField(choices=[('clean', 'Nothing suspicious found'), ('copy', 'Shown as a harmless copy'), ('quarantined', 'Set aside'), ('waiting', 'Not yet inspected')], default='clean', max_length=11)),
                ('suspicions', models.JSONField(default=list, help_text='Codes of what was found: findings.py.')),
                ('held_briefly', models.BooleanField(default=False, help_text='Came without a valid token: held for minutes, not a day.')),
                ('stored_at', models.DateTimeField()),
                ('enquiry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='referrals.enquiry')),
            ],
            options={
                'ordering': ['position', 'stored_at'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('note', clinic_site.sealing.fields.SealedTextField(help_text='What staff wrote to the sender, or to each other.', null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='referrals.enquiry')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='MailHeartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('beat_at', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='mail_heartbeat_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24)),
                ('recipient', clinic_site.sealing.fields.SealedTextField()),
                ('body', clinic_site.sealing.fields.SealedTextField(blank=True, help_text='Only for staff mail, whose text cannot wait.')),
                ('subject', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('message_id', models.CharField(max_length=120, unique=True)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Handed to the mail server'), ('dead', 'Could not be delivered'), ('noted', 'Could not be delivered; seen to'), ('undone', 'Withdrawn before it was sent')], default='queued', max_length=8)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('give_up_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('failure', models.CharField(blank=True, choices=[('refused', 'The address or the text was refused'), ('server', 'No mail server took it'), ('unwritable', 'It cannot be written'), ('interrupted', 'The mail process ended while sending')], max_length=11)),
                ('failures_in_a_row', models.PositiveSmallIntegerField(default=0, help_text='Of the same kind.')),
                ('error', models.CharField(blank=True, help_text='Name of the last error: never its words.', max_length=60)),
                ('smtp_code', models.PositiveSmallIntegerField(null=True)),
                ('enquiry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='referrals.enquiry')),
                ('event', models.ForeignKey(help_text='What the news is.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.event')),
                ('stands_in_for', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stand_in', to='referrals.notification')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='PersonIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('family_name', 'Family name'), ('birth_date', 'Date of birth'), ('phone', 'Telephone'), ('medicare', 'Medicare number')], max_length=11)),
                ('key_version', models.CharField(help_text='By which key and rules it was made.', max_length=8)),
                ('digest', models.CharField(max_length=64)),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='person_index', to='referrals.enquiry')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='FileProof',
            fields=[
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='proof', serialize=False, to='referrals.attachment')),
                ('looked_at', models.DateTimeField(help_text='When it was last read to its end, or missed.')),
                ('problem', models.CharField(blank=True, choices=[('missing', 'gone'), ('damaged', 'damaged')], max_length=7)),
                ('since', models.DateTimeField(help_text='When the problem was first seen.', null=True)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['since'], name='file_proof_bad'), models.Index(fields=['looked_at'], name='file_proof_oldest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('problem', ''), ('since__isnull', True)), models.Q(('problem__in', ['missing', 'damaged']), ('since__isnull', False)), _connector='OR'), name='file_proof_problem_has_a_time')],
            },
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['-received_at', '-id'], name='enquiry_newest_first'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['index_version'], name='enquiry_index_version'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', True), ('status', 'received')), ('status', 'spam'), models.Q(models.Q(('status__in', ['received', 'spam']), _negated=True), ('opened_at__isnull', False)), _connector='OR'), name='enquiry_opened_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('filed_at__isnull', False), ('status', 'filed'), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('status', 'filed'), _negated=True), ('filed_at__isnull', True), ('outcome', '')), _connector='OR'), name='enquiry_filed_has_time_and_outcome'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enquiry__isnull', True), models.Q(('held_for', ''), _negated=True)), models.Q(('enquiry__isnull', False), ('held_for', '')), _connector='OR'), name='attachment_is_held_or_sent'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['clean', 'copy', 'quarantined', 'waiting'])), name='attachment_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('enquiry__isnull', False)), fields=('enquiry', 'position'), name='attachment_position_once_per_enquiry'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('held_for', ''), _negated=True), fields=('held_for', 'sha256'), name='attachment_held_once_per_form'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='notification_due'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='notification_leased'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['state', 'created_at'], name='notification_by_state'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('lease_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_token__isnull', True), ('lease_until__isnull', True)), _connector='OR'), name='notification_leased_while_sending'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='notification_sent_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('error', ''), ('failure', ''), ('failures_in_a_row', 0), ('smtp_code__isnull', True)), models.Q(models.Q(('failure', ''), _negated=True), ('failures_in_a_row__gte', 1)), _connector='OR'), name='notification_failure_has_a_number'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('failure', ''), _connector='OR'), name='notification_sent_has_no_failure'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enquiry__isnull', True), ('kind__in', ['test', 'staff_mail'])), models.Q(models.Q(('kind__in', ['test', 'staff_mail']), _negated=True), ('enquiry__isnull', False)), _connector='OR'), name='notification_of_an_enquiry_names_it'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('kind', 'status')), models.Q(models.Q(('kind', 'status'), _negated=True), ('event__isnull', True)), _connector='OR'), name='notification_of_news_names_the_event'),
        ),
        migrations.AddIndex(
            model_name='personindex',
            index=models.Index(fields=['field', 'digest'], name='person_index_lookup'),
        ),
        migrations.AddConstraint(
            model_name='personindex',
            constraint=models.UniqueConstraint(fields=('enquiry', 'field', 'key_version', 'digest'), name='person_index_once'),
        ),
        migrations.RunPython(guard_timelines, migrations.RunPython.noop),
    ]
