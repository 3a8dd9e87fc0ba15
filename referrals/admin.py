"""The inbox of the rooms, every mail that went out, and who read what."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from referrals.access_log import INBOX, MAILS, STAFF_MAIL, Action
from referrals.conversation.pages import ConversationPages, ReplyTemplateAdmin
from referrals.ending.lists import OpenLong
from referrals.ending.pages import CallsOfEnquiry
from referrals.entering.pages import EnteringPages
from referrals.finding.filters import FILTERS
from referrals.finding.pages import FindsAnybody
from referrals.hands.limits_page import InboxLimitsAdmin
from referrals.hands.pages import HandsPages
from referrals.inbox import lists
from referrals.inbox.actions import EnquiryActions, MailActions
from referrals.inbox.noted_pages import NotedList, NotedPage
from referrals.inbox.sent_files import FilesOfEnquiry
from referrals.inbox.set_aside import FilesAside
from referrals.letters.pages import LetterPages
from referrals.models import (
    AccessLog,
    Enquiry,
    InboxLimits,
    Notification,
    PatientRequest,
    ReplyTemplate,
    RetentionRule,
)
from referrals.patient_requests.clock import clock_of
from referrals.patient_requests.pages import RequestPages
from referrals.reading.pages import ReadingPages
from referrals.retention.pages import ErasesOne, RetentionRuleAdmin
from referrals.together.pages import TogetherPages

admin.site.register(RetentionRule, RetentionRuleAdmin)
admin.site.register(InboxLimits, InboxLimitsAdmin)
admin.site.register(ReplyTemplate, ReplyTemplateAdmin)


class NeverEdited:
    """Rows that this site writes itself: nobody adds, edits or deletes one."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Enquiry)
class EnquiryAdmin(
    ConversationPages,
    NotedList,
    TogetherPages,
    HandsPages,
    CallsOfEnquiry,
    EnteringPages,
    EnquiryActions,
    LetterPages,
    FilesAside,
    FilesOfEnquiry,
    FindsAnybody,
    ErasesOne,
):
    """What came in. The page of one enquiry and its buttons are in `EnquiryActions`."""

    list_in_log = INBOX

    list_display = ["reference"]
    list_filter = [
        lists.InboxView,
        lists.NowFilter,
        lists.WhoHasIt,
        lists.ForDoctor,
        "kind",
        "urgency",
        OpenLong,
        *FILTERS,
    ]
    search_fields = ["reference__exact"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    list_per_page = 25
    change_list_template = "admin/referrals/enquiry/change_list.html"

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, *_: Any, **__: Any
    ) -> Any:
        return lists.paginator_of(request, queryset, per_page)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with its parts for the links above it."""
        changelist: Any = super().get_changelist_instance(request)
        lists.describe(changelist, request)
        return changelist

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return lists.InboxList

    def references_in(self, changelist: Any) -> list[str]:
        return [row.reference for row in changelist.result_list if not row.is_noted]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if IS_POPUP_VAR in request.GET:  # a window to choose from: nothing here needs one
            raise PermissionDenied
        context = {
            "title": "Inbox",
            "may_change": self.has_change_permission(request),
            **(extra_context or {}),
        }
        if self.has_view_permission(request):
            context |= lists.asked(request).counts
        return super().changelist_view(request, context)


@admin.register(Notification)
class NotificationAdmin(NeverEdited, NotedList, NotedPage, MailActions, admin.ModelAdmin):
    """Every mail and what became of it."""

    list_in_log = MAILS

    list_display = ["kind", "enquiry", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = ["state", "kind"]
    list_select_related = ["enquiry"]
    show_full_result_count = False
    change_form_template = "admin/referrals/notification/change_form.html"
    fields = [
        "kind",
        "enquiry",
        "recipient",
        "state",
        "attempts",
        "created_at",
        "due_at",
        "sent_at",
        "last_error",
        "message_id",
    ]
    readonly_fields = ["last_error"]

    @admin.display(description="Last error", ordering="failure")
    def last_error(self, mail: Notification) -> str:
        """Kind of failure and code: never an address."""
        return mail.last_error

    def noted_as(self, row: Any) -> tuple[str, str]:
        """The page of one mail names whom it went to."""
        return (row.enquiry.reference if row.enquiry else STAFF_MAIL), Action.MAIL


@admin.register(AccessLog)
class AccessLogAdmin(NeverEdited, ReadingPages, NotedPage, admin.ModelAdmin):
    """Who read what, and when. Who reads this log stands in it too."""

    fields = ["at", "by", "action", "reference", "looked_for"]

    def noted_as(self, row: Any) -> tuple[str, str]:
        return row.reference, Action.LOG


@admin.register(PatientRequest)
class PatientRequestAdmin(RequestPages):
    """What patients ask of the rooms about their own details. Its pages are in `RequestPages`."""

    list_display = ["reference", "patient", "wants", "asked_on", "state"]
    list_filter = ["wants", "outcome"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    list_per_page = 25
    change_list_template = "admin/referrals/patientrequest/list.html"

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Open ones first, and of these what was asked first."""
        is_open = Case(When(outcome="", then=Value(0)), default=Value(1))
        return [is_open, "asked_on", "pk"]

    @admin.display(description="Patient")
    def patient(self, ask: PatientRequest) -> str:
        return f"{ask.patient_given_names} {ask.patient_family_name}".strip()

    @admin.display(description="State")
    def state(self, ask: PatientRequest) -> str:
        """A badge with the days that are left, or how it ended."""
        if not ask.is_open:
            return ask.get_outcome_display()
        clock = clock_of(ask)
        return format_html(
            '<span class="enquiry-state"><strong class="state-{}">{}</strong></span>',
            clock.tone,
            clock.words,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": "Patients’ requests", **(extra_context or {})}
        return super().changelist_view(request, context)
