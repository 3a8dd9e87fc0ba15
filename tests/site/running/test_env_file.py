"""One file holds the settings of a real site for web, mail and every command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import get_commands, load_command_class

from clinic_site.running.announcing import Announced
from tests.site.running.test_unsafe_settings import SAFE

ROOT = Path(__file__).parents[3]
OUR_APPS = ["clinic_site", "conditions", "referrals"]
PASSWORD = "long-enough-a-phrase"


class Machine:
    """A server with a settings file, its real database, and a shell that knows neither."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "clinic.env"
        self.trial = folder / "var" / "secrets.env"
        self.shell = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder / "var")}
        self.shell["CLINIC_ENV_FILE"] = str(self.file)

    def write(self, **changes: str) -> None:
        database = f"sqlite:///{self.folder / 'real.sqlite3'}"
        values = {**SAFE, "DATABASE_URL": database, **changes}
        self.file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def write_trial(self, **values: str) -> None:
        self.trial.parent.mkdir()
        self.trial.write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def run(self, *command: str, **shell: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.shell, **shell}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    def manage(self, *arguments: str, **shell: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "manage.py", *arguments, **shell)


@pytest.fixture
def machine(tmp_path) -> Machine:
    machine = Machine(tmp_path)
    machine.write()
    return machine


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Path:
    """A database with all its tables, made once."""
    first = Machine(tmp_path_factory.mktemp("migrated"))
    first.write()
    assert first.manage("migrate", "-v0").returncode == 0
    return first.folder / "real.sqlite3"


@pytest.fixture
def real(machine, migrated) -> Machine:
    """The machine with its real database."""
    shutil.copy(migrated, machine.folder / "real.sqlite3")
    return machine


def test_an_account_made_in_a_bare_shell_is_in_the_real_database(real):
    made = real.manage(
        "createsuperuser",
        "--noinput",
        "--username=robin",
        "--email=robin@clinic.example",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    assert made.returncode == 0, made.stderr
    assert b"robin@clinic.example" in (real.folder / "real.sqlite3").read_bytes()
    assert not (real.folder / "var" / "clinic.sqlite3").exists()


@pytest.mark.parametrize(
    "command", ["key_sheet", "rotate_keys", "rebuild_search", "load_starter", "changepassword"]
)
def test_a_command_says_first_which_site_it_works_on(machine, command):
    said = machine.manage(command).stderr.splitlines()[0]
    database = machine.folder / "real.sqlite3"
    assert said == f"Site https://clinic.example · database sqlite {database} · no tables yet"


def test_the_key_sheet_holds_the_real_keys(real):
    real.write_trial(CLINIC_DATA_KEYS=Fernet.generate_key().decode(), SECRET_KEY="t" * 60)
    sheet = real.manage("key_sheet")
    assert f"CLINIC_DATA_KEYS={SAFE['CLINIC_DATA_KEYS']}\n" in sheet.stdout, sheet.stderr
    assert f"SECRET_KEY={SAFE['SECRET_KEY']}\n" in sheet.stdout
    assert sheet.stderr.strip().endswith("· 0 enquiries")


def test_a_sheet_in_a_file_is_readable_by_its_owner_alone(real):
    path = real.folder / "sheet.txt"
    said = real.manage("key_sheet", "--to", str(path)).stdout
    assert said == f"Written to {path}. Print it, then delete the file.\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "was not written: File exists" in real.manage("key_sheet", "--to", str(path)).stderr


@pytest.mark.parametrize("command", ["key_sheet", "rotate_keys"])
def test_an_empty_database_is_said_in_words(machine, command):
    """Most often it is the wrong one: a sheet of it would be worthless in the safe."""
    refused = machine.manage(command)
    assert refused.returncode != 0
    assert "no tables yet. Nothing was done." in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "KEY SHEET" not in refused.stdout


def test_a_sheet_that_the_shell_sends_into_a_file_is_hidden_too(real):
    path = real.folder / "sheet.txt"
    command = f"umask 022; {sys.executable} manage.py key_sheet > {path}"
    real.run("sh", "-c", command)
    assert "KEY SHEET" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_command_of_ours_is_announced():
    ours = {name for name, app in get_commands().items() if app in OUR_APPS}
    assert {"key_sheet", "deliver_mail", "export_content", "createsuperuser"} <= ours
    for name in ours:
        assert isinstance(load_command_class(get_commands()[name], name), Announced), name


def test_a_database_that_is_away_does_not_hide_which_one_it_is(machine):
    machine.write(DATABASE_URL="postgres://someone:secret@127.0.0.1:1/clinic")
    said = machine.manage("rebuild_search").stderr.splitlines()[0]
    assert said.endswith("postgresql 127.0.0.1:1/clinic · the database does not answer")


def test_real_variables_win_over_the_file(machine):
    other = {"SITE_URL": "https://other.example", "ALLOWED_HOSTS": "other.example"}
    said = machine.manage("key_sheet", **other).stderr
    assert said.startswith("Site https://other.example ")


@pytest.mark.parametrize("name", ["SECRET_KEY", "CLINIC_DATA_KEYS"])
def test_trial_secrets_are_refused_beside_the_file(machine, name):
    machine.write_trial(**{name: SAFE[name]})
    refused = machine.manage("key_sheet")
    assert refused.returncode != 0
    assert f"  - {name}: " in refused.stderr
    assert SAFE[name] not in refused.stdout + refused.stderr


def test_a_trial_key_may_wait_behind_a_new_one_until_all_is_moved(machine):
    trial_key = SAFE["CLINIC_DATA_KEYS"]
    machine.write_trial(CLINIC_DATA_KEYS=trial_key)
    machine.write(CLINIC_DATA_KEYS=f"{Fernet.generate_key().decode()},{trial_key}")
    assert machine.manage("check").returncode == 0


def test_the_trial_file_fills_no_gap_of_the_file(machine):
    machine.write_trial(SECRET_KEY="t" * 60)
    machine.write(SECRET_KEY="")
    refused = machine.manage("check").stderr
    assert "SECRET_KEY is not set" in refused
    assert f"stand in {machine.file}" in refused


def test_no_trial_secrets_are_written_beside_the_file(machine):
    assert machine.run(sys.executable, "-m", "clinic_site.running.first_run").returncode == 0
    assert not machine.trial.exists()


def test_a_file_that_is_named_and_not_there_stops_everything(machine):
    machine.file.unlink()
    for module in ("clinic_site.running.first_run", "clinic_site.running.supervisor"):
        refused = machine.run(sys.executable, "-m", module, "Procfile")
        assert refused.returncode != 0
        assert f"{machine.file} is not there." in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not machine.trial.exists()


def as_a_stranger(path: Path) -> list[str]:
    """Make a file unreadable, also for root; the words in front of a command."""
    path.chmod(0o600)
    if os.geteuid() != 0:
        path.chmod(0)
        return []
    os.chown(path, 65534, 65534)
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.parametrize("module", ["manage.py", "clinic_site.running.first_run"])
def test_who_may_not_read_the_file_is_told_whose_command_it_is(machine, module):
    run = [module, "key_sheet"] if module.endswith(".py") else ["-m", module]
    refused = machine.run(*as_a_stranger(machine.file), sys.executable, *run)
    assert refused.returncode != 0
    assert "sudo -u " in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not machine.trial.exists()


def test_a_line_that_systemd_would_skip_stops_the_start(machine):
    machine.file.write_text(f"export SECRET_KEY={SAFE['SECRET_KEY']}\n")
    refused = machine.manage("check").stderr
    assert f"{machine.file}, line 1: take “export” away" in refused
    assert SAFE["SECRET_KEY"] not in refused


def test_the_web_server_listens_where_the_file_says(machine):
    machine.write(PORT="8765", BIND="127.0.0.9")
    code = "from clinic_site.running.gunicorn_config import bind; print(bind)"
    assert machine.run(sys.executable, "-c", code).stdout == "127.0.0.9:8765\n"


def test_keys_in_a_file_under_var_are_an_error_of_a_public_site(machine):
    inside = machine.folder / "var" / "clinic.env"
    inside.parent.mkdir()
    machine.file.rename(inside)
    result = machine.manage("check", "--deploy", CLINIC_ENV_FILE=str(inside))
    assert "clinic_site.E002" in result.stderr
