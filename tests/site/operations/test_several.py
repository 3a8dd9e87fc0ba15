"""Several machines: HAProxy takes its file, and the guide names what there is."""

import os
import re
import shutil
import subprocess

import pytest
from django.conf import settings
from django.core.management import get_commands

from clinic_site.operations.watching.probes import PROBE_PATHS
from clinic_site.running import environment
from tests.site.operations.test_deploy_files import in_install
from tests.site.operations.test_guide import known_settings

SEVERAL = settings.BASE_DIR / "deploy/several"
GUIDE = (settings.BASE_DIR / "docs/operations-several.md").read_text()
HAPROXY = (SEVERAL / "haproxy.cfg").read_text()
BEHIND = (SEVERAL / "nginx-behind-haproxy.conf").read_text()
SAMPLE = (SEVERAL / "clinic.env.sample").read_text()
STANDS_FOR_SOMETHING = {"ADDRESS", "FILE", "FOLDER", "NAME"}


def haproxy():
    found = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        pytest.skip("needs haproxy: apt install haproxy")
    return found


def backend(name):
    """The lines of one part of the file, without remarks."""
    part = re.search(rf"^(?:\w+ )?{name}\n(.*?)(?=^\S|\Z)", HAPROXY, re.DOTALL | re.MULTILINE)[1]
    return [line.strip() for line in part.splitlines() if not line.strip().startswith("#")]


def test_haproxy_takes_its_file(tmp_path):
    program, pem, text = haproxy(), tmp_path / "clinic.pem", HAPROXY
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=sample"]
    subprocess.run([*made, "-keyout", pem, "-out", tmp_path / "nodes.pem"], check=True)
    pem.write_text((tmp_path / "nodes.pem").read_text() + pem.read_text())
    shutil.copy(settings.BASE_DIR / "deploy/pages/502.html", tmp_path)
    (tmp_path / "haproxy.cfg").write_text(text.replace("/etc/haproxy", str(tmp_path)))
    done = subprocess.run([program, "-c", "-f", tmp_path / "haproxy.cfg"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_its_log_holds_no_address_of_a_page():
    """That of a receipt or a status page opens it."""
    [line] = re.findall(r"log-format '(.*)'", HAPROXY)
    assert not re.search(r"%(r|HU|HP|HQ|HPO|\[|hr|hs|ci)", line)
    assert "option httplog" not in HAPROXY


def test_what_a_visitor_writes_of_her_way_counts_for_nothing():
    lines = backend("clinic")
    assert "http-request set-header X-Forwarded-For %[src]" in lines
    assert "http-request del-header Forwarded" in lines
    assert "real_ip_header X-Forwarded-For;" in BEHIND


@pytest.mark.parametrize("name", ["ready", "alive", "files"])
def test_what_was_sent_is_never_sent_twice(name):
    assert "http-request disable-l7-retry if !METH_GET !METH_HEAD" in backend(name)


def test_nodes_are_asked_at_addresses_that_there_are():
    asked = set(re.findall(r"http-check send meth GET uri (\S+)", HAPROXY))
    assert asked == {"/readyz", "/livez"} <= PROBE_PATHS


def test_while_no_node_reaches_the_database_pages_are_still_read():
    lines = backend("clinic")
    assert "use_backend alive if { nbsrv(ready) eq 0 }" in lines
    assert lines.index("use_backend files if { path_beg /static/ }") == len(
        lines
    ) - 3 - lines.count("")


def test_a_file_that_one_node_does_not_have_the_other_is_asked_for():
    [line] = [line for line in backend("files") if line.startswith("retry-on")]
    assert "404" in line.split()
    assert "option redispatch 1" in HAPROXY


def test_a_node_that_dies_without_a_word_is_given_up_within_ten_seconds():
    lines = backend("defaults")
    assert {"option srvtcpka", "srvtcpka-idle 4s", "srvtcpka-intvl 2s", "srvtcpka-cnt 2"} <= {
        *lines
    }
    assert " tcp-ut 8s " in next(line for line in lines if line.startswith("default-server"))


@pytest.mark.parametrize("status", ["502", "503", "504"])
def test_what_haproxy_says_itself_is_said_in_our_words(status):
    assert re.search(rf"http-error status {status} .* file /etc/haproxy/502\.html ", HAPROXY)


def test_the_sample_and_the_guide_name_settings_that_there_are():
    environment.parse(SAMPLE)
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", SAMPLE, re.MULTILINE))
    spans = " ".join(re.findall(r"`([^`\n]+)`", GUIDE))
    named |= set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", spans)) - STANDS_FOR_SOMETHING
    assert named - known_settings() == set()


def test_the_guide_names_commands_and_files_that_there_are():
    named = set(re.findall(r"(?:^|`)clinic ([a-z_]+)", GUIDE, re.MULTILINE))
    assert {"doctor", "rotate_keys", "key_sheet"} <= named
    assert named - {*get_commands()} == set()
    files = re.findall(r"\bdeploy/[\w./-]*\w", GUIDE + HAPROXY)
    assert [name for name in files if not (settings.BASE_DIR / name).exists()] == []


def test_new_keys_are_readable_everywhere_before_one_is_written_with():
    steps = GUIDE.partition("## New keys")[2].partition("\n## ")[0]
    assert steps.index("**behind**") < steps.index("**in front**") < steps.index("rotate_keys")


@pytest.mark.parametrize(
    ("line", "is_fetched"), [("OBJECT_STORE_URL=https://store.example/b", True), ("", False)]
)
def test_what_only_several_machines_need_is_fetched_for_them_alone(tmp_path, line, is_fetched):
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    (tmp_path / "clinic.env").write_text(f"{line}\n")
    said = in_install(f"RELEASE={tmp_path} ENV_FILE={tmp_path}/clinic.env; fetch_for_several")
    assert said.endswith(f"--require-hashes -r {tmp_path}/requirements-several.txt\n") is is_fetched
