"""The kinds of block a page is made of. Each says what goes into a publication."""

from typing import Any, ClassVar

from content_editor.contents import contents_for_item
from content_editor.models import create_plugin_base
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import strip_tags
from django_prose_editor.fields import ProseEditorField

from conditions.models import Page

PROSE = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "HardBreak": True,
}
SHORT_PROSE = {name: PROSE[name] for name in PROSE if name != "Heading"}

PageBlock: Any = create_plugin_base(Page)


def prose_field(extensions: dict[str, Any], **kwargs: Any) -> ProseEditorField:
    return ProseEditorField(extensions=extensions, sanitize=True, **kwargs)


def sanitised(block: models.Model, name: str) -> str:
    """The rich text of a block, cleaned once more: rows may have been written past the form."""
    field = block._meta.get_field(name)
    return field.sanitize(getattr(block, name))  # type: ignore[union-attr]


class Prose(PageBlock):
    """Running text with headings."""

    kind: ClassVar = "prose"
    html = prose_field(PROSE, verbose_name="text")

    class Meta:
        verbose_name = "text"
        verbose_name_plural = "text"

    def payload(self) -> dict[str, Any]:
        return {"kind": self.kind, "html": sanitised(self, "html")}


class CareCard(PageBlock):
    """What to do, and how fast, when something is wrong."""

    class Level(models.TextChoices):
        EMERGENCY = "emergency", "Emergency: call now"
        URGENT = "urgent", "Urgent: today"
        NON_URGENT = "non_urgent", "Not urgent: see a doctor"

    kind: ClassVar = "care_card"
    level = models.CharField(max_length=10, choices=Level)
    heading = models.CharField(max_length=90, help_text="One action. It ends with “if:”.")
    html = prose_field(SHORT_PROSE, verbose_name="signs")

    class Meta:
        verbose_name = "care card"

    def clean(self) -> None:
        if not self.heading.endswith("if:"):
            raise ValidationError({"heading": "End the heading with “if:”."})

    def payload(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "level": self.level,
            "heading": self.heading,
            "html": sanitised(self, "html"),
        }


class Step(PageBlock):
    """One step of a procedure. Steps that follow each other are numbered together."""

    kind: ClassVar = "step"
    heading = models.CharField(max_length=80)
    html = prose_field(SHORT_PROSE, verbose_name="text")

    class Meta:
        verbose_name = "step"

    def payload(self) -> dict[str, Any]:
        return {"kind": self.kind, "heading": self.heading, "html": sanitised(self, "html")}


BLOCKS: list[Any] = [Prose, CareCard, Step]


def blocks_of(page: Page) -> list[Any]:
    """The page's blocks in their order: one query per kind."""
    return list(contents_for_item(page, plugins=BLOCKS))


def words_of(payload: dict[str, Any]) -> str:
    """The words of a block's payload, without markup."""
    texts = [str(payload[key]) for key in ("heading", "html") if key in payload]
    return " ".join(strip_tags(text.replace("<", " <")) for text in texts)
