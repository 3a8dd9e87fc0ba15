"""The inbox as a list: what is to be done comes first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.functional import cached_property

from clinic_site.models import Clinician
from referrals.access_log import noted_lately
from referrals.hands.people import colleagues, holder_in_words, left_behind, name_of, nobodys
from referrals.inbox import clocks
from referrals.inbox.clocks import URGENT, Clocks, the_clocks
from referrals.inbox.marks import annotations, marks_of_row
from referrals.inbox.rows import counts, mail_in_words, with_lines
from referrals.models import Enquiry
from referrals.states.keeping import called_spam
from referrals.states.lookups import statuses_where
from referrals.states.shapes import Clock, Part

TO_DO = Part.TO_DO.value
NOBODY = 0  # no key of a person
LISTED_AT_MOST = 2500  # of one part: a hundred pages
LONG = {Part.FILED.value, "all"}  # they grow with the years: the newest first, by an index


def parts_of_inbox() -> dict[str, tuple[str, list[str]]]:
    """Name in the address, label, and the states that stand there."""
    found = {part.value: (part.label, statuses_where(part=part)) for part in Part}
    return {**found, "all": ("All", statuses_where())}


def chosen_part(request: HttpRequest) -> str:
    """A search by reference looks everywhere, unless a part was chosen."""
    value = request.GET.get("show")
    return value if value in parts_of_inbox() else "all" if request.GET.get("q") else TO_DO


class Asked:
    """What the pages of one request all ask: read once, at one moment."""

    def __init__(self, reader: int) -> None:
        self.clocks: Clocks = the_clocks()
        self.people: list[User] = list(colleagues())
        self.who_can: list[int] = [user.pk for user in self.people]
        self.counts: dict[str, Any] = waiting_counts(self.clocks, self.who_can, reader=reader)


def asked(request: HttpRequest) -> Asked:
    if not hasattr(request, "asked_of_inbox"):
        request.asked_of_inbox = Asked(request.user.pk or NOBODY)  # type: ignore[attr-defined]
    found: Asked = request.asked_of_inbox  # type: ignore[attr-defined]
    return found


class KnownLength(Paginator):
    """Does not count again what the links above the list have counted, and counts no further than
    anybody turns pages: what is older is found by a day, a filter or a name."""

    known: int | None = None
    is_cut = False  # there are more

    @cached_property
    def count(self) -> int:
        if self.known is not None:
            return self.known
        rows: Any = self.object_list
        number: int = rows[: LISTED_AT_MOST + 1].count()
        self.is_cut = number > LISTED_AT_MOST
        return min(number, LISTED_AT_MOST)


class InboxList(ChangeList):
    """The lines of a page with who is behind each, and until when it should be done."""

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Always what is to be done next: no column sorts it away. What is done: the newest."""
        if chosen_part(request) in LONG:
            return ["-received_at", "-pk"]
        return list(clocks.next_first(asked(request).clocks))

    def get_results(self, request: HttpRequest) -> None:
        self.narrowed = narrowed_by(self)
        super().get_results(request)
        of = asked(request)
        told = {**counts(), **annotations(), "is_noted": noted_lately(reader=request.user)}  # type: ignore[arg-type]
        self.result_list: Any = with_lines(self.result_list, **told)
        names = {user.pk: name_of(user) for user in of.people}
        for row in self.result_list:
            row.marks = marks_of_row(row, of.clocks, names)
            row.left = clocks.time_left(row, of.clocks)
            row.state_words, row.mail_words = state_in_words(row), mail_in_words(row)
            row.holder = holder_in_words(row, of.who_can)
            row.must_ring = clocks.must_ring(row)
            row.is_free = row.assigned_to_id not in of.who_can
            row.is_due_again = is_due_again(row, of.clocks)


def paginator_of(request: HttpRequest, rows: Any, per_page: int) -> KnownLength:
    """Knows the length of what is to do, where nothing narrows it."""
    found = KnownLength(rows, per_page)
    if not set(request.GET) - {"show", "p"} and chosen_part(request) == TO_DO:
        found.known = asked(request).counts["to_do"]
    return found


def describe(changelist: Any, request: HttpRequest) -> None:
    """What stands around the list: a sentence, its parts as links, and whether it is narrowed."""
    views = (spec for spec in changelist.filter_specs if isinstance(spec, InboxView))
    changelist.parts = [part for view in views for part in view.choices(changelist)]
    changelist.part = chosen_part(request)
    if asked(request).counts["mine"] or shows_mine(request):
        changelist.parts.append(part_mine(changelist, request))
    changelist.own_query = changelist.get_query_string()
    number = f"{changelist.result_count:,}"
    if changelist.paginator.is_cut:
        number = f"More than {number}"
    changelist.sentence = in_a_sentence(asked(request).counts, part=changelist.part, number=number)


def shows_mine(request: HttpRequest) -> bool:
    return chosen_part(request) == TO_DO and request.GET.get("who") == "mine"


def part_mine(changelist: Any, request: HttpRequest) -> dict[str, Any]:
    """What she herself has to do, as one more link beside the parts."""
    return {
        "selected": shows_mine(request),
        "query_string": changelist.get_query_string({"show": TO_DO, "who": "mine"}, ["p", "now"]),
        "display": "Mine",
        "count": asked(request).counts["mine"],
    }


def narrowed_by(changelist: Any) -> str:
    """What the filters leave, in words; empty where the whole part is shown."""
    found = []
    for spec in changelist.filter_specs:
        if not isinstance(spec, InboxView):
            _everything, *choices = spec.choices(changelist)
            found += [str(one["display"]) for one in choices if one["selected"]]
    return ", ".join(found)


def is_due_again(enquiry: Enquiry, of: Clocks) -> bool:
    is_due = enquiry.remind_on is not None and enquiry.remind_on <= of.today
    return is_due and enquiry.status not in clocks.not_to_look_at()


class InboxView(admin.SimpleListFilter):
    """Which part of the inbox is shown: without a choice, what is to be done."""

    title = "part of the inbox"
    parameter_name = "show"
    template = "admin/referrals/enquiry/no_filter.html"  # drawn as links above the list instead

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.request = request
        return [(name, label) for name, (label, _) in parts_of_inbox().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        chosen = chosen_part(request)
        if chosen == TO_DO:
            of, statuses = asked(request).clocks, statuses_where(part=Part.TO_DO)
            return queryset.filter(clocks.found_by_index(of, statuses=statuses))
        if chosen == "all":
            return queryset
        if chosen == Part.SPAM:
            queryset = queryset.exclude(called_spam())
        return queryset.filter(status__in=parts_of_inbox()[chosen][1])

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Label and address of each part, and its number where work waits: to count what is filed
        takes longer with each year."""
        counts, is_mine = asked(self.request).counts, shows_mine(self.request)
        left_out = ["p", "now", "who"] if is_mine else ["p", "now"]
        for name, (label, _) in parts_of_inbox().items():
            yield {
                "selected": chosen_part(self.request) == name and not is_mine,
                "query_string": changelist.get_query_string({"show": name}, left_out),
                "display": label,
                "count": counts.get(f"in_{name}"),
            }


class NowFilter(admin.SimpleListFilter):
    """What the badges of the front page count, as a list."""

    title = "what is waiting"
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("ring", "Ring now"),
            ("late", "Late"),
            ("unread", "Nobody has read it"),
            ("book", "Accepted, not booked in time"),
            ("again", "Look again today"),
            ("left", "With somebody who has left"),
            ("spam", "Called spam by one of you"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        of, value = asked(request), self.value()
        which = {
            "ring": clocks.to_ring,
            "late": lambda: clocks.late(of.clocks),
            "unread": lambda: Q(opened_at__isnull=True) | clocks.unread_again(),
            "book": lambda: clocks.to_book(of.clocks),
            "again": lambda: clocks.to_look_at_today(of.clocks),
            "left": lambda: left_behind(of.who_can),
            "spam": called_spam,
        }
        return queryset.filter(which[value]()) if value in which else queryset


class WhoHasIt(admin.SimpleListFilter):
    title = "who has it"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = [(str(user.pk), name_of(user)) for user in asked(request).people]
        others = [one for one in people if one[0] != str(request.user.pk)]
        return [("mine", "I have it"), ("nobody", "Nobody has it"), *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        value, who_can = self.value(), asked(request).who_can
        if value == "mine":
            return queryset.filter(assigned_to=request.user.pk)
        if value == "nobody":
            return queryset.filter(nobodys(who_can))
        if value and value.isdecimal() and int(value) in who_can:
            return queryset.filter(assigned_to=int(value))
        return queryset


class ForDoctor(admin.SimpleListFilter):
    title = "for which doctor"
    parameter_name = "doctor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        doctors = [(str(pk), name) for pk, name in Clinician.objects.values_list("pk", "name")]
        return [("first", "Whoever is free first"), *doctors] if len(doctors) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
        value = self.value()
        if value == "first":
            return queryset.filter(for_clinician=None)
        offered = [name for name, _ in self.lookup_choices]
        return queryset.filter(for_clinician=int(value)) if value in offered else queryset


def waiting_counts(
    of: Clocks | None = None, who_can: list[int] | None = None, *, reader: int = NOBODY
) -> dict[str, Any]:
    """How much waits, and since when: for the front page and for the top of the list. `reader` is
    the key of whoever reads it."""
    of = of or the_clocks()
    if who_can is None:
        who_can = list(colleagues().values_list("pk", flat=True))
    flags = flags_of_waiting(of, who_can, reader=reader)
    groups = groups_of_waiting(of, flags)

    def those(*names: str) -> list[dict[str, Any]]:
        return [group for group in groups if all(group[name] for name in names)]

    def number(*names: str) -> int:
        return sum(group["number"] for group in those(*names))

    def oldest(*names: str) -> datetime | None:
        return min((group["oldest"] for group in those(*names)), default=None)

    cannot_wait = (g for g in groups if g["urgent"] or g["late"] or g["ring"])
    return {
        **{name: number(name) for name in flags},
        "in_todo": number("to_do"),
        "in_tobook": number("tobook"),
        "in_tofile": number("tofile"),
        "in_spam": number("spam"),
        "cannot_wait": sum(group["number"] for group in cannot_wait),
        "mine": number("to_do", "by_reader"),
        "mine_flagged": number("to_do", "by_reader", "is_red_flagged"),
        "left": number("to_do", "left"),
        "suspects": number("spam", "unopened"),
        "oldest_suspect": oldest("spam", "unopened"),
        "oldest_unread": oldest("unread"),
    }


def flags_of_waiting(of: Clocks, who_can: list[int], *, reader: int) -> dict[str, Q]:
    """What can be said of each enquiry that waits."""
    runs = Q(status__in=list(clocks.clock_of_status()))
    return {
        "to_do": clocks.to_do(of),
        "tobook": Q(status__in=statuses_where(part=Part.TO_BOOK)),
        "tofile": Q(status__in=statuses_where(part=Part.TO_FILE)),
        "spam": Q(status__in=statuses_where(part=Part.SPAM)) & ~called_spam(),
        "late": clocks.late(of),
        "urgent": runs & Q(urgency=URGENT),
        "ring": clocks.to_ring(),
        "unread": Q(status__in=statuses_where(part=Part.TO_DO, clocks=(Clock.UNREAD,))),
        "unread_again": clocks.unread_again(),
        "book": clocks.to_book(of),
        "again": clocks.to_look_at_today(of),
        "by_reader": Q(assigned_to=reader),
        "left": left_behind(who_can),
        "unopened": Q(opened_at__isnull=True),
    }


def groups_of_waiting(of: Clocks, flags: dict[str, Q]) -> list[dict[str, Any]]:
    """What is not filed, counted by what can be said of it: one query, in which each question is
    put once, however many numbers are made of its answer."""
    filed = statuses_where(part=Part.FILED)
    statuses = [status for status in statuses_where() if status not in filed]
    waiting = Enquiry.objects.order_by().filter(clocks.found_by_index(of, statuses=statuses))
    told = {
        name: Case(When(which, then=Value(1)), default=Value(0), output_field=IntegerField())
        for name, which in flags.items()
    }
    by_flags = waiting.annotate(**told).values(*told, "is_red_flagged")
    return list(by_flags.annotate(number=Count("pk"), oldest=Min("received_at")))


def in_a_sentence(counts: dict[str, Any], *, part: str, number: str) -> str:
    """How much there is, and how much of it cannot wait."""
    if part != TO_DO:
        return {
            "tobook": f"{number} to be booked",
            "tofile": f"{number} answered, to file",
            "filed": f"{number} filed",
            "spam": f"{number} that look{'s' if number == '1' else ''} like spam",
        }.get(part, f"{number} in all")
    if not counts["to_do"]:
        return "Nothing to do. All is decided."
    wait = counts["cannot_wait"]
    urgent = f"{wait} cannot wait." if wait else "All of it can wait its turn."
    return f"{counts['to_do']} to do. {urgent}"


def state_in_words(enquiry: Enquiry) -> str:
    if enquiry.outcome:
        return f"{enquiry.get_status_display()}: {enquiry.get_outcome_display().lower()}"
    return str(enquiry.get_status_display())
