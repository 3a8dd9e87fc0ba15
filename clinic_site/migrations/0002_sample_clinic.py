"""A new site starts with a sample clinic; staff write their own over it."""

from datetime import time

from django.db import migrations


def add_sample_clinic(apps, schema_editor):
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
        parking="Two places for patients are right outside the door. Street parking is free.",
        access="There is a ramp and a lift. It is 20 metres from the car park to a chair.",
        time_zone="Australia/Sydney",
    )
    for weekday in range(5):
        location.hours.create(weekday=weekday, opens=time(8), closes=time(17))
    clinic.clinicians.create(
        name="Dr Lee (sample)", qualifications="", role="Orthopaedic surgeon"
    )


class Migration(migrations.Migration):
    dependencies = [("clinic_site", "0001_initial")]
    operations = [migrations.RunPython(add_sample_clinic, migrations.RunPython.noop)]
