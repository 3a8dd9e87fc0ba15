"""What is held remembers its network, and addresses whose owner wants no mail are known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_access_log_is_append_only")]

    operations = [
        migrations.CreateModel(
            name="NoMailAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="no_mail_address_once")
                ],
            },
        ),
        migrations.RemoveField(model_name="attachment", name="held_briefly"),
        migrations.AddField(
            model_name="attachment",
            name="held_from",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Keyed digest of a network, while it is held.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("enquiry__isnull", True), ("held_from", ""), _connector="OR"),
                name="attachment_sent_forgets_its_network",
            ),
        ),
    ]
