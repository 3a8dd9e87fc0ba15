"""The referral form for a pen, made from the full form, so that the two never drift apart."""

from typing import NamedTuple

from django import forms

from referrals.referral_forms import FullReferralForm


class PaperField(NamedTuple):
    """One question on paper: boxes to tick, or so many lines to write on."""

    label: str
    hint: str
    choices: list[str]
    lines: range


# Label and hint where those of the screen would be wrong for a pen.
ON_PAPER = {
    "email": ("Your email", ""),
    "referral_date": ("Date of the referral", ""),
    "signed": ("The patient agrees", ""),
}


def paper_groups() -> list[tuple[str, list[PaperField]]]:
    """The full form's groups for a pen. Files and hidden fields have no place on paper."""
    form = FullReferralForm()
    return [
        (legend, [paper_field(name, form.fields[name]) for name in names if name != "letter"])
        for legend, names in form.groups
    ]


def paper_field(name: str, field: forms.Field) -> PaperField:
    label, hint = ON_PAPER.get(name, (str(field.label), str(field.help_text)))
    if isinstance(field, forms.BooleanField):
        return PaperField("", hint, [label], range(0))
    choices = [str(words) for value, words in getattr(field, "choices", []) if value]
    rows = int(field.widget.attrs.get("rows", 1))
    return PaperField(label, hint, choices, range(0 if choices else rows))
