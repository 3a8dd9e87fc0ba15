"""`manage.py doctor` says it in words or as JSON, and `check --deploy` asks the same list."""

import json
import socket
import subprocess
import sys
import time
from io import StringIO

import pytest
from django.conf import settings as site
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from clinic_site.operations.doctor import checks, mail, outside, visiting
from clinic_site.operations.doctor.finding import Needs
from tests.makers import make_clinic
from tests.running_site import free_port
from tests.site.running.test_unsafe_settings import SAFE

SECRETS = [SAFE["SECRET_KEY"], SAFE["CLINIC_DATA_KEYS"], "plum"]


def doctor(*arguments):
    """What it says, and its exit code."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.mark.parametrize("path", site.DOCTOR_CHECKS)
def test_each_check_asks_a_question_and_says_how_to_mend(path):
    check = import_string(path)
    assert check.question.endswith("?")
    assert check.mend.endswith((".", ")."))


@pytest.mark.django_db
def test_each_line_is_well_or_has_a_mend():
    said, code = doctor()
    lines = said.splitlines()
    assert code == 1
    assert "UNWELL  Does the mail process run?" in lines
    at = lines.index("UNWELL  Is there an owner who can sign in?")
    assert lines[at + 2].startswith("        → Make one: manage.py createsuperuser")
    assert "questions asked" in lines[-1]


@pytest.mark.django_db
def test_the_short_form_tells_what_is_unwell_alone():
    said, _ = doctor("--short")
    assert "well    " not in said
    assert "Does a letter of 5 MB come through?" not in said


def test_once_a_day_no_question_loads_the_pages_of_the_site(tmp_path):
    """The mail process would carry them as long as it runs."""
    asked = "import sys, django; django.setup(); from clinic_site.operations.doctor.visiting import"
    asked += " visit; visit(short=True, network=False); print('clinic_site.urls' in sys.modules)"
    facts = {"VAR_DIR": str(tmp_path), "CLINIC_ENV_FILE": "", "SITE_URL": "http://localhost"}
    facts |= {"DATABASE_URL": f"sqlite:///{tmp_path}/x"}
    facts |= {"DJANGO_SETTINGS_MODULE": "clinic_site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**SAFE, **facts},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "False\n", done.stderr


@pytest.mark.django_db
def test_asked_whole_it_looks_at_the_code_as_well(monkeypatch):
    monkeypatch.setattr("referrals.mail.kinds.missing_words", lambda: ["No words for x."])
    assert "No words for x." in doctor()[0]
    assert "No words for x." not in doctor("--short")[0]


@pytest.mark.django_db
def test_a_site_in_which_all_is_well_ends_with_0(settings):
    settings.DOCTOR_CHECKS, settings.HEALTH_CHECKS = [], []
    assert doctor() == (
        "well    Does the database answer?\n"
        f"        {visiting.database_finding().says}\n\n1 of 1 questions asked, nothing to mend.\n",
        0,
    )


@pytest.mark.django_db
def test_a_monitor_reads_json():
    said, code = doctor("--json")
    found = json.loads(said)
    assert (found["status"], code) == ("unhealthy", 1)
    by_name = {each["name"]: each for each in found["checks"]}
    assert by_name["mail process"]["level"] == "unwell"
    assert by_name["mail process"]["findings"][0]["mend"].startswith("Start it")


@pytest.mark.django_db
def test_what_is_no_address_is_refused_before_anything_is_asked():
    with pytest.raises(CommandError, match="--mail wants one mail address"):
        doctor("--mail", "kim")


@pytest.mark.django_db
def test_the_deployment_check_names_what_the_doctor_names(public):
    make_clinic(second_email="")
    ids = {found.id for found in run_checks(include_deployment_checks=True, databases=["default"])}
    assert {"doctor.second_address", "doctor.no_owner", "doctor.key_sheet"} <= ids
    assert {"clinic_site.E003", "doctor.mail_process"} <= ids


@pytest.mark.django_db
def test_the_deployment_check_asks_no_network_and_without_a_database_the_settings_alone(settings):
    paths = [*checks.paths(is_settings=True), *checks.paths(is_settings=False)]
    assert {import_string(path).needs for path in paths} == set(Needs)
    assert not [a for a in visiting.visit(network=False) if a.question.startswith("Does SITE_URL")]
    assert checks.doctors_database(None, databases=None) == []


def test_everything_away_is_said_in_sentences_in_time_and_without_a_secret(tmp_path):
    """Database, mail server and site: nobody answers, and nothing is a traceback."""
    port = free_port()
    environment = {
        **SAFE,
        "VAR_DIR": str(tmp_path),
        "CLINIC_ENV_FILE": "",
        "SITE_URL": f"https://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": f"postgres://clinic:plum@127.0.0.1:{port}/clinic",
        "EMAIL_URL": f"smtp+tls://clinic:plum@localhost:{port}",
        "WEB_CONCURRENCY": "two",
    }
    for command in (["doctor"], ["check", "--deploy", "--database", "default"]):
        asked = [sys.executable, "manage.py", *command]
        run = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
        said = run.stdout + run.stderr
        assert run.returncode == 1, said
        assert "The database does not answer: nobody listens there" in said
        assert "Start the database server" in said
        assert "WEB_CONCURRENCY is no number" in said
        assert not [word for word in ["Traceback", "rebuild_search", *SECRETS] if word in said]


@pytest.mark.django_db
def test_silence_everywhere_is_given_up_in_time(public, monkeypatch):
    """Each takes a connection and never says a word. The real limits are ten times as long."""
    for module in (outside, mail):
        assert module.SECONDS == 5
        monkeypatch.setattr(module, "SECONDS", 0.5)
    silent = socket.create_server(("localhost", 0))
    port = silent.getsockname()[1]
    public.SITE_URL, public.SITE_IS_HTTPS = f"https://localhost:{port}", True
    public.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    public.MAIL_SERVER = {**public.MAIL_SERVER, "host": "localhost", "port": port}
    network = [p for p in site.DOCTOR_CHECKS if import_string(p).needs == Needs.NETWORK]
    public.HEALTH_CHECKS = []
    began = time.monotonic()
    found = visiting.visit(paths=network)
    took = time.monotonic() - began
    silent.close()
    expected = ["unwell", "not asked", "not asked", "unwell"]  # and no store is named
    assert [each.level for each in found[1:]] == [*expected, "not asked"]
    assert took < 4 * 0.5 + 1  # and so 30 seconds for the real ones
