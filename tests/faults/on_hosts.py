"""One site on several hosts, as docs/operations-several.md says: HAProxy, two web nodes with nginx
of their own, two mail nodes, a primary and its replica, a store of files."""

import http.client
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.behind_nginx import needs_nginx, start_nginx
from tests.faults.hosts import OUTSIDE, Host, require_hosts
from tests.faults.own_server import WITHOUT_COMPRESSING
from tests.object_store import ObjectStore, require_object_store
from tests.postgres_pair import Pair, programs
from tests.running_site import ROOT, Mailbox, RunningSite

NAME = "clinic.example"
NAMES = ("door", "web-one", "web-two", "mail-one", "mail-two", "db-one", "db-two", "store")
WEB = ("web-one", "web-two")
SEVERAL = ROOT / "deploy/several"
# Before the store, so that files travel with TLS; who makes the bucket comes from the tests.
DOOR_OF_STORE = """
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend store
    bind :443 ssl crt {pem}
    bind :80
    default_backend swift
backend swift
    server one 127.0.0.1:{port}
"""


def haproxy() -> str:
    return shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def require_all() -> Path:
    """Where PostgreSQL lies. Skips where something is missing, and says what."""
    require_hosts()
    require_object_store()
    needs_nginx()
    if not haproxy():
        pytest.skip("needs haproxy: apt install haproxy")
    found = programs()
    if found is None:
        pytest.skip("needs PostgreSQL: apt install postgresql")
    return found


class StoreOnHost(ObjectStore):
    """Swift on a host of its own, with HAProxy before it."""

    def __init__(self, folder: Path, host: Host, pem: Path) -> None:
        self.host = host
        super().__init__(folder)
        self.inside = host.inside
        words = DOOR_OF_STORE.format(pem=pem, port=self.ports["proxy"])
        (folder / "haproxy.cfg").write_text(words)

    @property
    def endpoint(self) -> str:
        return f"http://{self.host.address}"

    @property
    def settings(self) -> dict[str, str]:
        told = super().settings
        return {**told, "OBJECT_STORE_URL": told["OBJECT_STORE_URL"].replace("http:", "https:")}

    def start(self) -> None:
        command = [*self.host.inside, haproxy(), "-db", "-f", str(self.folder / "haproxy.cfg")]
        with (self.folder / "haproxy.log").open("ab") as log:
            started = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        super().start()
        self.processes.append(started)


def certificate(folder: Path, *addresses: str) -> None:
    """One for all: the site's name and the store's address, signed by itself."""
    names = ",".join([f"DNS:{NAME}", *(f"IP:{address}" for address in addresses)])
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}"]
    key, chain = folder / "privkey.pem", folder / "fullchain.pem"
    written = ["-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(chain)]
    subprocess.run([*made, *written], check=True, capture_output=True)
    (folder / "clinic.pem").write_text(chain.read_text() + key.read_text())


class SiteOnHosts:
    def __init__(self, top: Path, hosts: dict[str, Host], mailbox: Mailbox, pair: Pair) -> None:
        self.top, self.hosts, self.mailbox, self.pair = top, hosts, mailbox, pair
        self.tls = top / "tls"
        self.tls.mkdir()
        certificate(self.tls, hosts["store"].address)
        (top / "swift").mkdir()
        self.store = StoreOnHost(top / "swift", hosts["store"], self.tls / "clinic.pem")
        self.started: list[subprocess.Popen[bytes]] = []
        self.told = {
            "SITE_URL": f"https://{NAME}",
            "ALLOWED_HOSTS": NAME,
            "TRUSTED_PROXIES": "127.0.0.1",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "CLINIC_DATA_KEYS": Fernet.generate_key().decode(),
            "CLINIC_ENV_FILE": "",
            "EMAIL_URL": f"smtp://{mailbox.host}:{mailbox.port}",
            "PORT": "8000",
            "MAIL_CHORES_SECONDS": "20",  # mail waits for them, and while the store is away long
            "AWS_CA_BUNDLE": str(self.tls / "fullchain.pem"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }
        self.sites: dict[str, RunningSite] = {}

    def start(self) -> None:
        self.store.start()
        self.store.make_bucket()
        self.told |= self.store.settings
        for name in ("web-one", "web-two", "mail-one", "mail-two"):
            (folder := self.top / name).mkdir()
            one = RunningSite(folder, self.mailbox, database_url=self.pair.url, **self.told)
            self.sites[name] = one
        self.any.run(sys.executable, "-c", WITHOUT_COMPRESSING, "prepare_site")
        for name in self.sites:
            if name != "web-one":
                shutil.copytree(self.any.folder / "var", self.top / name / "var")
            self.start_node(name)
        self.start_door()
        for name in WEB:
            self.wait_for(name)

    @property
    def any(self) -> RunningSite:
        """By which the database is asked."""
        return self.sites["web-one"]

    def start_node(self, name: str) -> None:
        """Its line of the Procfile under the supervisor, and nginx before a web node."""
        folder, host, kind = self.top / name, self.hosts[name], name.partition("-")[0]
        lines = (ROOT / "Procfile").read_text().splitlines(keepends=True)
        procfile = folder / "Procfile"
        procfile.write_text("".join(line for line in lines if line.startswith(f"{kind}:")))
        supervisor = [sys.executable, "-m", "clinic_site.running.supervisor", str(procfile)]
        self.begin([*host.inside, *supervisor], name, env=self.sites[name].environment)
        if kind == "web":
            (folder / "nginx").mkdir(exist_ok=True)
            for file in ("privkey.pem", "fullchain.pem"):
                shutil.copy(self.tls / file, folder / "nginx")
            conf = nginx_of_node(folder / "nginx", self.hosts["door"].address)
            self.started.append(start_nginx(folder / "nginx", conf, inside=host.inside))

    def start_door(self) -> None:
        folder = self.top / "door"
        folder.mkdir()
        shutil.copy(ROOT / "deploy/pages/502.html", folder)
        shutil.copy(self.tls / "clinic.pem", folder)
        shutil.copy(self.tls / "fullchain.pem", folder / "nodes.pem")
        text = (SEVERAL / "haproxy.cfg").read_text()
        for old, new in [
            ("192.0.2.11", self.hosts["web-one"].address),
            ("192.0.2.12", self.hosts["web-two"].address),
            ("/etc/haproxy", str(folder)),
            ("/run/haproxy", str(folder)),
        ]:
            assert old in text
            text = text.replace(old, new)
        (folder / "haproxy.cfg").write_text(text)
        command = [haproxy(), "-db", "-f", str(folder / "haproxy.cfg")]
        self.begin([*self.hosts["door"].inside, *command], "door")

    def begin(self, command: list[str], name: str, **options: object) -> None:
        with (self.top / f"{name}.log").open("ab") as log:
            begun = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, **options
            )
        self.started.append(begun)

    def wait_for(self, name: str, *, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while self.asked(name) != 200:
            assert time.monotonic() < until, (self.top / f"{name}.log").read_text()[-3000:]
            time.sleep(0.3)

    def asked(self, name: str, path: str = "/readyz") -> int:
        """What a node itself says, asked past HAProxy."""
        line = Line(self.hosts[name].address, self.tls / "fullchain.pem", OUTSIDE, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def ask_haproxy(self, words: str) -> str:
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(self.top / "door/admin.sock"))
            door.sendall(f"{words}\n".encode())
            return door.recv(100_000).decode()

    def let_serve(self, *names: str) -> None:
        """HAProxy sends visitors to these nodes alone."""
        for part in ("ready", "alive", "files"):
            for name in WEB:
                state = "ready" if name in names else "maint"
                self.ask_haproxy(f"set server {part}/{name.partition('-')[2]} state {state}")

    def stop(self) -> None:
        """All at once; that its hosts go is for who made them."""
        for host in self.hosts.values():
            host.kill_all()
        for process in [*self.started, *self.store.processes]:
            process.wait()


def nginx_of_node(folder: Path, door: str) -> str:
    """deploy/nginx.conf with folders of the test, and who is believed behind HAProxy."""
    text = re.sub(r"listen \[::\]:[^;]*;", "", (ROOT / "deploy/nginx.conf").read_text())
    for old, new in [
        ("/var/www/clinic/pages", str(ROOT / "deploy/pages")),
        ("/var/cache/nginx-clinic", f"{folder}/kept"),
        ("/etc/clinic/tls", str(folder)),
        ("/var/log/nginx", str(folder)),
    ]:
        assert old in text
        text = text.replace(old, new)
    behind = (SEVERAL / "nginx-behind-haproxy.conf").read_text()
    return behind.replace("192.0.2.5", door) + text


class Line(http.client.HTTPSConnection):
    """To a host under the site's name, from an address of one's own."""

    def __init__(self, to: str, trusted: Path, source: str, *, timeout: float) -> None:
        self.trusting = ssl.create_default_context(cafile=str(trusted))
        super().__init__(NAME, timeout=timeout, context=self.trusting)
        self.to, self.source = to, source

    def connect(self) -> None:
        plain = socket.create_connection((self.to, 443), self.timeout, (self.source, 0))
        self.sock = self.trusting.wrap_socket(plain, server_hostname=NAME)
