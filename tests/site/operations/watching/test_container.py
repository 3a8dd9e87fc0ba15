"""What the image is made of fits the code: nothing is forgotten, nothing private gets in."""

import re
import subprocess

import pytest
from django.conf import settings
from django.urls import reverse

DEPLOY = settings.BASE_DIR / "deploy"
FILE = (DEPLOY / "Containerfile").read_text()
ENTRY = (DEPLOY / "container-entry").read_text()
PROCESSES = dict(
    line.split(": ", 1) for line in (settings.BASE_DIR / "Procfile").read_text().splitlines()
)
COPIED = re.findall(r"^COPY (?!--from)(.+) \S+$", FILE, re.MULTILINE)


@pytest.mark.parametrize("name", [name for line in COPIED for name in line.split()])
def test_what_is_copied_is_there_and_is_code(name):
    is_optional = "[" in name  # a pattern, which may match nothing
    assert is_optional or (settings.BASE_DIR / name).exists()
    assert not name.startswith((".", "var", "tests"))


def test_every_folder_that_the_code_needs_is_copied():
    wanted = {"clinic_site", "conditions", "referrals", "templates", "static", "manage.py"}
    assert wanted <= {name for line in COPIED for name in line.split()}


@pytest.mark.parametrize("role", ["web", "mail"])
def test_each_role_runs_what_the_procfile_says(role):
    assert f"exec {PROCESSES[role]}\n" in ENTRY


def test_it_runs_as_a_user_of_its_own_and_is_asked_whether_it_lives():
    assert FILE.index("\nUSER clinic\n") < FILE.index("\nENTRYPOINT")
    assert "HEALTHCHECK" in FILE
    assert 'CMD ["clinic", "alive"]' in FILE
    assert reverse("livez") in ENTRY


def test_the_entry_is_a_program_that_the_shell_can_read():
    assert (DEPLOY / "container-entry").stat().st_mode & 0o111
    subprocess.run(["sh", "-n", DEPLOY / "container-entry"], check=True)


def test_no_secret_of_a_real_site_stands_in_the_image():
    assert re.findall(r"(?:SECRET_KEY|DATA_KEYS)=(\S+)", FILE) == []
    assert "for-building-only" in ENTRY
