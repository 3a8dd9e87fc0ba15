"""The form that takes a picture in: re-encoded, without metadata, in up to three widths."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clinic_site.pictures import NotAPicture
from conditions.editor.renditions import Encoded, encode
from conditions.models import Image


class ImageForm(forms.ModelForm):
    """A new picture needs a file; later only its title changes."""

    file = forms.FileField(
        label="Picture", required=False, help_text="JPEG, PNG or WebP, at most 15 MB."
    )

    class Meta:
        model = Image
        fields = ["title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = self.instance.pk is None
        if self.instance.pk:
            del self.fields["file"]

    def clean_file(self) -> Encoded:
        try:
            return encode(self.cleaned_data["file"])
        except NotAPicture as problem:
            raise ValidationError(str(problem)) from problem

    def save(self, commit: bool = True) -> Image:
        encoded = self.cleaned_data.get("file")
        if encoded:
            self.instance.width, self.instance.height = encoded.width, encoded.height
            self.instance.renditions = store_renditions(encoded)
        return super().save(commit)


def store_renditions(encoded: Encoded) -> list[dict[str, Any]]:
    """Write the renditions, whose names change with their content; names and sizes of each."""
    for rendition in encoded.renditions:
        path = f"images/{rendition.name}"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(rendition.content))
    return [{"name": r.name, "width": r.width, "height": r.height} for r in encoded.renditions]
