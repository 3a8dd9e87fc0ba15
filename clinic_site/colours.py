"""Contrast of two colours after WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

import re

from django.core.exceptions import ValidationError

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def relative_luminance(colour: str) -> float:
    """Luminance from 0 (black) to 1 (white) of a colour written `#rrggbb`."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def validate_brand_colour(colour: str) -> None:
    """Accept `#rrggbb` that white text reads well on (7:1, WCAG AAA)."""
    if not HEX_COLOUR.match(colour):
        raise ValidationError("Write the colour as # and six digits, for example #0e5a63.")
    ratio = contrast(colour, "#ffffff")
    if ratio < 7:
        raise ValidationError(
            f"White text on this colour has a contrast of {ratio:.1f} to 1. "
            "It needs 7 to 1: choose a darker colour."
        )
