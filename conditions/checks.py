"""Kinds of block are whole; the database still guards what stays for good, and finds it."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, register
from django.db import Error as AnyDatabaseError
from django.db import transaction

from clinic_site.append_only import guard_errors
from clinic_site.health import database

APPEND_ONLY_TABLES = ["conditions_publication", "conditions_reviewfact", "conditions_factdecision"]


@register("database", deploy=True)
def publications_are_guarded(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`, so that a migrate that mends it can run."""
    return guard_errors(
        APPEND_ONLY_TABLES,
        databases,
        loss="published pages or signed facts could be changed.",
        error_id="conditions.E001",
    )


@register("models")
def kinds_of_block_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Half a kind would publish, and then be an error on a public page, or not be found."""
    from conditions.blocks.lacking import faults  # models load after checks

    return [
        checks.Error(fault.message, hint=fault.hint, id=f"conditions.E{fault.number:03}")
        for fault in faults()
    ]


@register("database", deploy=True)
def search_is_in_step(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`. Publishing keeps the index in step."""
    from conditions.search.index import not_in_step  # models load after checks

    if not databases or not database().ok:  # the doctor's check says that it is away
        return []
    try:
        with transaction.atomic():
            count: int | str = not_in_step()
    except AnyDatabaseError:
        count = "all"
    hint = "Make the index again: manage.py rebuild_search."
    message = f"The search index differs from what was published: {count} publications."
    return [checks.Warning(message, hint=hint, id="conditions.W001")] if count else []
