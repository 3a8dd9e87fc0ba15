"""What browsers refused on our pages: to read, with what it may mean."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clinic_site.models import CspReport


@admin.register(CspReport)
class CspReportAdmin(admin.ModelAdmin):
    list_display = ["blocked", "directive", "host", "page", "where", "number", "last_at"]
    list_filter = ["blocked"]
    search_fields = ["page__startswith", "host"]
    fields = [
        "blocked",
        "directive",
        "host",
        "page",
        "where",
        "number",
        "first_at",
        "last_at",
        "meaning",
    ]
    readonly_fields = ["where", "meaning"]

    @admin.display(description="Asked for by")
    def where(self, report: CspReport) -> str:
        return f"{report.file}, line {report.line}" if report.file else "the page itself"

    @admin.display(description="What it may mean")
    def meaning(self, report: CspReport) -> str:
        return report.meaning

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
