"""The settings of the site, for a bundle: nothing in it opens anything.

Left out: the data keys and SECRET_KEY, which stand on the key sheet, and passwords and tokens, so
that who finds a bundle can neither read the database nor send mail as the clinic. What the site
does not know may be a secret of another program: its name alone is noted.
"""

import os
import re
from pathlib import Path

from django.conf import settings

from clinic_site.running.environment import read_env_file

SECRETS = {"CLINIC_DATA_KEYS", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "WATCH_TOKEN", "PING_URL"}
SECRETS |= {"OBJECT_STORE_KEY_ID", "OBJECT_STORE_SECRET"}
PASSWORD = re.compile(
    r"(//[^:/@]*:)[^@]*(?=@)|([?&;][^=&;]*(?:pass|secret|token)[^=&;]*=)[^&;#]*", re.IGNORECASE
)
LEFT_OUT = "PASSWORD-IS-NOT-IN-THE-BACKUP"
HEAD = """# Settings of {site}, as they were at the backup.
# Not in here: {secrets}, and the passwords in addresses.
# CLINIC_DATA_KEYS and SECRET_KEY stand on the key sheet.
"""
README = Path(__file__).parents[3] / "README.md"


def as_env_file() -> bytes:
    """In the form of the environment file; real variables as they are for this process."""
    file = settings.SERVICE_FILE
    there, known = set(read_env_file(file)) if file else set(), known_names()
    names = known & (there | os.environ.keys())
    lines = [line_of(name) for name in sorted(names - SECRETS)]
    lines += [
        f"# {name} is no setting of the site: see the old server."
        for name in sorted(there - known - SECRETS)
    ]
    head = HEAD.format(site=settings.SITE_URL, secrets=", ".join(sorted(SECRETS)))
    return (head + "".join(f"{line}\n" for line in lines)).encode()


def known_names() -> set[str]:
    """What the README explains: no other variable of the machine concerns the site."""
    try:
        table = README.read_text(encoding="utf-8").partition("## Environment")[2]
    except OSError:
        return set()
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}


def line_of(name: str) -> str:
    value = PASSWORD.sub(rf"\1\2{LEFT_OUT}", os.environ.get(name, ""))
    if any(ord(sign) < 32 for sign in value) or '"' in value:
        return f"# {name} cannot be written here: see the old server."
    return f'{name}="{value}"' if value != value.strip() or " " in value else f"{name}={value}"
