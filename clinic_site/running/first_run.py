"""Trial secrets for a machine that has none: `python -m clinic_site.running.first_run`.

Written once, readable by the owner alone, and never where a file with real settings is in use.
It runs before Django, whose settings need them.
"""

import os
import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from clinic_site.running import environment


def write_secrets(*, path: Path) -> bool:
    """Write trial secrets to `path` with mode 0600; False where the file is already there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"SECRET_KEY={secrets.token_urlsafe(60)}\n")
        file.write(f"CLINIC_DATA_KEYS={Fernet.generate_key().decode()}\n")
        file.write("ALLOWED_HOSTS=localhost,127.0.0.1\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def main() -> str:
    """What was done, in a sentence; empty where nothing was. Raises `ImproperlyConfigured`."""
    found = environment.load()
    path = found.var_dir / "secrets.env"
    if found.service_file or not write_secrets(path=path):
        return ""
    return f"Wrote trial secrets to {path} (for trying out only)."


if __name__ == "__main__":
    try:
        said = main()
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))
    if said:
        print(said)
