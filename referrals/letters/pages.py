"""The addresses of a letter: each page as a picture and as a page to read, and its words.

Mixed into the admin of an enquiry. No picture without the right to see the enquiry, none before
somebody has opened it, and none without a row in the log of who read what.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from clinic_site.web.headers import UPLOAD_POLICY
from clinic_site.web.rows import row_or_404
from referrals.access_log import Action, note_once_an_hour
from referrals.files.records import StaysApart
from referrals.inspecting import bounded
from referrals.letters import drawing, showing
from referrals.letters.drawing import LARGE, SHEET, NoSuchPage
from referrals.models import Attachment, DrawnFile, Enquiry

BUSY = "busy"
MOST_PAGES = 20_000  # no file has more: numbers beyond are no page
IN_A_PICTURE = {
    BUSY: ("Others are being drawn just now.", "Press here in a moment to try again."),
    "not_opened": ("Nobody has opened this enquiry yet.", "Open it, and its letter is here."),
    "slow": ("This page took too long to draw.", "Press here to try again, or save the file."),
    "missing": ("This file cannot be opened here.", "The page of the enquiry says why."),
    "waiting": ("This file is not inspected yet.", "Open this page again in a minute."),
    "set_aside": ("This file was set aside.", "The page of the enquiry says why."),
}
NOT_DRAWN = ("This page could not be drawn.", "Press here to try again, or save the file.")
STATUS = {BUSY: 503, "slow": 503, "waiting": 409, "not_opened": 409, "missing": 410}


class LetterPages:
    """Adds the letter to the admin of an enquiry."""

    admin_site: Any
    opts: Any
    has_view_permission: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        here = "<int:pk>/letter/<uuid:file>"
        name = "referrals_enquiry_letter"
        return [
            path(f"{here}/<int:page>.webp", wrap(self.picture), name=f"{name}_picture"),
            path(f"{here}/<int:page>/", wrap(self.letter), name=name),
            path(f"{here}/words/", wrap(self.words), name=f"{name}_words"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def letter_for(self, request: HttpRequest, pk: int, file: Any) -> tuple[Enquiry, Attachment]:
        """For those who may read it; says no before it says whether it exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        return enquiry, get_object_or_404(Attachment, pk=file, enquiry=enquiry)

    def note_letter(self, request: HttpRequest, enquiry: Enquiry) -> None:
        """Before anything of it is shown; once an hour for a person and an enquiry."""
        by: Any = request.user
        note_once_an_hour(reference=enquiry.reference, by=by, action=Action.LETTER)

    def picture(self, request: HttpRequest, pk: int, file: Any, page: int) -> HttpResponse:
        """One page. What cannot be drawn is a picture too, with words of ours alone."""
        enquiry, attachment = self.letter_for(request, pk, file)
        if enquiry.opened_at is None:
            return words_as_picture("not_opened")
        across = LARGE if request.GET.get("size") == "large" else SHEET
        if not 1 <= page <= MOST_PAGES:
            raise Http404
        try:
            drawn = drawing.picture(attachment=attachment, page=page, across=across)
        except NoSuchPage:
            raise Http404 from None
        except bounded.Busy:
            return words_as_picture(BUSY)
        except StaysApart as reason:
            return words_as_picture(reason.code)
        self.note_letter(request, enquiry)
        return harmless(HttpResponse(drawn, content_type="image/webp"))

    def letter(self, request: HttpRequest, pk: int, file: Any, page: int) -> HttpResponse:
        """One page, large, with the way to the next. `?size=large` is to look closely."""
        enquiry, attachment = self.letter_for(request, pk, file)
        if enquiry.opened_at is None:
            return redirect(enquiry.get_admin_url())  # which asks for a press
        letter, is_busy = self.drawn_letter(attachment, enquiry)
        if page < 1 or (letter.pages and page > letter.pages):
            raise Http404
        self.note_letter(request, enquiry)
        context = {
            "letter": letter,
            "page": page,
            "before": page - 1,
            "after": page + 1 if page < letter.pages else 0,
            "is_large": request.GET.get("size") == "large",
            "is_busy": is_busy,
        }
        return self.page_of_letter(request, enquiry, "letter_page", context)

    def drawn_letter(self, file: Attachment, enquiry: Enquiry) -> tuple[showing.Letter, bool]:
        """Drawn anew where nobody knows its pages, or where that failed; and whether it waits."""
        known = DrawnFile.objects.filter(pk=file.pk, why="").first()
        is_busy, is_lost = False, False
        if known is None:
            try:
                drawing.draw(attachment=file)
            except bounded.Busy:
                is_busy = True
            except StaysApart as reason:
                is_lost = reason.code == "missing"
        files = list(enquiry.attachments.values_list("pk", flat=True))
        drawn = DrawnFile.objects.filter(pk=file.pk).first()
        number = files.index(file.pk) + 1
        letter = showing.letter_of(file, number, of=len(files), drawn=drawn, is_lost=is_lost)
        return letter, is_busy

    def words(self, request: HttpRequest, pk: int, file: Any) -> HttpResponse:
        """The words of a Word or RTF file, to copy and for whoever listens to the page."""
        enquiry, attachment = self.letter_for(request, pk, file)
        if enquiry.opened_at is None:
            return redirect(enquiry.get_admin_url())
        pages: list[str] = []
        is_busy = False
        try:
            pages = drawing.words(attachment=attachment)
        except bounded.Busy:
            is_busy = True
        except (StaysApart, NoSuchPage):
            pass
        letter, _ = self.drawn_letter(attachment, enquiry)
        self.note_letter(request, enquiry)
        context = {"letter": letter, "pages": pages, "is_busy": is_busy}
        return self.page_of_letter(request, enquiry, "letter_words", context)

    def page_of_letter(
        self, request: HttpRequest, enquiry: Enquiry, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "enquiry": enquiry,
            "title": f"Letter of {enquiry.reference}",
            **context,
        }
        name = f"admin/referrals/enquiry/{template}.html"
        response = TemplateResponse(request, name, whole)
        response.headers["Cache-Control"] = "no-store"
        return response


def words_as_picture(code: str) -> HttpResponse:
    """Says in place of a page why there is none. Nothing of a person is in it."""
    lines = IN_A_PICTURE.get(code, NOT_DRAWN)
    svg = render_to_string("admin/referrals/enquiry/letter_missing.svg", {"lines": lines})
    response = HttpResponse(svg, content_type="image/svg+xml", status=STATUS.get(code, 503))
    return harmless(response)


def harmless(response: HttpResponse) -> HttpResponse:
    """Kept nowhere, taken for nothing else, and powerless by itself."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = UPLOAD_POLICY
    response.headers["Content-Disposition"] = "inline"
    return response
