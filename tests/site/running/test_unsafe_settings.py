"""Without DEBUG the site refuses to start on unsafe values, and says how to mend each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAFE = {
    "SECRET_KEY": "check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "CLINIC_DATA_KEYS": "dGVzdHMtb25seS0wMTIzNDU2Nzg5LWFiY2RlZmdoaWo=",
    "ALLOWED_HOSTS": "clinic.example",
    "SITE_URL": "https://clinic.example",
    "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
    "DEFAULT_FROM_EMAIL": "website@clinic.example",
    "TRUSTED_PROXIES": "127.0.0.1",
}


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", *(arguments or ["check"])]
    return subprocess.run(command, env={**clean, **environment}, capture_output=True, text=True)


def test_safe_values_start(tmp_path):
    assert manage(tmp_path, **SAFE).returncode == 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "CLINIC_DATA_KEYS", "ALLOWED_HOSTS"])
def test_a_missing_value_is_named_with_its_cure(tmp_path, name):
    result = manage(tmp_path, **{k: v for k, v in SAFE.items() if k != name})
    assert result.returncode != 0
    assert f"  - {name} " in result.stderr


def test_plain_http_is_for_loopback_only(tmp_path):
    result = manage(tmp_path, **{**SAFE, "SITE_URL": "http://clinic.example"})
    assert "SITE_URL is not https" in result.stderr


def test_an_unknown_way_to_check_numbers_is_refused(tmp_path):
    result = manage(tmp_path, **SAFE, IDENTIFIER_CHECKS="strikt")
    assert "IDENTIFIER_CHECKS is unknown: use warn, strict or off." in result.stderr


@pytest.mark.parametrize("url", ["dummymail://", "consolemail://", "memorymail://"])
def test_what_drops_mail_is_refused(tmp_path, url):
    result = manage(tmp_path, **{**SAFE, "EMAIL_URL": url})
    assert result.returncode != 0
    assert "  - EMAIL_URL drops every mail" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CLINIC_DATA_KEYS", "not-a-key", "CLINIC_DATA_KEYS holds something that is no key"),
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("DEFAULT_FROM_EMAIL", "rooms", "DEFAULT_FROM_EMAIL is no mail address"),
        ("SECURITY_CONTACT", "Kim <kim@x.example>", "SECURITY_CONTACT is no mail address"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_without_repeating_it(tmp_path, name, value, said):
    result = manage(tmp_path, **{**SAFE, name: value})
    assert f"  - {said}" in result.stderr
    assert "not-a-key" not in result.stderr


def test_debug_starts_with_nothing(tmp_path):
    assert manage(tmp_path, DEBUG="1").returncode == 0


def test_a_public_site_is_clean_for_the_deployment_check(tmp_path):
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert result.returncode == 0, result.stderr


def test_a_public_site_must_not_write_mail_to_files(tmp_path):
    public = {k: v for k, v in SAFE.items() if k != "EMAIL_URL"}
    result = manage(tmp_path, "check", "--deploy", **public)
    assert "clinic_site.E001" in result.stderr


def test_a_public_site_chooses_who_its_mail_comes_from(tmp_path):
    public = {k: v for k, v in SAFE.items() if k != "DEFAULT_FROM_EMAIL"}
    result = manage(tmp_path, "check", "--deploy", **public)
    assert "Mail comes from website@clinic.example, an address that nobody chose" in result.stderr


def test_a_public_site_must_not_keep_keys_under_var(tmp_path):
    (tmp_path / "secrets.env").write_text(f"CLINIC_DATA_KEYS={SAFE['CLINIC_DATA_KEYS']}\n")
    public = {k: v for k, v in SAFE.items() if k != "CLINIC_DATA_KEYS"}
    result = manage(tmp_path, "check", "--deploy", **public)
    assert "clinic_site.E002" in result.stderr


def test_a_public_site_must_not_keep_the_sample_telephone_number(tmp_path):
    assert manage(tmp_path, "migrate", "-v0", **SAFE).returncode == 0
    result = manage(tmp_path, "check", "--deploy", "--database", "default", **SAFE)
    assert "clinic_site.E003" in result.stderr
