"""The form of a passage: its words are typed and cleaned as those of a page are."""

from typing import Any

from django import forms

from conditions.blocks.care_card import CareCard
from conditions.blocks.passage import CLEANED_AS
from conditions.blocks.prose import Prose
from conditions.blocks.rich_text import cleaned_for
from conditions.models import Passage


class PassageForm(forms.ModelForm):
    html = Prose._meta.get_field("html").formfield(label="Words")

    class Meta:
        model = Passage
        fields = ["name", "slug", "shape", "level", "heading", "html", "instructs"]

    def clean(self) -> dict[str, Any]:
        """A care card has no headings among its signs: they become paragraphs before it is saved,
        so that what is shown is what was seen here."""
        data = super().clean() or {}
        kind = CLEANED_AS.get(data.get("shape", ""), CareCard)
        if data.get("html"):
            data["html"] = cleaned_for(kind._meta.get_field("html"), data["html"])
        return data
