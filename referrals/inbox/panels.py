"""What the front page of the staff site says about the inbox, about mail and about files."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from clinic_site.database_identity import known_identity
from clinic_site.health import run_check
from clinic_site.models import Clinic
from clinic_site.storing.away import StoreAway
from referrals.files import keeping
from referrals.files.health import bad_files, files_not_inspected, virus_scanner
from referrals.files.shelf import is_shared
from referrals.inbox.lists import waiting_counts
from referrals.mail.health import files, mail_process, undelivered_mail
from referrals.mail.holding import held
from referrals.mail.outbox import refused
from referrals.models import Enquiry, Notification, Reconciliation

SHOWN_AT_MOST = 10
COUNTED_WITHIN = timedelta(days=2)


def mail_panel(request: HttpRequest) -> str:
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    context: dict[str, Any] = {
        **waiting_counts(reader=request.user.pk or 0),
        "undelivered": undelivered_mail(),
        "refused": refused_mail(),
        "mail_process": mail_process(),
        "held": held(),
        "inspection": files_not_inspected(),
        "scanner": virus_scanner(),
        "mail_is_files": settings.MAIL_IS_FILES and not settings.DEMO,
        "mail_dir": settings.MAIL_DIR,
    }
    return render_to_string("admin/panels/mail.html", context, request=request)


def files_panel(request: HttpRequest) -> str:
    """Whether every file is where it should be, and what to do where it is not."""
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    bad = bad_files()
    aside, clinic = files_aside(), Clinic.current()
    context: dict[str, Any] = {
        "bad": bad[:SHOWN_AT_MOST],
        "bad_count": len(bad),
        "files": files(),
        "disk": run_check("referrals.mail.health.disk"),
        "aside": summary(aside) if aside else None,
        "may_look_aside": request.user.has_perm(keeping.LOOK_ASIDE),
        "folder": "the object store" if is_shared() else settings.PRIVATE_ROOT,
        "is_shared": is_shared(),
        "identity": known_identity(),
        "fax": clinic.fax,
    }
    return render_to_string("admin/panels/files.html", context, request=request)


def files_aside() -> list[keeping.SetAside]:
    """None while a store is away: that stands on the panel in words of its own."""
    try:
        return keeping.files_aside()
    except StoreAway:
        return []


def ledger_panel(request: HttpRequest) -> str:
    """Whether all that came in is accounted for, as it was counted last."""
    if not request.user.has_perm("referrals.view_enquiry"):
        return ""
    last = Reconciliation.objects.first()
    context = {
        "last": last,
        "is_old": last is not None and last.at < timezone.now() - COUNTED_WITHIN,
        "differences": with_links(last.differences[:SHOWN_AT_MOST]) if last else [],
    }
    return render_to_string("admin/panels/ledger.html", context, request=request)


def with_links(differences: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Each with the key of its enquiry; none where the enquiry is gone."""
    references = [one["of"] for one in differences]
    keys = dict(Enquiry.objects.filter(reference__in=references).values_list("reference", "pk"))
    return [{**one, "enquiry": keys.get(one["of"])} for one in differences]


def summary(aside: list[keeping.SetAside]) -> dict[str, Any]:
    """How many were set aside, when they had come in, and when the first of them goes."""
    return {
        "count": len(aside),
        "oldest": min(one.stored for one in aside),
        "newest": max(one.stored for one in aside),
        "goes": min(one.goes for one in aside),
    }


def refused_mail() -> list[dict[str, Any]]:
    """Mails whose address was refused, newest first, without anything sealed."""
    rows = Notification.objects.filter(refused()).order_by("-created_at", "-pk")
    shown = rows.values("pk", "kind", "enquiry_id", "enquiry__reference")[:SHOWN_AT_MOST]
    return [{**row} for row in shown]
