"""What the front page of the staff site says about the inbox and about mail."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from referrals.file_health import files_not_inspected, virus_scanner
from referrals.health import mail_process, undelivered_mail
from referrals.inbox import waiting_counts


def mail_panel(request: HttpRequest) -> str:
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    context: dict[str, Any] = {
        **waiting_counts(),
        "undelivered": undelivered_mail(),
        "mail_process": mail_process(),
        "inspection": files_not_inspected(),
        "scanner": virus_scanner(),
        "mail_is_files": settings.MAIL_IS_FILES,
        "mail_dir": settings.MAIL_DIR,
    }
    return render_to_string("admin/panels/mail.html", context, request=request)
