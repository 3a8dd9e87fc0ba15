"""What the lock files name."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = ROOT / "requirements-pip.txt"
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"

LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def canonical(name: str) -> str:
    """A package’s name as the index compares it: “Django_CSP” is “django-csp”."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, str]:
    """{canonical name: version} of a lock file, whatever system a line is for."""
    return {canonical(name): version for name, version in LINE.findall(path.read_text())}
