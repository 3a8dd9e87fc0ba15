"""Words between the rooms and senders, read by links; and texts to begin from.

The log of who read what takes the reading by such a link. SQLite builds its table anew for this and
drops its triggers, so they are made again.
"""

import clinic_site.sealing.fields
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
TEXTS = [
    (
        "ask",
        "Please send the imaging report",
        "Please send us the report of the last imaging of the lower back and pelvis, and the name of"
        " the imaging practice. You can attach it on this page. Without it we cannot decide.",
    ),
    (
        "ask",
        "Which treatments were tried?",
        "Please tell us which treatments the patient has had, for how long, and what they did:"
        " exercise with a physiotherapist, medicines, injections. A few lines are enough.",
    ),
    (
        "return_",
        "Physiotherapy first",
        "Thank you for referring. We suggest exercise with a physiotherapist first, before a visit"
        " to us. What it can do, and what else helps without surgery, stands here for your patient:"
        " {site}/treatments/non-surgical-care/. Please refer again if the pain is no better after"
        " that, or sooner if it gets worse. In a hurry? Ring us: {telephone}.",
    ),
    (
        "return_",
        "Not a matter for these rooms",
        "Thank you for referring. From what you write another specialist will help this patient"
        " better. How we look for pain from the sacroiliac joint stands here:"
        " {site}/conditions/diagnosis/. Questions? Ring us: {telephone}.",
    ),
    (
        "reply",
        "We have your message and will ring",
        "Thank you for your message. We will ring you on the next working day. You would rather"
        " ring us? {telephone}. Please give {reference}.",
    ),
]


def guard_again(apps, schema_editor):
    """PostgreSQL has kept its own."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in GUARD:
            schema_editor.execute(statement, params=None)


def add_texts(apps, schema_editor):
    ReplyTemplate = apps.get_model("referrals", "ReplyTemplate")
    for step, title, text in TEXTS:
        ReplyTemplate.objects.get_or_create(title=title, defaults={"step": step, "text": text})


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0012_joined'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', clinic_site.sealing.fields.SealedTextField()),
                ('link_key', models.CharField(help_text='Opens nothing without the site’s keys.', max_length=32)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('written_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('wrong_tries', models.PositiveSmallIntegerField(default=0)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('first_read_at', models.DateTimeField(null=True)),
                ('is_in_mail', models.BooleanField(default=False, help_text='The mail itself repeats the words.')),
            ],
            options={
                'ordering': ['written_at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AnswerBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_key', models.CharField(help_text='One form, one answer.', max_length=32, unique=True)),
                ('content_digest', models.CharField(help_text='Keyed: of the words and files.', max_length=64)),
                ('words', clinic_site.sealing.fields.SealedTextField(blank=True)),
                ('files', models.JSONField(default=list, help_text='Positions among the enquiry’s files.')),
                ('came_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'answers back',
                'ordering': ['came_at', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReplyTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='As staff see it in the list.', max_length=80, unique=True)),
                ('step', models.CharField(choices=[('ask', 'Ask for more information'), ('return_', 'Return with advice'), ('reply', 'Reply')], help_text='Where it can be chosen.', max_length=7)),
                ('text', models.TextField(help_text='No patient in it. {reference}, {telephone} and {site} are filled in.', max_length=4000)),
            ],
            options={
                'verbose_name': 'recurring text',
                'ordering': ['step', 'title'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='accesslog',
            name='access_log_names_who_read',
        ),
        migrations.AddConstraint(
            model_name='accesslog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__in', ['status page', 'receipt', 'receipt pdf', 'form again', 'to rooms', 'to sender', 'answer']), ('by__isnull', True)), models.Q(('by__isnull', False), models.Q(('action__in', ['status page', 'receipt', 'receipt pdf', 'form again', 'to rooms', 'to sender', 'answer']), _negated=True)), _connector='OR'), name='access_log_names_who_read'),
        ),
        migrations.AddField(
            model_name='answer',
            name='enquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='referrals.enquiry'),
        ),
        migrations.AddField(
            model_name='answer',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='referrals.event'),
        ),
        migrations.AddField(
            model_name='answer',
            name='linked_by',
            field=models.ForeignKey(help_text='The newest link.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.event'),
        ),
        migrations.AddField(
            model_name='answerback',
            name='answer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers_back', to='referrals.answer'),
        ),
        migrations.AddField(
            model_name='answerback',
            name='enquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers_back', to='referrals.enquiry'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('written_at'))), name='answer_expires_after_it_was_written'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('wrong_tries__lte', 5)), name='answer_closes_after_wrong_tries'),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
        migrations.RunPython(add_texts, migrations.RunPython.noop),
    ]
