"""Lists and pages of the admin that note who looked at them, before they are drawn."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from referrals.access_log import NOBODY_FOUND, Action, note_access, note_list


class NotedList(admin.ModelAdmin):
    """Mixed into an admin whose rows have, or are about, a reference."""

    list_in_log = ""  # stands for a reference in the access log

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; a look-up in it notes what it found, and that it found nothing."""
        changelist: Any = super().get_changelist_instance(request)
        by: Any = request.user
        if changelist.search_fields and changelist.query:
            found = sorted({row.reference for row in changelist.result_list})
            note_access(
                references=found or [NOBODY_FOUND],
                by=by,
                action=Action.SEARCH,
                looked_for=[("reference", changelist.query.strip().upper())],
            )
        else:
            shown = self.references_in(changelist)
            note_list(place=self.list_in_log, shown=shown, by=by)
        return changelist

    def references_in(self, changelist: Any) -> list[str]:
        """Of those whose names the list shows, and that are not noted lately."""
        return []


class NotedPage(admin.ModelAdmin):
    """Mixed into an admin whose page of one row shows something of a person."""

    def noted_as(self, row: Any) -> tuple[str, str]:
        """Reference and action in the access log."""
        raise NotImplementedError

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Called when it is sure that this person may see the row."""
        reference, action = self.noted_as(obj)
        by: Any = request.user
        note_access(references=[reference], by=by, action=action)
        return super().render_change_form(request, context, add, change, form_url, obj)
