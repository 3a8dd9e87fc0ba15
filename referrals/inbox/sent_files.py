"""Staff get files out of the site: parts of the admin of an enquiry.

A file that could do something is shown as a harmless copy; the original stays behind a page that
says what is in it. What cannot be given now is said in words, with what to do.
"""

import logging
from pathlib import PurePath
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header

from clinic_site.storing.away import StoreAway
from clinic_site.web.headers import UPLOAD_POLICY
from clinic_site.web.rows import row_or_404
from referrals.access_log import Action, note_access
from referrals.files import proving, records, uploads
from referrals.inbox.arriving import is_press_of_ours
from referrals.inspecting import bounded
from referrals.inspecting.findings import for_staff
from referrals.models import Attachment, Enquiry
from referrals.workflow import verbs

logger = logging.getLogger(__name__)


class FilesOfEnquiry(admin.ModelAdmin):
    """Adds downloads and the record to the admin of an enquiry."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/record.pdf", wrap(self.record), name="referrals_enquiry_record"),
            path("<int:pk>/files/<uuid:file>/", wrap(self.file), name="referrals_enquiry_file"),
            path(
                "<int:pk>/files/<uuid:file>/original/",
                wrap(self.original),
                name="referrals_enquiry_original",
            ),
            *super().get_urls(),
        ]

    def get_for(self, request: HttpRequest, pk: int) -> Enquiry:
        """The enquiry, for those who may read it; says no before it says whether it exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return row_or_404(Enquiry.objects.all(), pk)

    def pressed(self, request: HttpRequest, enquiry: Enquiry, **more: Any) -> HttpResponse | None:
        """A page with a button for whoever did not press one of ours: a link of another site would
        save patients' letters on her disk, in her name."""
        if request.method == "POST" or is_press_of_ours(request):
            return None
        return self.tell(request, enquiry, "press_to_save", title="Press to save it", **more)

    def note_reading(self, request: HttpRequest, enquiry: Enquiry, action: str) -> None:
        """Before it leaves. Whoever has all that was written has opened the enquiry."""
        by: Any = request.user
        note_access(references=[enquiry.reference], by=by, action=action)
        if enquiry.opened_at is None:
            verbs.open_(enquiry=enquiry, by=by)

    def record(self, request: HttpRequest, pk: int) -> HttpResponse:
        enquiry = self.get_for(request, pk)
        if asked := self.pressed(request, enquiry):
            return asked
        try:
            content = records.record_pdf(enquiry=enquiry)
        except bounded.Busy:
            return self.tell(request, enquiry, "busy", title="The PDF is being made", status=503)
        except (bounded.TookTooLong, bounded.Failed):
            logger.error("no record of %s could be made", enquiry.reference)
            title = "The PDF could not be made"
            return self.tell(request, enquiry, "no_record", title=title, status=503)
        except records.PdfUnavailable as problem:
            self.message_user(request, f"No PDF on this server yet. {problem}", messages.ERROR)
            return redirect(enquiry.get_admin_url())
        self.note_reading(request, enquiry, "record")
        return as_download(content, "application/pdf", records.record_name(enquiry))

    def file(self, request: HttpRequest, pk: int, file: Any) -> HttpResponse:
        """One file: as it was sent, or as a harmless copy. A suspicious one only by a button that
        says what it is; one that is not inspected yet by none."""
        enquiry = self.get_for(request, pk)
        attachment = get_object_or_404(Attachment, pk=file, enquiry=enquiry)
        if attachment.state == Attachment.State.QUARANTINED and request.method != "POST":
            raise PermissionDenied
        if asked := self.pressed(request, enquiry):
            return asked
        if attachment.state == Attachment.State.COPY:
            return self.harmless_copy(request, enquiry, attachment)
        return self.as_sent(request, enquiry, attachment, action="download")

    def original(self, request: HttpRequest, pk: int, file: Any) -> HttpResponse:
        """A page that warns, and a button behind which the file lies as it was sent."""
        enquiry = self.get_for(request, pk)
        attachment = get_object_or_404(Attachment, pk=file, enquiry=enquiry)
        if request.method == "POST":
            return self.as_sent(request, enquiry, attachment, action="original")
        title = "Before you save the original"
        return self.tell(request, enquiry, "original", title=title, attachment=attachment)

    def as_sent(
        self, request: HttpRequest, enquiry: Enquiry, attachment: Attachment, *, action: str
    ) -> HttpResponse:
        if attachment.state == Attachment.State.WAITING:
            title = "Not inspected yet"
            return self.tell(
                request, enquiry, "waiting", title=title, attachment=attachment, status=409
            )
        try:
            content = uploads.read_sent_file(attachment)
        except proving.LOST:
            return self.file_lost(request, enquiry, attachment)
        self.note_reading(request, enquiry, action)
        return as_download(content, "application/octet-stream", attachment.name)

    def harmless_copy(
        self, request: HttpRequest, enquiry: Enquiry, attachment: Attachment
    ) -> HttpResponse:
        try:
            content, _ = records.as_pages(attachment)
        except bounded.Busy:
            return self.tell(request, enquiry, "busy", title="The copy is being made", status=503)
        except records.StaysApart as reason:
            if reason.code == "missing":
                return self.file_lost(request, enquiry, attachment)
            title = "No copy of this file"
            return self.tell(
                request, enquiry, "no_copy", title=title, attachment=attachment, status=404
            )
        self.note_reading(request, enquiry, "copy")
        name = f"{PurePath(attachment.name).stem} (harmless copy).pdf"
        return as_download(content, "application/pdf", name)

    def tell(
        self, request: HttpRequest, enquiry: Enquiry, kind: str, *, title: str, **more: Any
    ) -> HttpResponse:
        """A page that says why there is no file, and what to do."""
        attachment = more.get("attachment")
        if attachment:  # its name, as the sender wrote it, may name the patient
            self.note_file_page(request, enquiry)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "enquiry": enquiry,
            "file": attachment,
            "kind": kind,
            "why": for_staff(attachment.suspicions) if attachment else [],
        }
        status = more.get("status", 200)
        template = "admin/referrals/enquiry/no_file.html"
        response = TemplateResponse(request, template, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def note_file_page(self, request: HttpRequest, enquiry: Enquiry) -> None:
        by: Any = request.user
        note_access(references=[enquiry.reference], by=by, action=Action.FILE_PAGE)

    def file_lost(
        self, request: HttpRequest, enquiry: Enquiry, attachment: Attachment
    ) -> HttpResponse:
        """Say what is wrong and whom to ask for the file, and write it down."""
        lost = lost_file(attachment)
        self.note_file_page(request, enquiry)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "This file cannot be opened",
            "enquiry": enquiry,
            "lost": lost,
            "position": attachment.position,
        }
        template = "admin/referrals/enquiry/file_lost.html"
        status = 503 if lost.problem == proving.AWAY else 410
        return TemplateResponse(request, template, context, status=status)


def lost_file(attachment: Attachment) -> proving.Lost:
    try:
        problem = proving.prove(attachment)
    except StoreAway:
        return proving.Lost(proving.AWAY, None)
    return proving.Lost(problem, attachment.proof.since)


def as_download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Saved, never shown in the browser, and powerless if it is shown after all."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = UPLOAD_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
