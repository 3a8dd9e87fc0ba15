"""The box “Find” and its page: a part of the admin of an enquiry.

By POST only, so that no name and no number stands in an address or in a log.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from referrals import person_index
from referrals.access_log import NOBODY_FOUND, Action, note_access
from referrals.fields import BirthDateField, LineField
from referrals.finding.hits import Hit, hits_of
from referrals.finding.looking import FOUND_AT_MOST, Found, look, not_indexed
from referrals.finding.typed import Term, Typed, read
from referrals.models import PersonIndex, Tombstone

Field = PersonIndex.Field
WRITE_SOMETHING = (
    "Write at least one detail: a name, a date of birth, a telephone or Medicare number, or four"
    " signs of a reference."
)
ONE_BY_ONE = ["family_name", "birth_date", "phone", "medicare"]


class FindForm(forms.Form):
    """One box for everything; and four fields for whoever wants to say what is what."""

    q = LineField(label="Find", required=False, max_length=200)
    family_name = LineField(label="Family name", required=False, max_length=80)
    birth_date = BirthDateField(label="Date of birth", required=False)
    phone = LineField(label="Telephone", required=False, max_length=30)
    medicare = LineField(label="Medicare number", required=False, max_length=20)
    parts = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        typed = read(data["q"])
        if typed.problem:
            self.add_error("q", typed.problem)
        for term in self.one_by_one(data):
            typed.terms.append(term)
        if typed.is_empty() and not self.errors:
            raise forms.ValidationError(nothing_usable(typed))
        data["typed"] = typed
        return data

    def one_by_one(self, data: dict[str, Any]) -> list[Term]:
        terms = person_index.terms(
            family_name=data["family_name"],
            birth_date=data["birth_date"],
            phones=[data["phone"]],
            medicare=data["medicare"],
        )
        labels = {field.value: str(field.label).lower() for field in Field}
        shown = {
            Field.FAMILY_NAME.value: data["family_name"],
            Field.PHONE.value: data["phone"],
            Field.MEDICARE.value: data["medicare"],
        }
        return [
            Term(labels[name], shown.get(name, plain), [(name, plain), *also(name, plain)])
            for name, plain in terms
        ]

    def uses_fields(self) -> bool:
        return any(self.data.get(name) for name in ONE_BY_ONE)


def also(name: str, plain: str) -> list[tuple[str, str]]:
    """The telephone may be that of the practice."""
    return [(Field.SENDER_PHONE.value, plain)] if name == Field.PHONE else []


def nothing_usable(typed: Typed) -> str:
    if not typed.left_out:
        return WRITE_SOMETHING
    left_out = ", ".join(f"“{words}”" for words in typed.left_out)
    return f"We cannot look for {left_out} alone. {WRITE_SOMETHING}"


class FindsAnybody(admin.ModelAdmin):
    """Adds the page to the admin of an enquiry."""

    def get_urls(self) -> list[URLPattern]:
        find = self.admin_site.admin_view(self.find)
        return [path("find/", find, name="referrals_enquiry_find"), *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FindForm(request.POST if request.method == "POST" else None)
        more: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            more = self.found(request, form)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Find",
            "form": form,
            "is_find_page": True,
            "one_by_one": [form[name] for name in ONE_BY_ONE],
            "uses_fields": form.is_bound and form.uses_fields(),
            "at_most": FOUND_AT_MOST,
            **more,
        }
        template = "admin/referrals/enquiry/find.html"
        status = 422 if form.is_bound and form.errors else 200
        response = TemplateResponse(request, template, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def found(self, request: HttpRequest, form: FindForm) -> dict[str, Any]:
        """Looks, and notes the look-up before anything is shown."""
        typed: Typed = form.cleaned_data["typed"]
        found = look(typed, parts=form.cleaned_data["parts"])
        hits = hits_of(found.keys)
        by: Any = request.user
        note_access(
            references=[hit.reference for hit in hits] or [NOBODY_FOUND],
            by=by,
            action=Action.SEARCH,
            looked_for=typed.noted(),
        )
        return {
            "asked": True,
            "typed": typed,
            "hits": hits,
            "found": found,
            "may_read_parts": may_read_parts(typed, found, hits),
            "erased": [] if hits else erased(typed),
            "not_indexed": 0 if hits else not_indexed(),
        }


def may_read_parts(typed: Typed, found: Found, hits: list[Hit]) -> bool:
    """Whether the names were looked for whole only, as that found somebody."""
    return bool(hits and typed.names and not found.read_parts)


def erased(typed: Typed) -> list[str]:
    """References that were typed, of what is not kept any more."""
    found: list[str] = []
    for code in typed.whole_codes():
        stones = Tombstone.objects.filter(reference__endswith=f"-{code}")
        found += stones.values_list("reference", flat=True)
    return found
