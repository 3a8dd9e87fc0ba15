"""A wrong set-up does not start: one sentence names the variable and what to write instead."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic_site.running.database_settings import servers_of
from clinic_site.running.unsafe import urls
from tests.site.running.test_unsafe_settings import SAFE, manage

SETTINGS = Path(__file__).parents[3] / "clinic_site" / "settings.py"
TRIAL = {**SAFE, "SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost,127.0.0.1"}
PASSWORD = "plum"  # begins each password below, and is never said
SIGNS = "write @ as %40, / as %2F, # as %23, ? as %3F, % as %25"
MISREAD = f"would be misread. In user and password {SIGNS}."
NO_WAY = f"names no way to send mail that is known: write {urls.EMAIL_EXAMPLE}."
IN_CLEAR = "would send the password of the mail server in clear: begin it with smtp+tls://"
NOTHING_BEHIND = "write https://your.host, with nothing behind it."
TOO_MUCH = f"holds more than scheme and host: {NOTHING_BEHIND}"
EVERYWHERE = "0.0.0.0"  # noqa: S104  that is what is refused
OWN_PROXIES = "write the addresses of your own proxies, for example 127.0.0.1 or 10.0.0.0/8."


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Reads the settings anew under an environment; what they came to be."""

    def started(safe: dict[str, str], **changes: str) -> dict[str, Any]:
        for name in {*SAFE, *changes, "DEBUG", "BIND", "TRUSTED_PROXIES", "DATABASE_URL"}:
            monkeypatch.delenv(name, raising=False)
        values = {"VAR_DIR": str(tmp_path), **safe, **changes, "CLINIC_ENV_FILE": ""}
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return started


WRONG = {
    "EMAIL_URL": [
        ("smtp+tls://user:plum@ss/word@mail.example:587", MISREAD),
        ("smtp+tls://user:plum@ss@mail.example:587", MISREAD),
        ("smtp+tls://user:plum/s@mail.example:587", MISREAD),
        ("smtp+tls://user:plum#s@mail.example:587", MISREAD),
        ("smtp+tls://user:plum?s@mail.example:587", MISREAD),
        ("smtp+tls://user:plum%s@mail.example:587", MISREAD),
        ("smtp+tls://user:12/plum@mail.example:587", MISREAD),
        ("smtp+tls://user:plum[s@mail.example:587", MISREAD),
        ("smtp+tls://rooms@clinic.example:plum@mail.example:587", MISREAD),
        ("smtp+tls://user:plum@mail.example:587/inbox", MISREAD),
        ("smtp+tls://user:plum@mail.example:ten", "has a port that is no number"),
        ("smtp+tls://user:plum@mail.example:70000", "has a port that is no"),
        ("smtp+tls://user:plum@", "names no mail server: write smtp+tls://user"),
        ("smtp://", "names no mail server: write smtp+tls://user"),
        ("mail.example", NO_WAY),
        ("smtp+tls:user:plum@mail.example", NO_WAY),
        ("mailgun://plum@mail.example", NO_WAY),
        ("smtp://user:plum@mail.example:25", IN_CLEAR),
        ("smtp://user:plum@10.0.0.9:25", IN_CLEAR),
        ("dummymail://", "drops every mail: use smtp+tls://"),
    ],
    "DATABASE_URL": [
        ("postgres://user:plum@ss/word@db.example/clinic", MISREAD),
        ("postgres://user:plum/s@db.example/clinic", MISREAD),
        ("postgres://user:12/plum@db.example/clinic", MISREAD),
        ("postgres://user:plum#s@db.example/clinic", MISREAD),
        ("postgres://user:plum?s@db.example/clinic", MISREAD),
        ("postgres://user:plum%s@db.example/clinic", MISREAD),
        ("postgres://user:plum@db.example", "names no database: write"),
        ("postgres://user:plum@db.example:ten/clinic", "has a port that is no number"),
        ("postgres://user:plum@one:ten,two:5432/clinic", "has a port that is no number"),
        ("postgres://user:plum@one:5432,two/clinic", "has a port for some servers alone: write"),
        ("postgres://user:plum@one,,two/clinic", "has a comma without a server: write"),
        ("mysql://user:plum@db.example/clinic", "names no PostgreSQL and"),
        ("plum", "names no PostgreSQL and no SQLite: write postgres://"),
        ("sqlite://:memory:", "names no file, so nothing would be kept"),
    ],
    "SITE_URL": [
        ("https://clinic.example/site", TOO_MUCH),
        ("https://clinic.example?a=b", TOO_MUCH),
        ("https://user:plum@clinic.example", TOO_MUCH),
        ("https://clinic.example:plum", f"cannot be read: {NOTHING_BEHIND}"),
        ("https://[clinic.example", f"cannot be read: {NOTHING_BEHIND}"),
        ("clinic.example", f"is no address of a site: {NOTHING_BEHIND}"),
        ("ftp://clinic.example", f"is no address of a site: {NOTHING_BEHIND}"),
        ("http://clinic.example", "is not https: only a loopback address"),
    ],
    "ALLOWED_HOSTS": [
        ("*", "takes every name (*): write the site's own, clinic.example."),
        ("www.example", "lacks the host of SITE_URL: add clinic.example."),
        ("https://clinic.example", "holds https://clinic.example: write names"),
        ("clinic.example:443", "holds clinic.example:443: write names alone"),
    ],
    "TRUSTED_PROXIES": [
        ("*", f"believes everybody (*): {OWN_PROXIES}"),
        ("0.0.0.0/0", f"believes everybody (0.0.0.0/0): {OWN_PROXIES}"),
        ("127.0.0.1,proxy.example", "holds “proxy.example”, which is no address"),
        ("10.0.0.300", "holds “10.0.0.300”, which is no address"),
        (
            "10.0.0.5/8",
            "holds 10.0.0.5/8, an address with the size of a network: write 10.0.0.0/8.",
        ),
    ],
    "BIND": [
        (EVERYWHERE, "lets everybody reach the site without https: leave it at 127.0.0.1"),
        ("192.0.2.1", "lets everybody reach the site without https"),
    ],
    "HSTS_PRELOAD": [
        ("1", "needs HSTS_INCLUDE_SUBDOMAINS=1"),
    ],
}
NO_NUMBER = "is no number: write digits alone"
SHAPELESS = [
    ("PORT", "plum", f"PORT {NO_NUMBER} up to 65535."),
    ("PORT", "65536", f"PORT {NO_NUMBER} up to 65535."),
    ("EMAIL_TIMEOUT", "-1", f"EMAIL_TIMEOUT {NO_NUMBER}."),
    ("BACKUPS_KEPT_DAYS", "plum", f"BACKUPS_KEPT_DAYS {NO_NUMBER}."),
    ("MAIL_RETRY_SECONDS", "60,plum", f"MAIL_RETRY_SECONDS {NO_NUMBER}."),
    ("DEBUG", "plum", "DEBUG is neither yes nor no: write 1 or 0."),
    ("VAR_DIR", "/dev/null/site", "VAR_DIR: /dev/null/site cannot be made (Not a directory)."),
]


@pytest.mark.parametrize(("name", "value", "said"), SHAPELESS)
def test_what_is_no_number_and_no_folder_is_refused_in_a_sentence(start, name, value, said):
    with pytest.raises(ImproperlyConfigured) as refused:
        start({**SAFE, name: value})
    assert str(refused.value).startswith(said)
    assert PASSWORD not in str(refused.value)


CASES = [(name, value, said) for name, rows in WRONG.items() for value, said in rows]


@pytest.mark.parametrize(("name", "value", "said"), CASES)
def test_a_wrong_value_is_refused_with_its_cure(start, name, value, said):
    safe = {k: v for k, v in SAFE.items() if name != "BIND" or k != "TRUSTED_PROXIES"}
    with pytest.raises(ImproperlyConfigured) as refused:
        start(safe, **{name: value})
    lines = [line for line in str(refused.value).splitlines() if line.startswith("  - ")]
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"  - {name} {said}")
    assert PASSWORD not in str(refused.value)


RIGHT = [
    {},
    {"EMAIL_URL": "smtp+tls://user:p%40%2F%23%25@mail.example:587"},
    {"EMAIL_URL": "smtp+ssl://user:p:w@mail.example:465"},
    {"EMAIL_URL": "smtp+tls://rooms%40clinic.example:p@mail.example"},
    {"EMAIL_URL": "smtp://mail.example:25"},  # without a password: the deployment check warns
    {"EMAIL_URL": "smtp://user:p@127.0.0.1:2525"},
    {"EMAIL_URL": "smtp+tls://user:p@[2001:db8::1]:587/"},
    {"EMAIL_URL": "filemail://"},
    {"EMAIL_URL": ""},
    {"DATABASE_URL": "postgres://user:p%40%2F%23%25@db.example:5432/clinic?sslmode=require"},
    {"DATABASE_URL": "postgresql:///clinic?host=/run/postgresql"},
    {"DATABASE_URL": "postgres://user:p%40@one:5432,two:5433/clinic"},
    {"DATABASE_URL": "postgres://user:p%2C@one,two/clinic?sslmode=require"},
    {"DATABASE_URL": "sqlite:////srv/clinic/clinic.sqlite3"},
    {"DATABASE_URL": ""},
    {"SITE_URL": "https://clinic.example/"},
    {"SITE_URL": "https://clinic.example:8443"},
    {"ALLOWED_HOSTS": "www.clinic.example,.clinic.example"},
    {"ALLOWED_HOSTS": "clinic.example,127.0.0.1,[::1]"},
    {"TRUSTED_PROXIES": "127.0.0.1, ::1,10.0.0.0/8"},
    {"BIND": EVERYWHERE, "TRUSTED_PROXIES": "10.0.0.2"},
    {"BIND": "::1"},
    {"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"},
]


@pytest.mark.parametrize("values", RIGHT)
def test_a_right_one_starts(start, values):
    assert start(SAFE, **values)["SITE_IS_HTTPS"]


def test_what_stands_in_a_password_is_read_as_it_was_written(start):
    read = start(
        SAFE,
        EMAIL_URL="smtp+tls://rooms%40clinic.example:%40%2F%23%25@mail.example",
        DATABASE_URL="postgres://us%40er:%40%2F%23%25@db.example/clinic",
    )
    mail, database = read["MAIL_SERVER"], read["DATABASES"]["default"]
    assert (mail["username"], mail["password"]) == ("rooms@clinic.example", "@/#%")
    assert (mail["host"], mail["port"]) == ("mail.example", 587)
    assert (database["USER"], database["PASSWORD"]) == ("us@er", "@/#%")
    assert (database["HOST"], database["NAME"]) == ("db.example", "clinic")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgres://user@one:5432,two:5433/clinic", "read-write"),
        ("postgres://user@one,two/clinic?target_session_attrs=primary", "primary"),
        ("postgres://user@one/clinic", None),
    ],
)
def test_of_several_database_servers_the_one_that_takes_writes_is_wanted(start, url, wanted):
    database = start(SAFE, DATABASE_URL=url)["DATABASES"]["default"]
    assert database["OPTIONS"].get("target_session_attrs") == wanted
    hosts = [host for host, _ in servers_of(database)]
    assert hosts == (["one", "two"] if wanted else ["one"])


def test_a_database_server_that_dies_without_a_word_is_given_up_within_seconds(start):
    options = start(SAFE, DATABASE_URL="postgres://user@one/clinic")["DATABASES"]["default"][
        "OPTIONS"
    ]
    silent = options["keepalives_interval"] * options["keepalives_count"]
    assert options["keepalives_idle"] + silent <= 8
    assert options["tcp_user_timeout"] == 8000


@pytest.mark.parametrize(
    ("url", "port"), [("smtp+ssl://mail.example", 465), ("smtp://mail.example", 25)]
)
def test_a_mail_server_is_asked_at_its_usual_door(start, url, port):
    assert start(SAFE, EMAIL_URL=url)["MAIL_SERVER"]["port"] == port


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "https://clinic.example"),
        ("SITE_URL", "http://192.168.1.20:8000"),
        ("ALLOWED_HOSTS", "localhost,clinic.example"),
        ("ALLOWED_HOSTS", "*"),
        ("BIND", EVERYWHERE),
        ("BIND", "::"),
    ],
)
def test_debug_never_serves_others(start, name, value):
    with pytest.raises(
        ImproperlyConfigured, match=f"DEBUG=1 is for this machine alone, and {name}"
    ):
        start({}, DEBUG="1", **{name: value})


@pytest.mark.parametrize("values", [{}, {"BIND": "127.0.0.1", "SITE_URL": "http://[::1]:8000"}])
def test_debug_serves_its_own_machine(start, values):
    assert start({}, DEBUG="1", **values)["DEBUG"]


@pytest.mark.parametrize("values", [{}, {"BIND": EVERYWHERE}, {"ALLOWED_HOSTS": "*"}])
def test_a_site_for_trying_out_starts_as_before(start, values):
    """Its pages hold nobody’s letter, and who tries it in a box of its own opens its doors."""
    trial = {k: v for k, v in TRIAL.items() if k != "EMAIL_URL"}
    assert start(trial, **values)["SITE_IS_LOOPBACK"]


@pytest.mark.parametrize(
    ("values", "own", "others"),
    [({}, False, False), ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, True, False)],
)
def test_other_hosts_of_the_domain_are_bound_only_when_asked_for(start, values, own, others):
    read = start(SAFE, **values)
    assert read["SECURE_HSTS_SECONDS"] == 63072000
    assert (read["SECURE_HSTS_INCLUDE_SUBDOMAINS"], read["SECURE_HSTS_PRELOAD"]) == (own, others)


def test_the_command_line_says_it_and_nothing_else(tmp_path):
    wrong = {**SAFE, "EMAIL_URL": "smtp+tls://user:plum/s@mail.example"}
    result = manage(tmp_path, **wrong)
    assert result.returncode == 1
    assert f"EMAIL_URL {MISREAD}" in result.stderr
    assert "plum" not in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"EMAIL_URL": "smtp://mail.example:25"}, "Mail goes to mail.example in clear"),
        ({"TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is empty"),
    ],
)
def test_what_a_site_can_live_with_is_said_by_the_deployment_check(tmp_path, change, said):
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **{**SAFE, **change})
    assert result.returncode != 0
    assert said in result.stderr
