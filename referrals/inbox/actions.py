"""The page of an enquiry, and what its buttons do: each calls one verb of the workflow."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html

from clinic_site.counting import count
from clinic_site.sign_in.gate import confirmed_lately
from clinic_site.web.rows import row_or_404
from referrals.access_log import SEE_LOG, Action, note_access, readers_of
from referrals.hands.panel import hands_panel
from referrals.hands.people import colleagues
from referrals.hands.verbs import note_looked_at
from referrals.inbox import buttons, enquiry_page
from referrals.inbox.arriving import has_looked, is_meant
from referrals.inbox.buttons import VerbForm
from referrals.inbox.clocks import clock_of_status
from referrals.inbox.closed_days import why_closed
from referrals.inbox.rows import Others, others_of
from referrals.letters.showing import letters
from referrals.mail import outbox
from referrals.models import Enquiry, Notification
from referrals.states.keeping import ERASE, erasure_asked_for, hold_on
from referrals.states.lookups import state_of
from referrals.workflow import news, patient_news, verbs
from referrals.workflow.verbs import CannotMove

TEST_MESSAGES_AN_HOUR = 6
TOO_LATE_TO_UNDO = (
    "Too late for Undo: {why}, so nothing is changed yet. Under “More” stands “Open again”. {then}"
)
NOTHING_WAITS = "Nothing else waits for you."
LETTER = ["admin/referrals/enquiry/letter.html", "admin/referrals/enquiry/no_letter.html"]


def too_late_to_undo(enquiry: Enquiry) -> str:
    """An email that was refused, or held back by a correction, has not gone out."""
    why = "the email has gone out" if news.told(enquiry) else "no email waits any more"
    return TOO_LATE_TO_UNDO.format(why=why, then=patient_news.all_if_reopened(enquiry)).strip()


class EnquiryActions:
    """Mixed into the enquiry's ModelAdmin."""

    admin_site: Any
    opts: Any
    message_user: Any
    has_view_permission: Any
    has_change_permission: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("test-message/", wrap(self.send_test), name="referrals_enquiry_test"),
            path("<int:pk>/open/", wrap(self.open_it), name="referrals_enquiry_open"),
            path("<int:pk>/retry-mail/", wrap(self.retry_mail), name="referrals_enquiry_retry"),
            path("<int:pk>/do/<str:name>/", wrap(self.press), name="referrals_enquiry_do"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one enquiry. Opening it is noted in the timeline and in the access log.

        What nobody has read yet opens by a press on a page of ours, not by a link from elsewhere.
        """
        enquiry = row_or_404(enquiry_page.whole(), object_id)
        if not self.has_view_permission(request, enquiry):
            raise PermissionDenied
        if enquiry.opened_at is None and not is_meant(request, enquiry):
            return self.ask_for_press(request, enquiry)
        beside = others_of(enquiry)
        by: Any = request.user
        verbs.open_(enquiry=enquiry, by=by, beside=sorted(beside.references))
        if has_looked(request, enquiry):
            note_looked_at(enquiry=enquiry)
        return self.page(request, enquiry, beside=beside)

    def ask_for_press(self, request: HttpRequest, enquiry: Enquiry) -> TemplateResponse:
        """A page with nothing of a person on it, no more than a line of the inbox."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{enquiry.called} {enquiry.reference}",
            "enquiry": enquiry,
        }
        return TemplateResponse(request, "admin/referrals/enquiry/press_to_open.html", context)

    def open_it(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The press on that page. A second one, or a colleague's, changes nothing more."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        if request.method == "POST":
            verbs.open_(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]
        return redirect(enquiry.get_admin_url())

    def page(
        self,
        request: HttpRequest,
        enquiry: Enquiry,
        *,
        beside: Others | None = None,
        **extra: Any,
    ) -> TemplateResponse:
        """The page itself; `extra` brings back what was typed where a button was refused. `beside`
        are the others that it names, where they stand in the log already."""
        by: Any = request.user
        beside = beside or self.noted_others(enquiry, by=by)
        events, mails = enquiry_page.read_once(enquiry)
        people = list(colleagues())
        may_change = self.has_change_permission(request, enquiry)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{enquiry.called} {enquiry.reference}",
            "enquiry": enquiry,
            "state": state_of(enquiry),
            "status_words": enquiry_page.status_words(enquiry),
            "head": enquiry_page.head(enquiry, reader=by, people=people),
            "letter": LETTER,
            "sections": enquiry_page.sections(enquiry),
            "files": (files := enquiry_page.files(enquiry)),
            "letters": letters(files),
            "events": events,
            "has_words": any(event.note for event in events),
            "notifications": mails,
            "truth": enquiry_page.mail_truth(enquiry, mails, events),
            "corrections": enquiry_page.corrections(events),
            "no_mail_to": enquiry_page.no_mail_to(enquiry),
            "refused_mail": enquiry_page.refused_mail(mails),
            "undelivered": enquiry_page.undelivered(mails),
            "spam_reasons": enquiry_page.spam_reasons(enquiry),
            "same": beside.same,
            "to_compare": beside.to_compare,
            "joined_to": beside.joined_to,
            "joined_here": beside.joined_here,
            "readers": readers_of(enquiry.reference) if by.has_perm(SEE_LOG) else None,
            "resend_of": beside.resend_of,
            "edited_resends": beside.edited_resends,
            "hold": hold_on(enquiry),
            "erasure": erasure_asked_for(enquiry),
            "may_erase": by.has_perm(ERASE),
            **self.bar(enquiry, by=by, may_change=may_change),
            "hands": extra.get("hands") or hands_panel(enquiry, reader=by, people=people),
            **extra,
        }
        return TemplateResponse(request, "admin/referrals/enquiry/change_form.html", context)

    def bar(self, enquiry: Enquiry, *, by: Any, may_change: bool) -> dict[str, Any]:
        """What can be done now, for the bar “What next?”."""
        drawn = buttons.drawn_buttons(enquiry, by=by) if may_change else []
        further = [one for one in drawn if not one.is_at_hand]
        return {
            "may_change": may_change,
            "waits_for_decision": enquiry.status in clock_of_status(),
            "at_hand": [one for one in drawn if one.is_at_hand],
            "further": further,
            "further_slugs": [one.slug for one in further],
            "outcomes": buttons.outcomes_of(enquiry),
            "seen": enquiry.status,
        }

    def noted_others(self, enquiry: Enquiry, *, by: User) -> Others:
        """To see that another referral is there is a look-up."""
        others = others_of(enquiry)
        note_access(references=sorted(others.references), by=by, action=Action.SEARCH)
        return others

    def press(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """A button was pressed. What is refused is said on the page, with what was typed."""
        self.require_change(request)
        button = buttons.button_of(name)
        if button is None:
            raise Http404
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        form = buttons.VerbForm(name, button, request.POST)
        if not form.is_valid():
            first = str(next(iter(form.errors.values()))[0])
            return self.refuse(request, enquiry, name, first, 422)
        if request.POST.get("seen", enquiry.status) != enquiry.status:
            now = enquiry.get_status_display()
            words = f"A colleague was faster: it is “{now}” now. Look at it once more."
            return self.refuse(request, enquiry, name, words, 409)
        if "undo" in request.POST and not news.not_begun(enquiry):
            return self.refuse(request, enquiry, name, too_late_to_undo(enquiry), 409)
        if (closed := why_closed(form)) and "all_the_same" not in request.POST:
            return self.refuse(request, enquiry, name, closed, 409, asks_all_the_same=True)
        may = request.user.has_perm(ERASE)
        if may and buttons.takes_a_fresh_code(name) and not confirmed_lately(request):
            words = "Nothing is done yet: type a new code first."
            return self.refuse(request, enquiry, name, words, 409, needs_code=True)
        return self.do(request, enquiry, form)

    def do(self, request: HttpRequest, enquiry: Enquiry, form: VerbForm) -> HttpResponse:
        try:
            getattr(verbs, form.name)(enquiry=enquiry, by=request.user, **form.typed())
        except CannotMove as problem:
            verbs.reread(enquiry)
            return self.refuse(request, enquiry, form.name, str(problem), 409)
        self.message_user(request, self.said_after(request, form, enquiry))
        return redirect(enquiry.get_admin_url())

    def said_after(self, request: HttpRequest, form: VerbForm, enquiry: Enquiry) -> str:
        """What was done, and which one to take up next."""
        done = buttons.after(form, enquiry)
        later = enquiry_page.next_to_do(enquiry, reader=request.user)  # type: ignore[arg-type]
        if later is None:
            return f"{done} {NOTHING_WAITS}"
        link = '{} <a href="{}">Next one to do: {}</a>'
        return format_html(link, done, later.get_admin_url(), later.reference)

    def refuse(
        self,
        request: HttpRequest,
        enquiry: Enquiry,
        name: str,
        problem: str,
        status: int,
        **more: Any,
    ) -> HttpResponse:
        verbs.open_(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]  # it is shown again
        typed = {key: request.POST.get(key, "") for key in ("note", "outcome", "booked_on")}
        self.message_user(request, problem, messages.ERROR)
        drawn = buttons.drawn_buttons(enquiry, by=request.user)  # type: ignore[arg-type]
        pressed = request.POST.get("drawn", "")
        its = [one.slug for one in drawn if one.name == name]
        refused = pressed if pressed in its else "".join(its[-1:])
        day = typed["booked_on"] and f"Day of the visit: {typed['booked_on']}"
        homeless = "" if its else "\n".join(filter(None, [typed["note"], day]))
        extra: dict[str, Any] = {
            "refused": refused,
            "problem": problem,
            "typed": typed,
            "homeless": homeless,
        }
        response = self.page(request, enquiry, **extra, **more)
        response.status_code = status
        return response

    def retry_mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_change(request)
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        retried = verbs.retry_mail(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, f"Mail put back in the queue: {len(retried)}.")
        return redirect(enquiry.get_admin_url())

    def send_test(self, request: HttpRequest) -> HttpResponse:
        self.require_change(request)
        if count(purpose="test message", source="all", at=timezone.now()) > TEST_MESSAGES_AN_HOUR:
            words = "Several test messages went out in this hour. Look in the mailbox, and wait."
            self.message_user(request, words, messages.WARNING)
            return redirect("admin:referrals_enquiry_changelist")
        queued = outbox.send_test()
        told = ", ".join(n.recipient for n in queued)
        self.message_user(request, f"A test message is on its way to {told}.", messages.SUCCESS)
        return redirect("admin:referrals_enquiry_changelist")

    def require_change(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


class MailActions:
    """What can be done with a mail, in the list of mails."""

    admin_site: Any
    message_user: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/retry/", wrap(self.retry), name="referrals_notification_retry"),
            path("<int:pk>/seen-to/", wrap(self.seen_to), name="referrals_notification_seen_to"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_be_retried"] = outbox.MAY_BE_RETRIED
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def mail(self, request: HttpRequest, pk: int) -> Notification:
        """The mail that a button was pressed for, without anything sealed."""
        if request.method != "POST" or not request.user.has_perm("referrals.change_enquiry"):
            raise PermissionDenied
        rows = Notification.objects.defer(*outbox.SEALED_FIELDS)
        return row_or_404(rows, pk)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        mail = self.mail(request, pk)
        if verbs.retry_one(notification=mail, by=request.user):  # type: ignore[arg-type]
            self.message_user(request, "This mail is first in the queue now.")
        else:
            self.message_user(request, "This mail was sent, or is on its way.", messages.WARNING)
        return self.back(mail)

    def seen_to(self, request: HttpRequest, pk: int) -> HttpResponse:
        mail = self.mail(request, pk)
        try:
            verbs.note_dead_mail(notification=mail, by=request.user)  # type: ignore[arg-type]
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.ERROR)
        else:
            self.message_user(request, "The site stops warning of this mail.")
        return self.back(mail)

    def back(self, mail: Notification) -> HttpResponse:
        if mail.enquiry_id:
            return redirect("admin:referrals_enquiry_change", mail.enquiry_id)
        return redirect("admin:referrals_notification_changelist")
