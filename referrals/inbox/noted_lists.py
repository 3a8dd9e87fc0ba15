"""Lists of the staff site that note who looked at them, before they are drawn."""

from typing import Any

from django.http import HttpRequest

from referrals.access_log import NOBODY_FOUND, Action, note_access


class NotedList:
    """Mixed into a ModelAdmin whose rows have, or are about, a reference."""

    list_in_log = ""  # stands for a reference in the access log

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; a look-up in it notes what it found, and that it found nothing."""
        changelist: Any = super().get_changelist_instance(request)  # type: ignore[misc]
        by: Any = request.user
        if changelist.query:
            found = sorted({row.reference for row in changelist.result_list})
            note_access(
                references=found or [NOBODY_FOUND],
                by=by,
                action=Action.SEARCH,
                looked_for=[("reference", changelist.query.strip().upper())],
            )
        else:
            note_access(references=[self.list_in_log], by=by, action=Action.LIST)
        return changelist
