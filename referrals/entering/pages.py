"""The staff pages to enter a referral or a message, and to correct or add to an enquiry.

What is refused comes back with all that was typed, and what is wrong stands beside its field.
"""

import logging
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from clinic_site.web.rows import row_or_404
from referrals.conversation.showing import unused
from referrals.entering import adding, correcting, sending_again
from referrals.entering.correct_form import CorrectForm
from referrals.entering.entry import CHANGE, EnteredBefore, enter
from referrals.entering.forms import LONGEST_NOTE, EntryForm, MessageEntryForm
from referrals.entering.from_letter import FILLED_IN, ReferralWithLetter
from referrals.files import uploads
from referrals.files.receiving import EveryFile, received_files
from referrals.files.size_limits import TAKEN_IN_WORDS
from referrals.files.uploads import Files
from referrals.from_letter.held import read_held, said_by_removed
from referrals.from_letter.in_form import FROM_LETTER
from referrals.inspecting.sniffing import ACCEPTED_ENDINGS
from referrals.intake.submitting import FormErased
from referrals.models import Enquiry, Event
from referrals.references import new_form_key, read_form_key
from referrals.workflow import verbs
from referrals.workflow.verbs import CannotMove

logger = logging.getLogger(__name__)
TEMPLATES = "admin/referrals/entering"
NO_STORE = "We could not store the file: the disk took none. All else is still here. Try again."
GONE = "We no longer hold one of the files. Please attach it again."
ERASED = "What this form brought before was erased. Press once more to enter it as a new one."


class EnteringPages:
    """Mixed into the enquiry's ModelAdmin, above its actions."""

    admin_site: Any
    opts: Any
    message_user: Any

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "referrals_enquiry"
        return [
            path("enter/", wrap(self.enter_referral), name=f"{name}_enter"),
            path("enter-message/", wrap(self.enter_message), name=f"{name}_enter_message"),
            path("<int:pk>/slip/", wrap(self.slip), name=f"{name}_slip"),
            path("<int:pk>/correct/", wrap(self.correct), name=f"{name}_correct"),
            path("<int:pk>/attach/", wrap(self.attach), name=f"{name}_attach"),
            path("<int:pk>/note/", wrap(self.add_note), name=f"{name}_note"),
            path("<int:pk>/send-again/", wrap(self.send_again), name=f"{name}_send_again"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def page(self, request: HttpRequest, enquiry: Enquiry, **extra: Any) -> TemplateResponse:
        """The page of an enquiry, with the address that its mail may be sent to again."""
        response = super().page(request, enquiry, **extra)  # type: ignore[misc]
        shown: dict[str, Any] = response.context_data
        corrected = any(e.kind == Event.Kind.DETAILS_CORRECTED for e in shown["events"])
        shown["send_again_to"] = sending_again.address_to_send_again(
            enquiry, shown["notifications"], was_corrected=corrected
        )
        return cast(TemplateResponse, response)

    # --- A new one -------------------------------------------------------------------------

    def enter_referral(self, request: HttpRequest) -> HttpResponse:
        self.require_right(request)
        if request.method != "POST":
            return self.entry_page(request, ReferralWithLetter(), new_form_key())
        post, key = request.POST, self.key_of(request.POST)
        taken_away = said_by_removed(read_form_key(key) or "", post.getlist("remove"))
        held, status = self.held(request, key)
        read_held(held.kept)
        form = ReferralWithLetter(post, held=held)
        form.empty_left_over(post.getlist(FROM_LETTER), taken_away)
        if not form.is_valid() and (filled := form.filled()):
            return self.entry_page(request, filled, key, status=422, notice=FILLED_IN)
        return self.take(request, form, key, status=status)

    def enter_message(self, request: HttpRequest) -> HttpResponse:
        self.require_right(request)
        if request.method != "POST":
            return self.entry_page(request, MessageEntryForm(), new_form_key())
        return self.take(request, MessageEntryForm(request.POST), self.key_of(request.POST))

    def take(
        self, request: HttpRequest, form: EntryForm, signed: str, *, status: int = 422
    ) -> HttpResponse:
        """Store what says all it must, else show the form again."""
        if not form.is_valid() or form.must_check():
            return self.entry_page(request, form, signed, status=status)
        by: Any = request.user
        held = getattr(form, "held", None)
        try:
            stored = enter(
                new_enquiry=form.enquiry(),
                form_key=read_form_key(signed) or "",
                way_in=form.way_in(),
                received_at=form.cleaned_data["received_at"],
                mail_receipt=form.cleaned_data.get("mail_receipt", False),
                attachments=held.kept if held else [],
                by=by,
            )
        except EnteredBefore as before:
            return self.entered_before(request, form, before.first)
        except FormErased:
            return self.begin_anew(request, form, ERASED)
        except uploads.FileGone:
            self.let_go(form)
            return self.entry_page(request, form, signed, status=422)
        except CannotMove as problem:
            form.add_error("received_time", str(problem))
            return self.entry_page(request, form, signed, status=422)
        self.say_entered(request, stored)
        return redirect(stored.get_admin_url())

    def say_entered(self, request: HttpRequest, stored: Enquiry) -> None:
        slip = reverse("admin:referrals_enquiry_slip", args=[stored.pk])
        words = (
            "Entered as {}. Write this reference on the paper, or <a href='{}'>print a slip</a>."
        )
        self.message_user(request, format_html(words, stored.reference, slip), messages.SUCCESS)
        if stored.kind == Enquiry.Kind.REFERRAL and stored.is_red_flagged:
            self.message_user(request, RING_NOW, messages.WARNING)

    def entered_before(self, request: HttpRequest, form: EntryForm, first: Enquiry) -> HttpResponse:
        words = format_html(
            "You entered this form already, as <a href='{}'>{}</a>. Is this one more? Attach its"
            " scan and press once more. Only a slip? Open the first one and press “Correct”.",
            first.get_admin_url(),
            first.reference,
        )
        return self.begin_anew(request, form, words)

    def begin_anew(self, request: HttpRequest, form: EntryForm, notice: str) -> HttpResponse:
        """The same words under a new key."""
        if isinstance(form, ReferralWithLetter):
            form.without_files()
        return self.entry_page(request, form, new_form_key(), status=409, notice=notice)

    def let_go(self, form: EntryForm) -> None:
        if isinstance(form, ReferralWithLetter):
            form.held.kept = [file for file in form.held.kept if uploads.is_at_hand(file)]
            form.add_error("letter", GONE)

    def entry_page(
        self,
        request: HttpRequest,
        form: EntryForm,
        signed: str,
        *,
        status: int = 200,
        notice: str = "",
    ) -> HttpResponse:
        is_referral = isinstance(form, ReferralWithLetter)
        if isinstance(form, ReferralWithLetter):
            form.mark_posted()
        title = "Enter a referral" if is_referral else "Enter a message"
        template = "enter.html"
        context = {"form": form, "form_key": signed, "notice": notice, "is_referral": is_referral}
        return self.show(request, template, title, status, **context)

    def slip(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A sheet with the reference, to lie on the paper. It names nobody."""
        self.require_right(request)
        shown = Enquiry.objects.only("reference", "kind", "way_in", "received_at")
        enquiry = row_or_404(shown, pk)
        return self.show(request, "slip.html", f"Slip {enquiry.reference}", enquiry=enquiry)

    # --- One that is there -----------------------------------------------------------------

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        enquiry = self.opened(request, pk)
        if enquiry is None:
            return redirect("admin:referrals_enquiry_change", pk)
        now = correcting.details_of(enquiry)
        if request.method != "POST":
            return self.correct_page(request, enquiry, CorrectForm(now), correcting.mark_of(now))
        seen, form = request.POST.get("seen", ""), CorrectForm(now, request.POST)
        if not form.is_valid() or form.must_check():
            return self.correct_page(request, enquiry, form, seen, status=422)
        by: Any = request.user
        typed = {"right": form.details(), "reason": form.cleaned_data["reason"]}
        hers = correcting.touched(typed["right"], before=now, seen=seen)
        was_flagged = enquiry.is_red_flagged
        try:
            stored = correcting.correct(enquiry=enquiry, seen=seen, by=by, **typed)
        except correcting.BothChanged as problem:
            return self.both_changed(request, enquiry, form, problem)
        except CannotMove as problem:
            column = getattr(problem, "column", "reason")
            form.add_error(form.field_of(column), str(problem))
            return self.correct_page(request, enquiry, form, seen, status=422)
        words = "Corrected. The old words stay in the timeline." if hers else NOTHING_DIFFERS
        words += HELD_BACK if "sender_email" in hers else ""
        self.message_user(request, words, messages.SUCCESS)
        if stored.is_red_flagged != was_flagged:
            self.say_what_flag_asks(request, stored)
        return redirect(enquiry.get_admin_url())

    def say_what_flag_asks(self, request: HttpRequest, stored: Enquiry) -> None:
        """Of a red flag that was found, or taken back."""
        if stored.is_red_flagged:
            self.message_user(request, RING_NOW, messages.WARNING)
        elif correcting.may_have_heard(stored):
            self.message_user(request, WAS_A_SLIP, messages.WARNING)

    def both_changed(
        self,
        request: HttpRequest,
        enquiry: Enquiry,
        form: CorrectForm,
        problem: correcting.BothChanged,
    ) -> HttpResponse:
        """What she typed over what stands there now; where a colleague was faster, both beside."""
        now = correcting.details_of(Enquiry.objects.get(pk=enquiry.pk))
        seen = request.POST.get("seen", "")
        merged = form.over(now, hers=correcting.touched(form.details(), before=now, seen=seen))
        for name in problem.columns:
            merged.show_both(name, theirs=correcting.shown_of(name, now[name]))
        mark, words = correcting.mark_of(now), str(problem)
        return self.correct_page(request, enquiry, merged, mark, status=409, notice=words)

    def correct_page(
        self,
        request: HttpRequest,
        enquiry: Enquiry,
        form: CorrectForm,
        seen: str,
        *,
        status: int = 200,
        notice: str = "",
    ) -> HttpResponse:
        context = {"enquiry": enquiry, "form": form, "seen": seen, "notice": notice}
        context["unused"] = unused(enquiry, list(enquiry.answers_back.all()))
        return self.show(request, "correct.html", "Correct the details", status, **context)

    def attach(self, request: HttpRequest, pk: int) -> HttpResponse:
        enquiry = self.opened(request, pk)
        if enquiry is None:
            return redirect("admin:referrals_enquiry_change", pk)
        if request.method != "POST":
            return self.attach_page(request, enquiry, Files(), new_form_key())
        key = self.key_of(request.POST)
        held, status = self.held(request, key, enquiry=enquiry)
        if held.problems or not held.kept:
            held.problems = held.problems or ["Choose a file first."]
            return self.attach_page(request, enquiry, held, key, status=status)
        by: Any = request.user
        digits = read_form_key(key) or ""
        try:
            new = adding.attach(enquiry=enquiry, attachments=held.kept, form_key=digits, by=by)
        except uploads.FileGone:
            held.kept = [file for file in held.kept if uploads.is_at_hand(file)]
            held.problems.append(GONE)
            return self.attach_page(request, enquiry, held, key, status=422)
        words = f"Attached: {len(new)}." if new else "It has this file already."
        self.message_user(request, words, messages.SUCCESS)
        return redirect(f"{enquiry.get_admin_url()}#files")

    def attach_page(
        self, request: HttpRequest, enquiry: Enquiry, held: Files, signed: str, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "enquiry": enquiry,
            "held": held,
            "form_key": signed,
            "file_kinds": TAKEN_IN_WORDS,
            "accept": ",".join(ACCEPTED_ENDINGS),
        }
        return self.show(request, "attach.html", "Attach a file", status, **context)

    def add_note(self, request: HttpRequest, pk: int) -> HttpResponse:
        enquiry = self.opened(request, pk)
        if enquiry is None:
            return redirect("admin:referrals_enquiry_change", pk)
        typed, problem = request.POST.get("note", ""), ""
        if request.method == "POST":
            by: Any = request.user
            try:
                self.refuse_too_long(typed)
                adding.add_note(enquiry=enquiry, note=typed, by=by)
            except CannotMove as refusal:
                problem = str(refusal)
            else:
                self.message_user(request, "Your note stands in the timeline.", messages.SUCCESS)
                return redirect(f"{enquiry.get_admin_url()}#timeline")
        context = {"enquiry": enquiry, "typed": typed, "problem": problem}
        title, status = "A note to colleagues", 422 if problem else 200
        return self.show(request, "note.html", title, status, **context)

    def refuse_too_long(self, typed: str) -> None:
        if len(typed) > LONGEST_NOTE:
            more = len(typed) - LONGEST_NOTE
            raise CannotMove(f"This is {more:,} characters too long. All you typed is still here.")

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            raise PermissionDenied
        self.require_right(request)
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        by: Any = request.user
        try:
            sent = sending_again.send_again(enquiry=enquiry, by=by)
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.ERROR)
        else:
            self.message_user(request, f"On their way: {len(sent)}.", messages.SUCCESS)
        return redirect(f"{enquiry.get_admin_url()}#mail")

    # --- What all of them need -------------------------------------------------------------

    def require_right(self, request: HttpRequest) -> None:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied

    def opened(self, request: HttpRequest, pk: int) -> Enquiry | None:
        """The enquiry, whose reading is noted before anything of it is shown; None where nobody has
        opened it yet, which is done on its own page."""
        self.require_right(request)
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        if enquiry.opened_at is None:
            return None
        by: Any = request.user
        return verbs.open_(enquiry=enquiry, by=by)

    def key_of(self, post: QueryDict) -> str:
        signed = post.get("form_key", "")
        return signed if read_form_key(signed) else new_form_key()

    def held(
        self, request: HttpRequest, signed: str, *, enquiry: Enquiry | None = None
    ) -> tuple[Files, int]:
        """The files that came now and before, and the status of a page that shows them again.

        They are the rooms' own, so no network is counted. A disk that takes none loses no word.
        """
        handler = request.upload_handlers[0]
        received = received_files(request.FILES)
        own = set(map(str, enquiry.attachments.values_list("pk", flat=True))) if enquiry else set()
        facts: dict[str, Any] = {
            "form_key": read_form_key(signed) or "",
            "kept": [pk for pk in request.POST.getlist("kept") if pk not in own],
            "removed": request.POST.getlist("remove"),
        }
        try:
            named = handler.named if isinstance(handler, EveryFile) else 0
            return uploads.gather(received=received, declared=named, **facts), 422
        except OSError as error:
            logger.error("a file could not be stored", exc_info=error)
            files = uploads.gather(received=[], **facts)
            files.problems.append(NO_STORE)
            return files, 507

    def show(
        self, request: HttpRequest, template: str, title: str, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **more,
        }
        response = TemplateResponse(request, f"{TEMPLATES}/{template}", context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


RING_NOW = "It names an emergency sign: ring the patient or the doctor now."
WAS_A_SLIP = (
    "A mail about the red flag may have gone out. Tell your colleagues and the doctor that it was a"
    " slip: “Who was told” says to whom."
)
HELD_BACK = (
    " Mail that had not gone to the old address is held back: look under “Who was told” to send"
    " it to the new one."
)
NOTHING_DIFFERS = "Nothing differs from what stood there, so nothing has changed."
