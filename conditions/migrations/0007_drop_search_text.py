from django.db import migrations

from clinic_site import append_only

TABLE = "conditions_publication"
KEPT = "id page_id section slug menu_title stage ordering in_planner sha256 origin published_at"
REDACTION = " AND ".join(
    [
        "OLD.redacted_at IS NULL",
        "NEW.redacted_at IS NOT NULL",
        "CAST(NEW.payload AS TEXT) = '{}'",
        "NEW.live_from = OLD.live_from",
        "COALESCE(NEW.published_by_id, 0) = COALESCE(OLD.published_by_id, 0)",
        *[f"NEW.{column} = OLD.{column}" for column in KEPT.split()],
    ]
)


def unguard(apps, schema_editor):
    """The guard names the column, and neither database drops a column that a trigger names."""
    append_only.remove(schema_editor.connection, TABLE)


def guard(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLE, REDACTION)


class Migration(migrations.Migration):
    """The search has had an index of its own since 0003; nothing reads this column."""

    dependencies = [("conditions", "0005_starter_pages_once")]
    operations = [
        migrations.RunPython(unguard, guard),
        migrations.RemoveField("publication", "search_text"),
        migrations.RunPython(guard, unguard),
    ]
