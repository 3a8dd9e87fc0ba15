"""A thin inbox: newest first, open one, see its timeline and whether its mail went out."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from referrals import notifications, workflow
from referrals.admin_files import FilesOfEnquiry
from referrals.forms import RED_FLAGS
from referrals.models import AccessLog, Enquiry, Notification

RED_FLAG_NAMES = dict(RED_FLAGS)


@admin.register(Enquiry)
class EnquiryAdmin(FilesOfEnquiry):
    list_display = ["reference", "kind", "urgency", "received_at", "status", "mail"]
    list_filter = ["status", "kind", "urgency"]
    search_fields = ["reference__exact"]
    search_help_text = "Search by reference. To look for a name, use “Find a person”."
    show_full_result_count = False
    list_per_page = 25
    change_list_template = "admin/referrals/enquiry/change_list.html"
    change_form_template = "admin/referrals/enquiry/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enquiry]:
        mail = Notification.objects.filter(enquiry=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                mail_waits=Exists(mail.exclude(state=Notification.State.SENT)),
                mail_is_dead=Exists(mail.filter(state=Notification.State.DEAD)),
            )
        )

    @admin.display(description="Mail")
    def mail(self, enquiry: Any) -> str:
        if enquiry.mail_is_dead:
            return "Not delivered"
        return "Waiting" if enquiry.mail_waits else "Sent"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("test-message/", wrap(self.send_test), name="referrals_enquiry_test"),
            path("<int:pk>/retry-mail/", wrap(self.retry_mail), name="referrals_enquiry_retry"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_change = self.has_change_permission(request)
        return super().changelist_view(request, {"may_change": may_change, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one enquiry. Opening it is noted in the timeline and in the access log."""
        enquiry = get_object_or_404(Enquiry, pk=object_id)
        if not self.has_view_permission(request, enquiry):
            raise PermissionDenied
        workflow.open_(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{enquiry.get_kind_display()} {enquiry.reference}",
            "enquiry": enquiry,
            "details": details(enquiry),
            "events": enquiry.events.select_related("by"),
            "notifications": enquiry.notifications.all(),
            "may_change": self.has_change_permission(request, enquiry),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def retry_mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_change(request)
        enquiry = get_object_or_404(Enquiry, pk=pk)
        retried = workflow.retry_mail(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, f"Mail put back in the queue: {len(retried)}.")
        return redirect(enquiry.get_admin_url())

    def send_test(self, request: HttpRequest) -> HttpResponse:
        self.require_change(request)
        queued = notifications.send_test()
        told = ", ".join(n.recipient for n in queued)
        self.message_user(request, f"A test message is on its way to {told}.", messages.SUCCESS)
        return redirect("admin:referrals_enquiry_changelist")

    def require_change(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


def details(enquiry: Enquiry) -> list[tuple[str, Any]]:
    """Label and value of what was sent, in the order staff read it."""
    sender = [
        ("From", enquiry.sender_name),
        ("Telephone", enquiry.sender_phone),
        ("Email", enquiry.sender_email),
    ]
    if enquiry.kind == Enquiry.Kind.MESSAGE:
        message = enquiry.message
        return [*sender, ("About", message.get_topic_display()), ("Message", message.text)]
    referral = enquiry.referral
    flags = [RED_FLAG_NAMES.get(flag, flag) for flag in referral.red_flags]
    return [
        ("Patient", f"{referral.patient_given_names} {referral.patient_family_name}"),
        ("Date of birth", referral.patient_birth_date),
        ("Patient’s telephone", referral.patient_phone),
        ("Medicare number", referral.medicare_number),
        ("Red flags", "; ".join(flags)),
        ("Urgency", referral.get_urgency_display()),
        ("Reason and question", referral.reason),
        *sender,
        ("Practice", referral.practice_name),
        ("Provider number", referral.provider_number),
        ("Signed", f"Electronically signed by {referral.signed_name}"),
        ("Signed at", referral.signed_at),
    ]


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    """Every mail and what became of it."""

    list_display = ["kind", "enquiry", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = ["state", "kind"]
    list_select_related = ["enquiry"]
    show_full_result_count = False
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessLog)
class AccessLogAdmin(NotificationAdmin):
    """Who read what, and when."""

    list_display = ["at", "by", "action", "reference"]
    list_filter = ["action"]
    list_select_related = ["by"]
    search_fields = ["reference__exact"]
    fields = ["at", "by", "action", "reference"]
