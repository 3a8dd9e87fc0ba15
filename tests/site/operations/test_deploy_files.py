"""What deploy/ brings onto a server: scripts that parse, units that are closed, nginx’s limits."""

import base64
import configparser
import hashlib
import os
import re
import shutil
import subprocess

import environ
import pytest
from django.conf import settings

from clinic_site.running import environment
from clinic_site.running.mail_settings import delivery
from clinic_site.running.unsafe import urls
from clinic_site.web import body_limits

DEPLOY = settings.BASE_DIR / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
SCRIPTS = [path for path in sorted(DEPLOY.iterdir()) if path.is_file() and os.access(path, os.X_OK)]
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.socket"), *DEPLOY.glob("*.timer")])
MEGABYTE = 1024 * 1024
CLOSED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
    "User": "clinic",
}
ODD = "p@ss/w#rd?%1 é'\"$x\\"


def in_install(commands, **given):
    """What lines of shell say that use the functions of deploy/install."""
    script = f'. "{DEPLOY}/install"; {commands}'
    done = subprocess.run(
        ["bash", "-c", script], env={**os.environ, **given}, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_each_script_parses(script):
    assert subprocess.run(["bash", "-n", script], capture_output=True, text=True).stderr == ""


def test_units_are_taken_by_systemd():
    if not shutil.which("systemd-analyze"):
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("systemd-analyze is missing")
        pytest.skip("needs systemd-analyze: apt install systemd")
    done = subprocess.run(["systemd-analyze", "verify", *UNITS], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "clinic" in line]
    assert ours == []


@pytest.mark.parametrize("name", ["web", "mail", "backup"])
def test_a_process_may_write_into_its_own_folders_alone(name):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(DEPLOY / f"clinic-{name}.service")
    service = unit["Service"]
    assert {key: service[key] for key in CLOSED} == CLOSED
    written = service.get("ReadWritePaths", "").lstrip("-")
    assert written in {"", "/var/backups/clinic"}
    assert service["StateDirectory"] == "clinic"


@pytest.mark.parametrize("name", ["web", "mail"])
def test_each_process_of_the_procfile_has_a_unit_that_starts_it(name):
    lines = (settings.BASE_DIR / "Procfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith(f"{name}:")).partition(": ")[2]
    unit = (DEPLOY / f"clinic-{name}.service").read_text()
    assert command.partition(" ")[2] in unit


def nginx_takes(path):
    """The largest body that nginx lets through to an address, in bytes."""
    default = re.search(r"^    client_max_body_size (\d+)m;", NGINX, re.MULTILINE)[1]
    places = re.findall(
        r"location (?:\^?~ )?(\S+) \{[^\n]*\n\s+client_max_body_size (\d+)m;[^}]*proxy_pass", NGINX
    )
    fitting = [(len(place), size) for place, size in places if re.match(place.lstrip("^"), path)]
    return int(max(fitting)[1] if fitting else default) * MEGABYTE


def test_nginx_takes_a_little_more_than_the_site():
    paths = {"/contact/", *settings.BODY_LIMITS, *settings.ANSWERS_LARGE_BODIES}
    for path in paths:
        answered = settings.ANSWERS_LARGE_BODIES.get(path, body_limits.limit_of(path))
        assert answered < nginx_takes(path) <= answered + MEGABYTE, path


@pytest.mark.parametrize("path", ["^/(refer|answer)/", "/admin/referrals/enquiry/", "/admin/"])
def test_nginx_keeps_no_form_and_no_staff_page(path):
    """Whatever the site says of them. What a real nginx keeps: tests/faults/test_kept_by_nginx."""
    place = NGINX.partition(f" {path} {{")[2].partition("}")[0]
    assert "proxy_cache off;" in place


def test_nginx_never_shows_an_old_page_while_it_fetches_a_new_one():
    """The first visitor of a day would read what stood there the day before."""
    used = re.search(r"proxy_cache_use_stale ([^;]+);", NGINX)[1].split()
    assert "updating" not in used
    assert "proxy_cache_background_update off;" in NGINX


def test_nginxs_own_pages_have_the_one_style_that_they_allow():
    allowed = re.search(r"'sha256-([^']+)'", NGINX)[1]
    for page in DEPLOY.glob("pages/*.html"):
        style = re.search("<style>(.*)</style>", page.read_text())[1]
        assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() == allowed
        assert "http" not in page.read_text().replace("http-equiv", "")  # asks nobody


def test_nginx_writes_no_address_into_its_error_log():
    """From "crit" down to "debug" it names the request, and a token with it."""
    levels = re.findall(r"error_log \S+ ?(\w*);", NGINX)
    assert levels == ["emerg", "emerg"]


def test_what_nginx_refuses_itself_has_words_and_the_sites_own_pages_pass():
    named = re.findall(r"error_page ([\d ]+) /_nginx/(\S+);", NGINX)
    assert {"413", "500", "502", "504", "507"} == {n for status, _ in named for n in status.split()}
    assert {page for _, page in named} == {page.name for page in DEPLOY.glob("pages/*.html")}
    assert re.findall(r"proxy_intercept_errors (\w+);", NGINX) == ["off"]


def test_the_page_about_a_large_body_is_not_refused_itself():
    """With HTTP/2 nginx measures the body once more."""
    place = NGINX.partition("location ^~ /_nginx/ {")[2].partition("}")[0]
    assert "client_max_body_size 0;" in place


def test_any_password_of_a_mail_server_is_written_so_that_it_is_read(tmp_path):
    said = in_install(
        "email_url", MAIL_SERVER="mail.example", MAIL_USER="a@b.example", MAIL_PASSWORD=ODD
    )
    url = environment.parse(f"EMAIL_URL={said}")["EMAIL_URL"]
    assert urls.email_problem(url) == ""
    read = settings_of(url)
    assert (read["username"], read["password"], read["port"]) == ("a@b.example", ODD, 587)


def settings_of(url):
    return delivery(environ.Env().email_url_config(url), into_files="", timeout=1).server


def test_a_setting_is_put_into_its_own_line(tmp_path):
    file = tmp_path / "clinic.env"
    shutil.copy(DEPLOY / "clinic.env.sample", file)
    in_install(f'put "{file}" DATABASE_URL postgres:///clinic; put "{file}" NEW "a&b\\\\c"')
    text = file.read_text()
    assert "\nDATABASE_URL=postgres:///clinic\n" in text
    assert text.endswith("\nNEW=a&b\\c\n")
    assert text.count("DATABASE_URL=postgres:///clinic") == 1


@pytest.mark.parametrize("name", ["https://clinic.example/", "clinic", "192.0.2.1/", "a b.example"])
def test_what_is_no_name_of_a_site_is_refused(name):
    assert "Stopped:" in in_install(f"read_arguments '{name}'")


@pytest.fixture
def new_server(tmp_path):
    """A function that brings a backup back; it returns what was said, and what was done."""
    (tmp_path / "clinic-x.tar").write_text("a bundle")
    (tmp_path / "brought").write_text("")

    def bring_back(*, there, restores=True):
        script = f"""cd {tmp_path}; RESTORE=clinic-x.tar BACKUPS=. BROUGHT_BACK=brought
            chown() {{ :; }}; install() {{ :; }}; systemctl() {{ echo "systemctl $*" >> done; }}
            clinic() {{ [ "$1" = shell ] && {{ echo {there}; return; }}
                echo "clinic $*" >> done; {str(restores).lower()}; }}
            : > done; (bring_back)"""
        return in_install(script), (tmp_path / "done").read_text().splitlines()

    return bring_back


def test_a_backup_is_not_brought_over_a_site_that_runs(new_server):
    said, done = new_server(there="somebody")
    assert "runs as before" in said
    assert done == []


def test_a_restore_that_refuses_starts_again_what_it_stopped(new_server):
    said, done = new_server(there="nobody", restores=False)
    assert "was not brought back" in said
    units = "clinic-web.socket clinic-web.service clinic-mail.service"
    assert [line for line in done if "is-active" not in line] == [
        f"systemctl stop {units}",
        "clinic restore ./clinic-x.tar",
        f"systemctl start {units}",
    ]
    assert "runs as before" in new_server(there="somebody")[0]  # nothing came of that bundle


def test_a_backup_that_was_brought_back_is_not_brought_twice(new_server):
    new_server(there="nobody")
    said, done = new_server(there="somebody")
    assert ("Stopped" in said, done) == (False, [])


def test_a_site_with_another_name_asks_for_another_certificate(tmp_path):
    script = f"""TLS={tmp_path} PAGES={tmp_path} HOST=$NAME
        certbot() {{ echo "asked for $HOST"; : > "{tmp_path}/real.pem"; }}
        systemctl() {{ :; }}; say() {{ :; }}
        link_certificate() {{ ln -sfn "$TLS/real.pem" "$TLS/fullchain.pem"; }}
        openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=old.example" \
            -keyout "{tmp_path}/key" -out "{tmp_path}/real.pem" 2> /dev/null
        link_certificate; link_certificate() {{ ln -sfn "$1" "$TLS/fullchain.pem"; }}
        first_certificate; ask_for_certificate"""
    assert "asked" not in in_install(script, NAME="old.example")
    assert "asked for new.example" in in_install(script, NAME="new.example")


def test_the_processes_may_write_backups_where_the_settings_say(tmp_path):
    def written(folder):
        (tmp_path / "clinic.env").write_text(f"BACKUP_DIR={folder}\n")
        in_install(
            f"""SYSTEMD={tmp_path} ENV_FILE={tmp_path}/clinic.env
            install() {{ mkdir -p "${{@: -1}}"; }}; let_them_write_backups"""
        )
        return {path.parent.name: path.read_text() for path in tmp_path.glob("*/backups.conf")}

    line = f'[Service]\nReadWritePaths="-{tmp_path}/a disk"\n'
    assert written(f"{tmp_path}/a disk") == {
        "clinic-backup.service.d": line,
        "clinic-mail.service.d": line,
    }
    assert written("/var/backups/clinic") == {}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("restore_drill clinic-x.tar", "restore_drill HERE/clinic-x.tar"),
        (
            "restore_drill --keys-from sheet --in room",
            "restore_drill --keys-from HERE/sheet --in HERE/room",
        ),
        ("move_database --to postgres:///clinic", "move_database --to postgres:///clinic"),
        ("doctor --mail you@your.domain", "doctor --mail you@your.domain"),
        ("restore /root/clinic-x.tar", "restore /root/clinic-x.tar"),
    ],
)
def test_a_command_finds_files_in_the_folder_in_which_it_was_typed(tmp_path, typed, asked):
    here, bin_ = tmp_path / "here", tmp_path / "opt/clinic/current/.venv/bin"
    bin_.mkdir(parents=True)
    here.mkdir()
    for name in ("clinic-x.tar", "doctor"):  # the name of a command is no file
        (here / name).touch()
    for path, words in ((tmp_path / "id", "echo clinic"), (bin_ / "python", 'echo "$@"')):
        path.write_text(f"#!/bin/sh\n{words}\n")
        path.chmod(0o755)
    told = {"CLINIC_ROOT": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", DEPLOY / "clinic", *typed.split()]
    said = subprocess.run(command, cwd=here, env=told, capture_output=True, text=True).stdout
    assert said == f"manage.py {asked.replace('HERE', str(here))}\n"
