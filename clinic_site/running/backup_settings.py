"""Settings of `clinic_site/operations/backups/`: where backups lie, and for how long."""

from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

from clinic_site.running.unsafe.values import Values

env = Values()
# What the apps answer: the project knows them by name only.
ASKS = {
    "names_of_files": "referrals.files.keeping.names_in_rows",
    "open_one_file": "referrals.files.keeping.open_one",
    "mail_process": "referrals.mail.health.mail_process",
    "hold_mail": "referrals.mail.holding.hold_mail",
}
RESTORE_PLACING = "placing"  # in the folder of a restore, from when its database comes


class Backups(NamedTuple):
    """Where they lie, how many stay, for how many days at most (the privacy page says so: as long
    they hold what was erased), and the folder of a restore, in whose presence no mail goes out."""

    folder: Path
    keep: tuple[int, int, int]
    kept_days: int
    restoring: Path


def read(*, var_dir: Path) -> Backups:
    folder = env.str("BACKUP_DIR", default="")
    return Backups(
        Path(folder) if folder else var_dir / "backups",
        three_numbers(env.str("BACKUP_KEEP", default="7,4,0")),
        env.int("BACKUPS_KEPT_DAYS", default=30),
        var_dir / "restoring",
    )


def three_numbers(text: str) -> tuple[int, int, int]:
    """How many daily, weekly and monthly backups stay."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ImproperlyConfigured(
            "BACKUP_KEEP is not three numbers: write how many daily, weekly and monthly backups"
            " stay, for example 7,4,0."
        )
    daily, weekly, monthly = map(int, parts)
    return daily, weekly, monthly
