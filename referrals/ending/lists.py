"""The filter of the inbox for what has no end."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from referrals.models import Enquiry
from referrals.states.no_end import DAYS, OPEN, came_before


class OpenLong(admin.SimpleListFilter):
    """What came in thirty days ago and is not filed."""

    title = "how long it is open"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("long", f"No end after {DAYS} days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        if self.value() != "long":
            return queryset
        border = came_before(at=timezone.now())
        return queryset.filter(status__in=OPEN, received_at__lt=border)
