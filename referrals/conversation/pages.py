"""The staff side: the part of an enquiry's page that is about words, and the texts that recur."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from clinic_site.web.rows import row_or_404
from referrals.conversation import verbs
from referrals.conversation.showing import conversation_of
from referrals.conversation.texts import added, filled
from referrals.inbox import buttons
from referrals.models import Answer, Enquiry, ReplyTemplate
from referrals.workflow.verbs import CannotMove, open_

LINK_VERBS = {
    "off": (verbs.switch_off, "The link is off."),
    "new": (verbs.send_new_link, "A new link is on its way. The old one opens nothing."),
}


class ConversationPages:
    """Mixed into the enquiry's ModelAdmin, before its other actions."""

    admin_site: Any
    message_user: Any
    require_change: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/words/<str:name>/", wrap(self.put_words), name="referrals_enquiry_words"
            ),
            path(
                "answers/<int:answer>/<str:what>/", wrap(self.link), name="referrals_enquiry_link"
            ),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def page(self, request: HttpRequest, enquiry: Enquiry, **extra: Any) -> TemplateResponse:
        response: Any = super().page(request, enquiry, **extra)  # type: ignore[misc]
        response.context_data |= {  # after it, of what it has read
            "conversation": conversation_of(enquiry),
            "ticked_in_mail": "words_in_mail" in request.POST,
        }
        return cast(TemplateResponse, response)

    def put_words(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """A recurring text into the field of a step, below what stands there. Nothing is sent."""
        self.require_change(request)
        button = buttons.button_of(name)
        if button is None or not button.words:
            raise Http404
        enquiry = row_or_404(Enquiry.objects.all(), pk)
        open_(enquiry=enquiry, by=request.user)  # type: ignore[arg-type]  # it is shown again
        chosen = request.POST.get("recurring", "")
        found = ReplyTemplate.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        text = filled(found, enquiry) if found else ""
        typed = {"note": added(request.POST.get("note", ""), text), "outcome": ""}
        words = "Look through the words below, then press the button. Nothing is sent yet."
        problem = words if found else "Choose a text from the list first. Nothing is sent yet."
        self.message_user(request, problem, messages.INFO)
        shown = {"refused": name.strip("_"), "problem": "", "typed": typed, "words_put": problem}
        return self.page(request, enquiry, **shown)

    def link(self, request: HttpRequest, answer: int, what: str) -> HttpResponse:
        """Switch the link to our words off, or send a new one."""
        self.require_change(request)
        if what not in LINK_VERBS:
            raise Http404
        row = row_or_404(Answer.objects.select_related("enquiry"), answer)
        verb, done = LINK_VERBS[what]
        try:
            verb(answer=row, by=request.user)  # type: ignore[arg-type]
        except CannotMove as problem:
            self.message_user(request, str(problem), messages.ERROR)
        else:
            self.message_user(request, done)
        return redirect(row.enquiry.get_admin_url())


class ReplyTemplateAdmin(admin.ModelAdmin):
    """Texts that recur: staff change them as they like."""

    list_display = ["title", "step"]
    list_filter = ["step"]
    fields = ["title", "step", "text"]
    actions = None
