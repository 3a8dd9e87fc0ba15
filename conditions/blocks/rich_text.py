"""Rich text of a block: what an editor may use, and how it is cleaned."""

from functools import partial
from typing import Any

from django.db import models
from django_prose_editor.fields import ProseEditorField, create_sanitizer

from conditions.citing.marks import HELP
from conditions.links import clean_links, tidy
from conditions.pasting import as_meant

PROSE: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "HardBreak": True,
}
LAYER = {**PROSE, "Heading": {"levels": [3]}}  # its own heading stands above
SHORT_PROSE = {name: PROSE[name] for name in PROSE if name != "Heading"}


class RichText(ProseEditorField):
    """Says in the editor how a source is named. For the database it is the field it extends."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"help_text": HELP, **kwargs})


def prose_field(extensions: dict[str, Any], **kwargs: Any) -> RichText:
    """Rich text: made of our own elements first, then cleaned of all that is not allowed."""
    ours = partial(as_meant, headings="Heading" in extensions)
    return RichText(extensions=extensions, sanitize=[create_sanitizer, ours], **kwargs)


def sanitised(block: models.Model, name: str) -> str:
    """The rich text of a block, cleaned once more: rows may have been written past the form."""
    return cleaned_for(block._meta.get_field(name), getattr(block, name))


def cleaned_for(field: Any, html: str) -> str:
    """Markup as a field of rich text takes it."""
    return tidy(clean_links(field.sanitize(html)))
