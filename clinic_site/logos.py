"""A logo as we keep it: re-encoded and small, whatever was uploaded."""

import hashlib
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
SIZE = (480, 160)


class NotALogo(ValueError):
    """The file cannot become a logo; the message says why in plain words."""


def small_logo(upload: UploadedFile) -> ContentFile:
    """A WebP of at most 480 × 160 pixels without metadata, named by its content."""
    if (upload.size or 0) > MAX_BYTES:
        raise NotALogo("The file is larger than 5 MB. Choose a smaller picture.")
    try:
        upload.seek(0)
        with Image.open(upload, formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotALogo("The picture has too many pixels. Choose a smaller one.")
            small = image.convert("RGBA")
            small.thumbnail(SIZE)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotALogo("This file is not a PNG, JPEG or WebP picture.") from error
    buffer = BytesIO()
    small.save(buffer, "WEBP", quality=90)
    content = buffer.getvalue()
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:16]}.webp")
