"""How much room a disk has for files of senders. What is no file must have room to go on."""

import os
from pathlib import Path

# Referrals without files, mail and logs need room to go on: files are refused before it runs out.
LEAST_SPARE, MOST_SPARE = 100 * 1024 * 1024, 2 * 1024**3
SPARE_SHARE = 20  # of the disk: five of a hundred
SPARE_NAMES = 200  # a disk can also run out of names for files


def room_on(folder: Path) -> int:
    """How many bytes files may still take there. May be negative."""
    disk = os.statvfs(existing(folder))
    if disk.f_files and disk.f_favail < SPARE_NAMES:
        return 0
    whole = disk.f_blocks * disk.f_frsize
    spare = min(max(whole // SPARE_SHARE, LEAST_SPARE), MOST_SPARE)
    return disk.f_bavail * disk.f_frsize - spare


def existing(folder: Path) -> Path:
    """The folder, or what it will be made in."""
    return next(path for path in [folder, *folder.parents] if path.exists())
