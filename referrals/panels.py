"""What the front page of the staff site says about the inbox and about mail."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from referrals.health import mail_process, undelivered_mail
from referrals.inbox import waiting_counts
from referrals.models import Notification
from referrals.notifications import refused

SHOWN_AT_MOST = 10


def mail_panel(request: HttpRequest) -> str:
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    context: dict[str, Any] = {
        **waiting_counts(),
        "undelivered": undelivered_mail(),
        "refused": refused_mail(),
        "mail_process": mail_process(),
        "mail_is_files": settings.MAIL_IS_FILES,
        "mail_dir": settings.MAIL_DIR,
    }
    return render_to_string("admin/panels/mail.html", context, request=request)


def refused_mail() -> list[dict[str, Any]]:
    """Mails whose address was refused, newest first, without anything sealed."""
    rows = Notification.objects.filter(refused()).order_by("-created_at", "-pk")
    return list(rows.values("pk", "kind", "enquiry_id", "enquiry__reference")[:SHOWN_AT_MOST])
