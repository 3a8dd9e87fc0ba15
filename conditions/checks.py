"""The database must still guard what was published."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from clinic_site.append_only import missing_triggers

APPEND_ONLY_TABLES = ["conditions_publication"]


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
