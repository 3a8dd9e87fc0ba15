"""“Was this page helpful?”: a small form of its own, so that no page of ours sets a cookie."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.models import Clinic
from clinic_site.page_cache.declaring import readable_by_all
from clinic_site.web.addresses import client_address
from conditions.feedback import answer, is_too_many
from conditions.models import Publication


class HelpfulForm(forms.Form):
    """Yes or no, and one sentence at most."""

    page = forms.ChoiceField(
        label="Which page?",
        error_messages={"required": "Choose the page.", "invalid_choice": "Choose the page."},
    )
    helpful = forms.ChoiceField(
        label="Was this page helpful?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    sentence = forms.CharField(
        label="What is missing or unclear?",
        required=False,
        max_length=200,
        help_text="One sentence. Please leave out names and details of your health.",
    )

    def __init__(self, *args: object, pages: list[Publication], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.pages = {page.get_absolute_url(): page for page in pages}
        choices = [(address, page.menu_title) for address, page in self.pages.items()]
        self.fields["page"].choices = [("", "Choose a page"), *choices]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        helper.layout = Layout("page", "helpful", "sentence")
        helper.add_input(Submit("", "Send"))
        return helper


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest) -> HttpResponse:
    """The form; its answer goes to staff."""
    pages = list(Publication.objects.live().select_related("page").order_by("section", "ordering"))
    asked = {"page": request.GET.get("page", "")}
    form = HelpfulForm(request.POST or None, pages=pages, initial=asked)
    if form.is_bound and form.is_valid():
        if is_too_many(address=client_address(request)):
            form.add_error(
                None, "Many answers came from your network. Please try again in an hour."
            )
            return show_form(request, form, status=429)
        data = form.cleaned_data
        answer(
            page=form.pages[data["page"]].page,
            helpful=data["helpful"] == "yes",
            sentence=data["sentence"],
        )
        return redirect("conditions:helpful_thanks")
    return show_form(request, form, status=422 if form.errors else 200)


def show_form(request: HttpRequest, form: HelpfulForm, *, status: int) -> HttpResponse:
    context = {"form": form, "clinic": Clinic.with_rooms()}
    response = render(request, "conditions/helpful.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@readable_by_all
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "conditions/helpful_thanks.html", {"clinic": Clinic.with_rooms()})
