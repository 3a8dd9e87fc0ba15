"""The inbox as a list: what is to be done comes first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest

from referrals.models import Enquiry, Event

Status = Enquiry.Status
TO_DO = [Status.RECEIVED, Status.OPENED, Status.NEEDS_INFORMATION]
VIEWS = {
    "todo": ("To do", TO_DO),
    "tofile": ("Answered, to file", [Status.ACCEPTED, Status.RETURNED]),
    "filed": ("Filed", [Status.FILED]),
    "spam": ("Suspected spam", [Status.SPAM]),
    "all": ("All", list(Status)),
}


URGENT_UNREAD = Q(urgency=Enquiry.Urgency.URGENT, status=Status.RECEIVED)
URGENT_UNREAD_FIRST = Case(When(URGENT_UNREAD, then=Value(0)), default=Value(1))


class InboxView(admin.SimpleListFilter):
    """Which part of the inbox is shown: without a choice, what is to be done."""

    title = "part of the inbox"
    parameter_name = "show"
    template = "admin/referrals/enquiry/no_filter.html"  # drawn as links above the list instead

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.is_search = bool(request.GET.get("q"))
        return [(name, label) for name, (label, _) in VIEWS.items()]

    def chosen(self) -> str:
        """A search by reference looks everywhere, unless a part was chosen."""
        value = self.value()
        return value if value in VIEWS else "all" if self.is_search else "todo"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        return queryset.filter(status__in=VIEWS[self.chosen()][1])

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Label, address and number of each part."""
        counts = dict(Enquiry.objects.values_list("status").annotate(n=Count("pk")).order_by())
        for name, (label, statuses) in VIEWS.items():
            yield {
                "selected": self.chosen() == name,
                "query_string": changelist.get_query_string({"show": name}, ["p"]),
                "display": label,
                "count": sum(counts.get(status, 0) for status in statuses),
            }


def unread_suspects() -> QuerySet[Enquiry]:
    """What a rule took for spam and nobody has looked at."""
    unread = Enquiry.objects.filter(status=Status.SPAM, opened_at__isnull=True)
    return unread.exclude(events__kind=Event.Kind.SPAM)


def oldest(enquiries: QuerySet[Enquiry]) -> datetime | None:
    found = enquiries.order_by("received_at").values_list("received_at", flat=True)
    return found.first()


def waiting_counts() -> dict[str, Any]:
    """For the front page: how much waits, and since when."""
    unread = Enquiry.objects.filter(status=Status.RECEIVED)
    suspects = unread_suspects()
    return {
        "to_do": Enquiry.objects.filter(status__in=TO_DO).count(),
        "urgent": Enquiry.objects.filter(status__in=TO_DO, urgency=Enquiry.Urgency.URGENT).count(),
        "unread": unread.count(),
        "oldest_unread": oldest(unread),
        "suspects": suspects.count(),
        "oldest_suspect": oldest(suspects),
    }


def mail_counts() -> dict[str, Any]:
    """Annotations that say what became of an enquiry's mail."""
    return {
        "mails": Count("notifications", filter=~Q(notifications__state="undone")),
        "mails_sent": Count("notifications", filter=Q(notifications__state="sent")),
        "mails_dead": Count("notifications", filter=Q(notifications__state__in=["dead", "noted"])),
    }
