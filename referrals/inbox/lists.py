"""The inbox as a list: what is to be done comes first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from referrals.inbox.clocks import clinic_calendar, late_now, next_first, time_left
from referrals.inbox.rows import lines_of
from referrals.models import Enquiry, Notification
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Clock, Part

State = Notification.State
SEALED = ["sender_name", "sender_email", "sender_phone"]  # opened line by line in `rows.py`


def parts_of_inbox() -> dict[str, tuple[str, list[str]]]:
    """Name in the address, label, and the states that stand there."""
    found = {part.value: (part.label, statuses_where(part=part)) for part in Part}
    return {**found, "all": ("All", statuses_where())}


def unread() -> QuerySet[Enquiry]:
    clocks = (Clock.UNREAD,)
    return Enquiry.objects.filter(status__in=statuses_where(part=Part.TO_DO, clocks=clocks))


class InboxList(ChangeList):
    """The lines of a page with who is behind each, and until when it should be done."""

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Always what is to be done next: no column sorts it away."""
        self.calendar, self.asked_at = clinic_calendar(), timezone.now()
        return next_first(of=self.calendar, now=self.asked_at)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        return super().get_queryset(request, exclude_parameters).defer(*SEALED)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        lines = lines_of(self.result_list)
        for row in self.result_list:
            row.line = lines[row.pk]
            row.left = time_left(row, of=self.calendar, now=self.asked_at)
            row.state_words, row.mail_words = state_in_words(row), mail_in_words(row)


class InboxView(admin.SimpleListFilter):
    """Which part of the inbox is shown: without a choice, what is to be done."""

    title = "part of the inbox"
    parameter_name = "show"
    template = "admin/referrals/enquiry/no_filter.html"  # drawn as links above the list instead

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.is_search = bool(request.GET.get("q"))
        return [(name, label) for name, (label, _) in parts_of_inbox().items()]

    def chosen(self) -> str:
        """A search by reference looks everywhere, unless a part was chosen."""
        value = self.value()
        return value if value in parts_of_inbox() else "all" if self.is_search else "todo"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        return queryset.filter(status__in=parts_of_inbox()[self.chosen()][1])

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Label, address and number of each part."""
        counts = dict(Enquiry.objects.values_list("status").annotate(n=Count("pk")).order_by())
        for name, (label, statuses) in parts_of_inbox().items():
            yield {
                "selected": self.chosen() == name,
                "query_string": changelist.get_query_string({"show": name}, ["p"]),
                "display": label,
                "count": sum(counts.get(status, 0) for status in statuses),
            }


def unread_suspects() -> QuerySet[Enquiry]:
    """What was set aside, by a rule or by a colleague, and nobody has looked at."""
    statuses = statuses_where(part=Part.SPAM)
    return Enquiry.objects.filter(status__in=statuses, opened_at__isnull=True)


def oldest(enquiries: QuerySet[Enquiry]) -> datetime | None:
    found = enquiries.order_by("received_at").values_list("received_at", flat=True)
    return found.first()


def waiting_counts() -> dict[str, Any]:
    """For the front page: how much waits, and since when."""
    to_do = Enquiry.objects.filter(status__in=statuses_where(part=Part.TO_DO))
    running = statuses_where(clocks=(Clock.UNREAD, Clock.UNDECIDED))
    urgent = to_do.filter(status__in=running, urgency=Enquiry.Urgency.URGENT)
    suspects = unread_suspects()
    return {
        "to_do": to_do.count(),
        "late": to_do.filter(late_now()).count(),
        "urgent": urgent.count(),
        "unread": unread().count(),
        "oldest_unread": oldest(unread()),
        "suspects": suspects.count(),
        "oldest_suspect": oldest(suspects),
    }


def mail_counts() -> dict[str, Any]:
    """Annotations that say what became of an enquiry's mail."""
    return {
        "mails": Count("notifications", filter=~Q(notifications__state=State.UNDONE)),
        "mails_sent": Count("notifications", filter=Q(notifications__state=State.SENT)),
        "mails_dead": Count(
            "notifications", filter=Q(notifications__state__in=[State.DEAD, State.NOTED])
        ),
    }


def state_in_words(enquiry: Enquiry) -> str:
    if enquiry.outcome:
        return f"{enquiry.get_status_display()}: {enquiry.get_outcome_display().lower()}"
    return str(enquiry.get_status_display())


def mail_in_words(enquiry: Any) -> str:
    """What became of its mail, where not all of it went out."""
    if enquiry.mails_dead:
        return f"Mail not delivered: {enquiry.mails_dead} of {enquiry.mails}"
    if enquiry.mails_sent < enquiry.mails:
        return f"Mail waits: {enquiry.mails_sent} of {enquiry.mails} sent"
    return ""
