"""A nurse line among the clinic's numbers, and a sample of the way in that does not contradict itself.

Pages of the release before name Healthdirect wherever instructions wait for a signature, so a clinic
in Australia starts with its number. Elsewhere it would lead nowhere, and the field stays empty.
The sample is changed only where nobody has written over it.
"""

import django.core.validators

from django.db import migrations, models

AUSTRALIAN = "000"
SAMPLE_ADDRESS = "Suite 4, 12 Sample Street\nSampleton NSW 2999"
OLD_ACCESS = "There is a ramp and a lift. It is 20 metres from the car park to a chair."
ACCESS = (
    "Sample, to be replaced: there is no step on the way. It is 20 metres from the patients’ places"
    " to the first chair. The lift is wide enough for a wheelchair or a mobility scooter. We lend a"
    " wheelchair at the door: ring us before you come. The accessible toilet is beside the lift."
)


def empty_elsewhere(apps, schema_editor):
    elsewhere = apps.get_model("clinic_site", "Clinic").objects.exclude(
        emergency_number=AUSTRALIAN
    )
    elsewhere.update(nurse_line="", nurse_line_name="")


def mend_the_sample(apps, schema_editor):
    rooms = apps.get_model("clinic_site", "Location").objects
    rooms.filter(address=SAMPLE_ADDRESS, access=OLD_ACCESS).update(access=ACCESS)


class Migration(migrations.Migration):

    dependencies = [
        ('clinic_site', '0008_doctor_visits'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='nurse_line',
            field=models.CharField(blank=True, db_default='1800 022 222', default='1800 022 222', help_text='A nurse whom anybody may ring, day and night. Empty: the site names none.', max_length=30, validators=[django.core.validators.RegexValidator('^\\+?[0-9()][0-9 ()./-]{2,}$', 'Write the number alone, for example (02) 5550 1234.')]),
        ),
        migrations.AddField(
            model_name='clinic',
            name='nurse_line_name',
            field=models.CharField(blank=True, db_default='Healthdirect', default='Healthdirect', max_length=40, verbose_name='name of the nurse line'),
        ),
        migrations.RunPython(empty_elsewhere, migrations.RunPython.noop),
        migrations.RunPython(mend_the_sample, migrations.RunPython.noop),
    ]
