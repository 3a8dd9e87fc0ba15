"""The public forms and their receipts. Never cached, never with a patient in the address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.models import Clinic
from referrals.forms import MessageForm, PublicForm, ReferralForm
from referrals.models import Enquiry
from referrals.references import receipt_token, token_hash
from referrals.submitting import submit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    return show_form(request, form_class=MessageForm, template="referrals/contact.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    return show_form(request, form_class=ReferralForm, template="referrals/refer.html")


def show_form(request: HttpRequest, *, form_class: type[PublicForm], template: str) -> HttpResponse:
    """Show the form; store what a valid one says, then lead to its receipt."""
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if form.is_bound and form.is_valid():
        enquiry = submit(enquiry=form.enquiry(), form_key=form.form_key_digits())
        return redirect("referrals:receipt", token=receipt_token(enquiry.form_key))
    context = {"form": form, "clinic": Clinic.current()}
    return render(request, template, context, status=422 if form.errors else 200)


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What a sender keeps: the reference, when it came, what happens next."""
    enquiry = Enquiry.objects.filter(receipt_token_hash=token_hash(token)).first()
    if enquiry is None:
        raise Http404
    context = {"enquiry": enquiry, "clinic": Clinic.current()}
    response = render(request, "referrals/receipt.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
