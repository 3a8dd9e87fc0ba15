"""Every folder of the site: may it write there, whose is it, and is in it what should be?"""

import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.db.models import FileField
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.operations.doctor import NEWEST_BUNDLE
from clinic_site.operations.doctor.finding import (
    Finding,
    Needs,
    NotAsked,
    asks,
    hint,
    only_if_public,
    well,
)
from clinic_site.running.environment import name_of_user
from clinic_site.running.own_folder import everything

MOST_FILES = 3000
TOO_OLD = timedelta(hours=26)  # a night, and what a timer may be late


def folders() -> dict[str, Path]:
    """What the site writes into, by the words for it."""
    found = {"VAR_DIR": Path(settings.VAR_DIR)}
    if "letters" not in settings.STORAGES:
        found["the letters (private/)"] = Path(settings.PRIVATE_ROOT)
        found["the pictures (media/)"] = Path(settings.MEDIA_ROOT)
    if settings.MAIL_IS_FILES:
        found["the mail files"] = Path(settings.MAIL_DIR)
    if backups := getattr(settings, "BACKUP_DIR", None):
        found["the backups (BACKUP_DIR)"] = Path(backups)
    return found


@asks(
    "May the site write where it must?",
    mend="Give it to the site’s own user: sudo chown -R clinic:clinic FOLDER && sudo chmod 700"
    " FOLDER.",
    needs=Needs.FOLDERS,
)
def writing() -> Iterator[Finding]:
    """Really writes a small file into each, and takes it away again."""
    owner = Path(settings.VAR_DIR).stat().st_uid
    if os.geteuid() == 0 != owner:
        who = name_of_user(owner)
        yield hint(
            "asked as root",
            "You ask as root, who may write everywhere.",
            f"Ask as the site’s own user: sudo -u {who} python manage.py doctor",
        )
    for words, folder in folders().items():
        if problem := cannot_write(folder, owner):
            yield Finding(f"writing {words}", f"{folder}, for {words}: {problem}.")


def cannot_write(folder: Path, owner: int) -> str:
    """Why not, or empty. A folder that is not there is tried where it would be made."""
    if not folder.exists() and not folder.is_symlink():
        if folder.parent.is_dir():
            return "" if os.access(folder.parent, os.W_OK | os.X_OK) else "it cannot be made there"
        return "neither it nor the folder above it is there"
    if not folder.is_dir():
        return "it is no folder"
    if os.geteuid() == 0 and folder.stat().st_uid != owner:
        return f"it belongs to {name_of_user(folder.stat().st_uid)}, not to {name_of_user(owner)}"
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"1")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"it cannot be written to ({error.strerror})"
    return ""


@asks(
    "Does everything belong to the site’s own user?",
    mend="Give it back: sudo chown -R clinic:clinic VAR_DIR. Run commands as that user.",
    needs=Needs.FOLDERS,
)
def owners_of_files() -> Iterator[Finding]:
    owner = Path(settings.VAR_DIR).stat().st_uid
    strange = [path for path, fd in everything() if os.fstat(fd).st_uid != owner]
    if strange:
        more = f" and {len(strange) - 1} more" if strange[1:] else ""
        yield Finding("owner of files", f"{strange[0]}{more} belongs to another user.")


@asks(
    "Are the static files there?",
    mend="Run manage.py prepare_site: without them pages have no looks, or are not shown at all.",
    needs=Needs.FOLDERS,
)
def static_files() -> Iterator[Finding]:
    kind = import_string(settings.STORAGES["staticfiles"]["BACKEND"])
    if not issubclass(kind, ManifestFilesMixin):  # with DEBUG they are served from their sources
        return
    try:
        names: dict[str, str] = kind().hashed_files  # those that pages will name
    except (OSError, ValueError):
        names = {}
    if not names:
        yield Finding("static files", f"They were not collected into {settings.STATIC_ROOT}.")
        return
    wanted = {path for finder in get_finders() for path, _ in finder.list([])}
    missing = [path for path in sorted(wanted) if not is_collected(path, names)]
    if missing:
        says = f"{len(missing)} static files of this release are missing, {missing[0]} first."
        yield Finding("static files", says)
    else:
        yield well("static files", f"{len(names)} files.")


def is_collected(path: str, names: dict[str, str]) -> bool:
    return path in names and (Path(settings.STATIC_ROOT) / names[path]).is_file()


@asks(
    "Are the pictures of staff there?",
    mend="Put media/ back from the backup, or take the picture in anew in the admin.",
)
def pictures() -> Iterator[Finding]:
    """Every picture that a row names, on the storage that serves it."""
    number, missing = 0, []
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, FileField):
                names = model._default_manager.exclude(**{field.name: ""})
                for name in names.values_list(field.name, flat=True)[:MOST_FILES]:
                    number += 1
                    if name and not field.storage.exists(name):
                        missing.append(f"{model._meta.verbose_name} ({name})")
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        place = "the object store" if "letters" in settings.STORAGES else settings.MEDIA_ROOT
        yield Finding("pictures", f"Gone from {place}: {missing[0]}{more}.")
    else:
        yield well("pictures", f"{number} pictures.")


@asks(
    "Is there a backup of yesterday?",
    mend="Run manage.py backup, see that its timer runs (systemctl status clinic-backup.timer),"
    " and keep a copy on another machine.",
    needs=Needs.FOLDERS,
)
def newest_backup() -> Iterator[Finding]:
    try:
        newest_bundle = import_string(NEWEST_BUNDLE)
    except ImportError:
        raise NotAsked("this release makes no backups by itself") from None
    only_if_public()
    bundle = newest_bundle()
    age = timezone.now() - bundle.made_at if bundle else None
    if age is None:
        yield Finding("backup", "There is no backup at all.")
    elif age > TOO_OLD:
        yield Finding("backup", f"The newest backup is {age.total_seconds() / 3600:.0f} hours old.")
    else:
        yield well("backup", f"{bundle.path.name}.")
