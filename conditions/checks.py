"""The database must still guard what was published."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from clinic_site.append_only import missing_triggers

# The one change of a publication that is let through: its words go, everything else stays.
KEPT = "id page_id section slug menu_title stage ordering in_planner sha256 origin published_at"
REDACTION = " AND ".join(
    [
        "OLD.redacted_at IS NULL",
        "NEW.redacted_at IS NOT NULL",
        "CAST(NEW.payload AS TEXT) = '{}'",
        "NEW.search_text = ''",
        "NEW.live_from = OLD.live_from",
        "COALESCE(NEW.published_by_id, 0) = COALESCE(OLD.published_by_id, 0)",
        *[f"NEW.{column} = OLD.{column}" for column in KEPT.split()],
    ]
)
APPEND_ONLY_TABLES = {"conditions_publication": REDACTION}


@register("database", deploy=True)
def publications_are_guarded(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`, so that a migrate that mends it can run."""
    if not databases:
        return []
    try:
        missing = missing_triggers(APPEND_ONLY_TABLES)
    except DatabaseError:
        return []
    return [
        Error(
            f"The trigger {name} is missing: published pages could be changed.",
            hint="Install it again with a migration that calls append_only.forbid_changes.",
            id="conditions.E001",
        )
        for name in missing
    ]
