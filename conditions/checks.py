"""The database must still guard what was published."""

from typing import Any

from django.core.checks import CheckMessage, register

from clinic_site.append_only import guard_errors

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
    return guard_errors(
        APPEND_ONLY_TABLES,
        databases,
        loss="published pages could be changed.",
        error_id="conditions.E001",
    )
