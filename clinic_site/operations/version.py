"""Which release of the site this is. Strangers are not told: it says what to try."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
UNKNOWN = "unknown"


@cache
def release() -> str:
    """As `pyproject.toml` says it, such as `0.3.0`; `unknown` where that file was left out."""
    return version_in(PROJECT)


def version_in(project: Path) -> str:
    try:
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return UNKNOWN
