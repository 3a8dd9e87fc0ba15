"""A real nginx with deploy/nginx.conf, with the ports, files and folders of a test or benchmark."""

import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running_site import ROOT, Mailbox, RunningSite, free_port

CONF = ROOT / "deploy" / "nginx.conf"
CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=sample"]
# What stands in Debian’s own nginx.conf, with folders of this test.
DEBIAN = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    include {folder}/clinic;
}}
"""


def nginx_program() -> str:
    """Where nginx is; empty where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def needs_nginx() -> None:
    if not nginx_program():
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("nginx is missing")
        pytest.skip("needs nginx: apt install nginx-light")


def conf_for(site: RunningSite, folder: Path, port: int) -> str:
    """The site's file as it is, with the ports, files and folders of this run."""
    text = CONF.read_text()
    for old, new in [
        (r"listen \[::\]:[^;]*;", ""),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443", f"listen 127.0.0.1:{port}"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{site.port}"),
        (r"/var/www/clinic/pages", str(ROOT / "deploy" / "pages")),
        (r"/var/cache/nginx-clinic", f"{folder}/kept"),
        (r"/etc/clinic/tls|/var/log/nginx", str(folder)),
    ]:
        text, number = re.subn(old, new, text)
        assert number, old
    return text


def make_certificate(folder: Path) -> None:
    made = [*CERTIFICATE, "-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
    subprocess.run(made, check=True, capture_output=True)


def start_nginx(folder: Path, conf: str, *, inside: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """nginx as Debian sets it up, with the site's file in it. `inside` goes before its command."""
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "clinic").write_text(conf)
    (folder / "nginx.conf").write_text(DEBIAN.format(user=user, folder=folder))
    start = [*inside, nginx_program(), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
    return subprocess.Popen([*start, "-g", "daemon off;"])


@contextmanager
def site_behind_nginx(folder: Path, **environment: str) -> Iterator[tuple[RunningSite, str]]:
    """The site as real processes with nginx in front, and its public address."""
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    settings = {"TRUSTED_PROXIES": "127.0.0.1", "SITE_URL": url, **environment}
    site = RunningSite(folder, Mailbox(), **settings)
    site.prepare()
    of_nginx = folder / "nginx"
    of_nginx.mkdir()
    make_certificate(of_nginx)
    site.start("web")
    process = start_nginx(of_nginx, conf_for(site, of_nginx, port))
    try:
        wait_for(url)
        yield site, url
    finally:
        process.terminate()
        process.wait(timeout=15)
        site.stop()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/", timeout=30, context=trusting()).close()  # noqa: S310
            return
        except OSError:
            assert time.monotonic() < deadline, "nginx or the site did not start"
            time.sleep(0.2)
