"""The clinic's tables and a sample clinic, as of release 0.2.0.

All of it is frozen: later changes are later migrations. The roles of staff are made by
`prepare_site` (staff/roles.py), which knows what it has offered to each.
"""

import clinic_site.colours
import clinic_site.models.clinic
import clinic_site.sealing.fields
import django.core.validators
import django.db.models.deletion

from datetime import time
from django.db import migrations, models

def add_sample_clinic(apps, schema_editor):
    """A new site starts with a sample clinic; staff write their own over it."""
    Clinic = apps.get_model("clinic_site", "Clinic")
    clinic = Clinic.objects.create(
        pk=1,
        name="Sacroiliac Joint Clinic",
        tagline="Dr Lee’s rooms",
        reference_prefix="SIJ",
        telephone="(02) 5550 1234",
        fax="(02) 5550 1235",
        email="rooms@clinic.example",
        secure_messaging="HealthLink: sijclinic (sample)\nArgus: rooms@argus.example",
        emergency_number="000",
    )
    location = clinic.locations.create(
        name="The rooms",
        address="Suite 4, 12 Sample Street\nSampleton NSW 2999",
        parking="Sample text: places for patients, one with a disability permit, are behind the house.",
        access="Sample text: step-free entrance, lift, accessible toilet; 20 metres from car to chair.",
        time_zone="Australia/Sydney",
    )
    for weekday in range(5):
        location.hours.create(weekday=weekday, opens=time(8), closes=time(17))
    clinic.clinicians.create(name="Dr Lee (sample)", qualifications="", role="Orthopaedic surgeon")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='LastingKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40, unique=True)),
                ('key', clinic_site.sealing.fields.SealedTextField(help_text='64 hexadecimal digits.')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Clinic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('tagline', models.CharField(blank=True, help_text='Stands under the name.', max_length=80)),
                ('reference_prefix', models.CharField(default='SIJ', help_text='Every reference starts with it, for example SIJ-7KH2M9PA.', max_length=4, validators=[django.core.validators.RegexValidator('^[A-Z]{2,4}$', 'Two to four capital letters.')])),
                ('logo', models.ImageField(blank=True, help_text='PNG, JPEG or WebP. It is made small for you.', upload_to='logo/')),
                ('brand_colour', models.CharField(default='#0e5a63', max_length=7, validators=[clinic_site.colours.validate_brand_colour])),
                ('brand_colour_dark', models.CharField(default='#0a434a', max_length=7, validators=[clinic_site.colours.validate_brand_colour])),
                ('telephone', models.CharField(max_length=30)),
                ('after_hours_telephone', models.CharField(blank=True, help_text='Whom to ring while the rooms are closed. Empty: the site names a hospital.', max_length=30, validators=[django.core.validators.RegexValidator('^\\+?[0-9()][0-9 ()./-]{2,}$', 'Write the number alone, for example (02) 5550 1234.')])),
                ('after_hours_words', models.CharField(blank=True, help_text='One line, for example “The surgeon on call answers.”', max_length=120, verbose_name='who answers after hours')),
                ('fax', models.CharField(blank=True, max_length=30)),
                ('email', models.EmailField(max_length=254)),
                ('second_email', models.EmailField(blank=True, help_text='Hears of an enquiry whose mail was refused or waited for 15 minutes.', max_length=254)),
                ('secure_messaging', models.TextField(blank=True, help_text='One address per line, for example “HealthLink: myrooms”.')),
                ('emergency_number', models.CharField(default='000', max_length=10)),
                ('time_zone', models.CharField(default='Australia/Sydney', max_length=40, validators=[clinic_site.models.clinic.validate_time_zone])),
            ],
            options={
                'verbose_name': 'clinic',
                'verbose_name_plural': 'clinic',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='clinic_is_one_row'), models.CheckConstraint(condition=models.Q(('after_hours_words', ''), models.Q(('after_hours_telephone', ''), _negated=True), _connector='OR'), name='after_hours_words_have_a_number', violation_error_message='Give the after-hours number too, or leave both empty.')],
            },
        ),
        migrations.CreateModel(
            name='Clinician',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('qualifications', models.CharField(blank=True, max_length=120)),
                ('role', models.CharField(max_length=80)),
                ('ordering', models.PositiveSmallIntegerField(default=0)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clinicians', to='clinic_site.clinic')),
            ],
            options={
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DatabaseIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.UUIDField(unique=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='database_identity_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='KeyWitness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='key_witness_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('address', models.TextField(help_text='Street, suburb, state and postcode.')),
                ('parking', models.TextField(blank=True)),
                ('access', models.TextField(blank=True, help_text='Lifts, ramps, how far from the door: what a sore person asks.')),
                ('time_zone', models.CharField(default='Australia/Sydney', max_length=40, validators=[clinic_site.models.clinic.validate_time_zone])),
                ('ordering', models.PositiveSmallIntegerField(default=0)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='locations', to='clinic_site.clinic')),
            ],
            options={
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RateCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64)),
                ('number', models.PositiveIntegerField()),
                ('ends_at', models.DateTimeField(db_index=True, help_text='Then the counting begins anew.')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('source',), name='rate_count_once')],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('reason', models.CharField(help_text='Shown to the public.', max_length=120)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='clinic_site.clinic')),
            ],
            options={
                'ordering': ['first_day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='closure_ends_after_it_starts', violation_error_message='The last day cannot be before the first.')],
            },
        ),
        migrations.CreateModel(
            name='NotifiedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notified', to='clinic_site.clinic')),
            ],
            options={
                'verbose_name': 'address told of new enquiries',
                'verbose_name_plural': 'addresses told of new enquiries',
                'constraints': [models.UniqueConstraint(fields=('clinic', 'email'), name='notified_address_once')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='clinic_site.location')),
            ],
            options={
                'verbose_name_plural': 'opening hours',
                'ordering': ['weekday', 'opens'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='opening_hours_close_after_opening', violation_error_message='The closing time must be after the opening time.'), models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='opening_hours_on_a_weekday')],
            },
        ),
        migrations.CreateModel(
            name='StaffRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('offered', models.JSONField(default=list, help_text='Rights as app.codename, given once each.')),
                ('group', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('name',), name='staff_role_once')],
            },
        ),
        migrations.RunPython(add_sample_clinic, migrations.RunPython.noop),
    ]
