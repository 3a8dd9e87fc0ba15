"""Settings of `clinic_site/operations/backups/`: where backups lie, and for how long."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def all_of_them(*, var_dir: Path) -> dict[str, Any]:
    folder = env.str("BACKUP_DIR", default="")
    return {
        "BACKUP_DIR": Path(folder) if folder else var_dir / "backups",
        "BACKUP_KEEP": three_numbers(env.str("BACKUP_KEEP", default="7,5,12")),
        # What the privacy page says: for so long a backup may hold what was erased.
        "BACKUPS_KEPT_DAYS": env.int("BACKUPS_KEPT_DAYS", default=30),
        "RESTORING": var_dir / "restoring",  # while it is there, no mail goes out
        "NAMES_OF_FILES": "referrals.files.keeping.names_in_rows",
        "OPEN_ONE_FILE": "referrals.files.keeping.open_one",
        "MAIL_PROCESS": "referrals.mail.health.mail_process",
        "HOLD_MAIL": "referrals.mail.holding.hold_mail",
    }


def three_numbers(text: str) -> tuple[int, int, int]:
    """How many daily, weekly and monthly backups stay."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ImproperlyConfigured(
            "BACKUP_KEEP is not three numbers: write how many daily, weekly and monthly backups"
            " stay, for example 7,5,12."
        )
    daily, weekly, monthly = map(int, parts)
    return daily, weekly, monthly
