"""Static files of the last releases side by side, so that nobody meets a page without its style.

Each release has a list of its own names, `VAR_DIR/static-names/<release>.json`: the code that runs
and the code that is on its way read one each, and switching over switches nothing here. A file's
name holds a digest of its content, so files that two releases share are kept, not made again. What
none of the last releases names goes.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.utils.module_loading import import_string
from whitenoise.storage import CompressedManifestStaticFilesStorage

from clinic_site.operations.version import release

OTHERS_KEPT = 3  # of the release that runs, the one before it, and one that was made twice
COMPRESSED = (".br", ".gz")
NOT_WORTH_COMPRESSING = (".map",)  # for who looks into scripts; half of all the work
BEFORE_LISTS_WERE_APART = "staticfiles.json"  # of 0.2.0


class SideBySide(CompressedManifestStaticFilesStorage):
    """Names with a digest, and a list of them for each release."""

    manifest_name = f"{release()}.json"

    def __init__(self, *args: Any, names: Path | None = None, **kwargs: Any) -> None:
        lists = FileSystemStorage(location=names or names_folder())
        super().__init__(*args, manifest_storage=lists, **kwargs)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those that pages name, and that no earlier release has compressed already."""
        root, named = Path(settings.STATIC_ROOT), set(self.hashed_files.values())
        wanted = [path for path in paths if path in named and not (root / path).exists()]
        yield from super().compress_files(
            p for p in wanted if not p.endswith(NOT_WORTH_COMPRESSING)
        )


def names_folder() -> Path:
    return Path(settings.STATIC_ROOT).with_name("static-names")


def bring_static_files() -> bool:
    """Add this release's files and names to those that are there; False where they all are."""
    stamp, now = names_folder() / f"{release()}.fingerprint", fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    stage = Path(settings.STATIC_ROOT).with_name("static-new")
    shutil.rmtree(stage, ignore_errors=True)
    collect_into(stage)
    merge(stage / "files", Path(settings.STATIC_ROOT))
    names_folder().mkdir(exist_ok=True)
    for path in (stage / "names").glob("*.json"):  # none with DEBUG, which needs no digests
        keep_the_list_before(names_folder() / path.name)
        path.replace(names_folder() / path.name)
        remove_what_nobody_names()
    shutil.rmtree(stage)
    stamp.write_text(now)
    return True


def collect_into(stage: Path) -> None:
    """Into `files/` and `names/` of an empty folder: nothing that is served is touched."""
    (stage / "names").mkdir(parents=True)
    kind = import_string(settings.STORAGES["staticfiles"]["BACKEND"])
    told = {"names": stage / "names"} if issubclass(kind, SideBySide) else {}
    command = collectstatic.Command()
    command.storage = kind(location=stage / "files", **told)
    call_command(command, interactive=False, verbosity=0)


def merge(source: Path, target: Path) -> None:
    """Move in what is new or has changed, a whole file at a time: compressed ones come first, so
    that a file which is there has them."""
    paths = [path for path in source.rglob("*") if path.is_file()]
    for path in sorted(paths, key=lambda path: path.suffix not in COMPRESSED):
        place = target / path.relative_to(source)
        if not place.exists() or place.read_bytes() != path.read_bytes():
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def keep_the_list_before(path: Path) -> None:
    """A release that is made anew under the same number, as while it is written."""
    if path.exists():
        shutil.copy2(path, path.with_suffix(".before.json"))


def remove_what_nobody_names() -> None:
    root = Path(settings.STATIC_ROOT)
    lists = [*names_folder().glob("*.json"), *root.glob(BEFORE_LISTS_WERE_APART)]
    newest = sorted(lists, key=lambda path: path.stat().st_mtime, reverse=True)
    named = {BEFORE_LISTS_WERE_APART} if root / BEFORE_LISTS_WERE_APART in newest else set()
    for path in newest[: 1 + OTHERS_KEPT]:
        named |= names_in(path)
    for path in newest[1 + OTHERS_KEPT :]:
        path.unlink()
        path.with_suffix(".fingerprint").unlink(missing_ok=True)
    for path in root.rglob("*"):
        if path.is_file() and plain_name(path.relative_to(root)) not in named:
            path.unlink()


def names_in(path: Path) -> set[str]:
    """Every file that a list names, with and without its digest."""
    paths: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["paths"]
    return {*paths, *paths.values()}


def plain_name(path: Path) -> str:
    return str(path.with_suffix("") if path.suffix in COMPRESSED else path)


def fingerprint() -> str:
    """A digest of the name, size and age of every static file there is to collect, and of how:
    what was collected for DEBUG has no names that a real site looks for."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for path, storage in every_source():
        status = Path(storage.path(path)).stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def every_source() -> Iterator[tuple[str, Any]]:
    for finder in get_finders():
        yield from finder.list([])
