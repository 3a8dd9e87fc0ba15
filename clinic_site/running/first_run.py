"""Trial secrets for a machine that has none: `python -m clinic_site.running.first_run`.

Written once, readable by the owner alone, and never where a file with real settings is in use.
It runs before Django, whose settings need them. With `serve` behind it, it also asks whether the
port is free: a second site on it would start a second mail process and never serve.
"""

import errno
import os
import secrets
import socket
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


def refuse_taken_port() -> None:
    """Raise `ImproperlyConfigured` where something listens already at BIND and PORT."""
    bind = os.environ.get("BIND", "127.0.0.1").strip("[]")
    port = os.environ.get("PORT", "8000")
    try:
        socket.create_server((bind, int(port)), family=family_of(bind)).close()
    except PermissionError:
        raise ImproperlyConfigured(f"Port {port} is for root alone: PORT=8001 make run") from None
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise ImproperlyConfigured(f"BIND={bind} PORT={port}: {problem.strerror}.") from None
        raise ImproperlyConfigured(
            f"Port {port} is taken, perhaps by this site in another window. Stop that one with"
            f" Ctrl-C, or use another port: PORT={int(port) + 1} make run"
        ) from None
    except (OverflowError, ValueError):
        raise ImproperlyConfigured(f"PORT={port} is no number from 1 to 65535.") from None


def family_of(bind: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in bind else socket.AF_INET


def main(*, serves: bool = False) -> str:
    """What was done, in a sentence; empty where nothing was. Raises `ImproperlyConfigured`."""
    found = environment.load()
    if serves:
        refuse_taken_port()
    path = found.var_dir / "secrets.env"
    if found.service_file or not write_secrets(path=path):
        return ""
    return f"Wrote trial secrets to {path} (for trying out only)."


if __name__ == "__main__":
    try:
        said = main(serves="serve" in sys.argv[1:])
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))
    if said:
        print(said)
