"""A picture with the same story in words beside it."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from conditions.blocks.kind import NOT_IN_PLANNER, PageBlock, Part, Role, TextLine
from conditions.illustrations import Picture, find_illustration
from conditions.models import Image
from conditions.payloads import BlockPayload
from conditions.rendering import with_addresses

SHORTER = "The long description tells the same in more words."
NO_WORDS = "A picture has no words but those beside it."


class FigurePayload(BlockPayload):
    """`picture` is None when the drawing is gone; `publishing` then refuses."""

    picture: Picture | None
    alt: str
    long_description: str
    caption: str


class Figure(PageBlock):
    """A picture with the same story in words beside it."""

    kind = "figure"
    place = 20
    draft_fields = ["illustration", "image", "alt", "long_description", "caption"]
    Payload = FigurePayload
    parts: ClassVar = {
        "picture": Part(Role.MARK),
        "alt": Part(),
        "long_description": Part(),
        "caption": Part(),
    }
    left_out: ClassVar = {
        "search": {"alt": SHORTER, "illustration": NO_WORDS, "image": NO_WORDS},
        "planner": NOT_IN_PLANNER,
    }

    illustration = models.CharField(max_length=60, blank=True, help_text="One of our own drawings…")
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, help_text="…or an uploaded picture."
    )
    alt = models.CharField(
        "short description", max_length=150, help_text="What a person who cannot see it must know."
    )
    long_description = models.TextField(help_text="The same story as the picture, in words.")
    caption = models.CharField(max_length=200, blank=True)

    class Meta(PageBlock.Meta):
        verbose_name = "figure"
        constraints = [
            models.CheckConstraint(
                condition=Q(illustration="", image__isnull=False)
                | (~Q(illustration="") & Q(image__isnull=True)),
                name="figure_has_one_picture",
                violation_error_message="Choose a drawing or an uploaded picture: one of the two.",
            )
        ]

    def clean(self) -> None:
        if self.illustration and find_illustration(self.illustration) is None:
            raise ValidationError({"illustration": "This drawing does not exist any more."})

    def payload(self) -> FigurePayload:
        return {
            "kind": self.kind,
            "picture": self.picture(),
            "alt": self.alt,
            "long_description": self.long_description,
            "caption": self.caption,
        }

    def picture(self) -> Picture | None:
        if self.image is None:
            return find_illustration(self.illustration)
        return {
            "image": self.image.pk,
            "width": self.image.width,
            "height": self.image.height,
            "renditions": self.image.renditions,
        }

    @staticmethod
    def search_lines(block: FigurePayload) -> Iterator[TextLine]:
        for text in (block["caption"], block["long_description"]):
            if text:
                yield TextLine(text, is_aside=True)

    @staticmethod
    def missing_words(block: FigurePayload) -> str:
        if not block["picture"]:
            return "A picture is gone. Choose another one, or remove the figure."
        if not block["alt"].strip() or not block["long_description"].strip():
            return "A figure has no short or long description."
        return ""

    @staticmethod
    def specimens() -> list[FigurePayload]:
        return [
            {
                "kind": "figure",
                "picture": {"illustration": "pain-map", "width": 1000, "height": 1040},
                "alt": "A sample picture.",
                "long_description": "The same story in words.",
                "caption": "A caption.",
            }
        ]

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        picture = block.get("picture")
        return {**block, "picture": with_addresses(picture) if picture else None}

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """A payload holds a picture; a file names a drawing, or the key of an image."""
        fields = super().fields_from(data)
        if picture := data.get("picture"):
            fields["illustration"] = picture.get("illustration", "")
            fields["image_id"] = picture.get("image")
        elif "image_id" in data:
            fields["image_id"] = data["image_id"]
        return fields

    def as_data(self) -> dict[str, Any]:
        data = super().as_data()
        image = data.pop("image")
        return {**data, "image_id": image.pk if image else None}

    @classmethod
    def editor_options(cls) -> dict[str, Any]:
        return {"form": FigureForm}


class FigureForm(forms.ModelForm):  # type: ignore[type-arg]
    """Offers our drawings by name, from one list that the page has for all of them."""

    illustration = forms.CharField(
        required=False,
        max_length=60,
        label="Drawing",
        help_text="One of ours: type a part of its name…",
        widget=forms.TextInput(attrs={"list": "our-drawings", "class": "vTextField"}),
    )

    class Meta:
        model = Figure
        fields = "__all__"
