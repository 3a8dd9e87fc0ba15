"""Our own drawings: SVG files under `static/illustrations/`."""

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

FOLDER = "illustrations"
VIEW_BOX = re.compile(r'viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"')
Picture = dict[str, Any]


def illustration_names() -> list[str]:
    """The file names of all drawings, without their ending."""
    folder = finders.find(FOLDER)
    return sorted(path.stem for path in Path(folder).glob("*.svg")) if folder else []


def illustration_choices() -> list[tuple[str, str]]:
    """Each drawing with its name in words."""
    return [(name, name.replace("-", " ").capitalize()) for name in illustration_names()]


def find_illustration(name: str) -> Picture | None:
    """The static path and size of a drawing; None where there is none of that name."""
    path = finders.find(f"{FOLDER}/{name}.svg") if re.fullmatch(r"[a-z0-9-]+", name) else None
    if path is None:
        return None
    size = VIEW_BOX.search(Path(path).read_text(encoding="utf-8")[:1000])
    if size is None:
        return None
    width, height = (round(float(part)) for part in size.groups())
    return {"illustration": name, "width": width, "height": height}
