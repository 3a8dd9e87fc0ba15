from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic_site', '0003_csp_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='keptform',
            name='browser',
            field=models.CharField(blank=True, default='', help_text='In our words.', max_length=60),
        ),
        migrations.AddField(
            model_name='keptform',
            name='browser_hash',
            field=models.CharField(blank=True, default='', help_text='SHA-256 of the known browser’s number.', max_length=64),
        ),
    ]
