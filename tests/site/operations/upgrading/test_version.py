"""Staff and the operator read which release runs; strangers do not."""

import json
import tomllib
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from clinic_site.operations.version import release, version_in
from tests.makers import make_user, signed_in, words_of

pytestmark = pytest.mark.django_db


def test_it_is_what_the_project_says():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    assert release() == project["project"]["version"]


@pytest.mark.parametrize("text", [None, "", "[project]\n", "not a project"])
def test_without_a_readable_project_the_site_still_answers(tmp_path, text):
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    assert version_in(tmp_path / "pyproject.toml") == "unknown"


def test_staff_read_it_at_the_foot_of_each_page(client):
    staff = signed_in(client, make_user("referrals.view_enquiry"))
    assert f"Release {release()}" in words_of(staff.get("/admin/").content.decode())


@pytest.mark.parametrize("address", ["/", "/admin/account/login/", "/healthz", "/admin/guide/"])
def test_a_stranger_reads_it_nowhere(client, address):
    assert release() not in client.get(address).content.decode()


def test_it_stands_with_how_the_site_is(client):
    staff = signed_in(client, make_user("clinic_site.view_clinic"))
    assert f"This is release {release()}." in words_of(staff.get("/admin/health/").content.decode())
    with pytest.raises(SystemExit):
        call_command("health", "--json", stdout=(out := StringIO()), stderr=StringIO())
    assert json.loads(out.getvalue())["release"] == release()
