"""Facts to be clinically reviewed, in the page editor: what is signed is only shown."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from conditions.editor.inlines import RowInline
from conditions.models import Page, ReviewFact
from conditions.publishing.clinicians import SIGN, may_sign


class FactForm(forms.ModelForm):
    """One fact. Says so where it was signed after the page was opened, and keeps what was typed."""

    class Meta:
        model = ReviewFact
        fields = ["text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_signed and "text" in self.fields:
            self.fields["text"].widget.attrs["readonly"] = True  # posted, so that it can be refused

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if not self.instance.is_signed:
            return text
        if text.split() != self.initial["text"].split():  # a browser writes line ends its own way
            raise ValidationError(
                "A clinician has signed this fact, so its words stay: "
                f"“{self.initial['text']}”. Put them back here, and add yours as a new fact."
            )
        return self.initial["text"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.is_signed and self.add_prefix(DELETION_FIELD_NAME) in self.data:
            raise ValidationError("A clinician has signed this fact, so it stays. Save once more.")
        return data

    def has_changed(self) -> bool:
        return not self.instance.is_signed and super().has_changed()


class FactFormSet(forms.BaseInlineFormSet):
    """Nothing to tick where a fact was signed; a forged tick does nothing but be refused."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.is_signed and DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].disabled = True


class ReviewFactInline(RowInline):
    """Facts that wait for a clinician; signed ones stay as they were signed."""

    model = ReviewFact
    form = FactForm
    formset = FactFormSet
    readonly_fields = ["signed_by", "signed_on"]

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """Whether a fact needs no review is for who may sign it."""
        return request.user.has_perm(SIGN) and may_sign(request.user)
