"""Where settings come from: real variables, then one file for web, mail and every command.

The file is CLINIC_ENV_FILE, by default /etc/clinic/clinic.env where it is there. Trial secrets
under `var/` count only where there is no such file. It is read as systemd reads EnvironmentFile=;
what the two could read differently is refused. This runs before Django's settings.
"""

import errno
import grp
import os
import pwd
import re
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

USUAL_FILE = Path("/etc/clinic/clinic.env")
LINE = re.compile(r"[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t]*")
FOR_OTHERS = 0o077  # what no other user of the machine gets of a file that the site makes
QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")


class Environment(NamedTuple):
    """What was found. `service_file` is None on a machine for trying out."""

    service_file: Path | None
    var_dir: Path
    data_keys_under_var: bool


def load() -> Environment:
    """Fill `os.environ` from the file; real variables win. May be called again.

    From here on, what this process makes is readable by its own user alone.

    Raises `ImproperlyConfigured` with what to do where the file is missing, unreadable or
    unclear, or where a real site would start with trial secrets.
    """
    os.umask(FOR_OTHERS)
    path = service_file()
    if path:
        add(read_env_file(path))
    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parents[2] / "var")
    trial_file = var_dir / "secrets.env"
    is_asked = there_is(trial_file) and (path is None or os.access(trial_file, os.R_OK))
    trial = read_env_file(trial_file) if is_asked else {}
    if path:
        refuse_trial_secrets(trial, path, trial_file)
    else:
        add(trial)
    return Environment(path, var_dir, keys_lie_under(var_dir, path, trial))


def service_file() -> Path | None:
    """The file that is named, else the usual one where it is there. Named and empty: none."""
    named = os.environ.get("CLINIC_ENV_FILE")
    if named is None:
        return USUAL_FILE if there_is(USUAL_FILE) else None
    return Path(named).absolute() if named else None


def there_is(path: Path) -> bool:
    """Also of a file in a folder that this user may not look into: better asked than guessed."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def add(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


def read_env_file(path: Path) -> dict[str, str]:
    try:
        data = path.read_bytes()
    except PermissionError:
        raise ImproperlyConfigured(may_not_read(path)) from None
    except OSError as problem:
        reason = "is not there" if problem.errno == errno.ENOENT else f"cannot be read ({problem})"
        raise ImproperlyConfigured(
            f"{path} {reason}. CLINIC_ENV_FILE must name the file with the site’s settings."
        ) from None
    try:
        return parse(data.decode())
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{path} is not UTF-8. Save it as UTF-8.") from None
    except ValueError as problem:
        raise ImproperlyConfigured(f"{path}, {problem}") from None


def parse(text: str) -> dict[str, str]:
    """The values of an environment file. ValueError names line and cure, never a value."""
    found: dict[str, str] = {}
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        bare = line.strip(" \t")
        if bare.startswith(("#", ";")) and not bare.endswith("\\"):
            continue
        if bare:
            name, value = assignment(line, f"line {number}")
            if name in found:
                raise ValueError(f"line {number}: {name} stands twice. Take one away.")
            found[name] = value
    return found


def assignment(line: str, place: str) -> tuple[str, str]:
    if line.startswith("\ufeff"):
        raise ValueError(f"{place}: a hidden mark (BOM) stands first. Save as UTF-8 without BOM.")
    if line.lstrip().startswith("export "):
        raise ValueError(f"{place}: take “export” away; systemd would skip this line.")
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"{place}: write NAME=value on one line, or # in front of a comment.")
    name, written = match.groups()
    return name, value_of(written, f"{place}: {name}")


def value_of(written: str, place: str) -> str:
    if "\\" in written:
        raise ValueError(f"{place}: a backslash is read differently by each program. Leave it out.")
    quoted = QUOTED.fullmatch(written)
    value = (quoted[1] or quoted[2] or "") if quoted else written
    if not quoted and written.startswith(("'", '"')):
        raise ValueError(f"{place}: the quotation mark must close at the end of the line.")
    if not quoted and re.search(r"[ \t]#", written):
        raise ValueError(f"{place}: a comment needs a line of its own.")
    if value.startswith("$"):
        raise ValueError(f"{place}: a value cannot start with a dollar sign.")
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError(f"{place}: a control character stands in the value.")
    return value


def may_not_read(path: Path) -> str:
    me = name_of_user(os.geteuid())
    owner = site_user(path)
    return (
        f"The settings of this site stand in {path}, and the user “{me}” may not read it.\n"
        f"Run the command as the site’s own user: sudo -u {owner} python manage.py …"
        " (from this folder).\n"
        f"If that user may not read it either: sudo chgrp {owner} {path} && sudo chmod 640 {path}"
    )


def site_user(path: Path) -> str:
    """Who runs the site, as far as the file tells: its owner or its group, else “clinic”."""
    try:
        facts = path.stat()
        names = [name_of_user(facts.st_uid), grp.getgrgid(facts.st_gid).gr_name]
    except (OSError, KeyError):
        names = []
    return next((name for name in names if name != "root"), "clinic")


def name_of_user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def keys(values: "os._Environ[str] | dict[str, str]") -> list[str]:
    return [key.strip() for key in values.get("CLINIC_DATA_KEYS", "").split(",") if key.strip()]


def refuse_trial_secrets(trial: dict[str, str], path: Path, trial_file: Path) -> None:
    """An older trial key may stand behind a new one: until all is moved, it is needed."""
    if there_is(trial_file) and path.resolve() == trial_file.resolve():
        raise ImproperlyConfigured(f"{path} holds trial secrets: make a file for the real site.")
    found = []
    if trial.get("SECRET_KEY") and os.environ.get("SECRET_KEY") == trial["SECRET_KEY"]:
        found.append("SECRET_KEY: give it 50 or more new random characters.")
    if keys(os.environ)[:1] and keys(os.environ)[0] in keys(trial):
        found.append(
            "CLINIC_DATA_KEYS: put a new key in front of the old one, restart, and run"
            " `python manage.py rotate_keys`."
        )
    if found:
        raise ImproperlyConfigured(
            f"This site is set up by {path}, but these come from the trial file {trial_file}:\n"
            + "\n".join(f"  - {line}" for line in found)
        )


def keys_lie_under(var_dir: Path, path: Path | None, trial: dict[str, str]) -> bool:
    """Whether the data keys stand beside the data that they seal."""
    if path:
        return var_dir.resolve() in path.resolve().parents
    return bool(keys(trial)) and keys(os.environ) == keys(trial)
