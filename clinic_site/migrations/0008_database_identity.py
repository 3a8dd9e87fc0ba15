from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic_site', '0007_rate_counts'),
    ]

    operations = [
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
    ]
