"""What is measured side by side, each on a server of its own and all of them on one core."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.ordinary.fill import SLUG
from benchmarks.rounds.load import Load, ask
from benchmarks.rounds.processes import SERVING, on_core
from tests.behind_nginx import conf_for, nginx_program, start_nginx
from tests.running_site import ROOT, Mailbox, RunningSite, free_port

GUNICORN = ["gunicorn", "--config", "python:benchmarks.rounds.gunicorn_alone"]
OF_ONE_REQUEST = {"date", "connection", "server", "x-request-id"}


class Target(NamedTuple):
    """Who answers at an address, and the processes that work for it. An answer that is not 200
    ends the run, unless it may be another."""

    name: str
    address: str
    path: str
    servers: list[int]
    may_fail: bool = False

    def ask(self, *, seconds: float, connections: int = 4, coding: str = "") -> Load:
        load = ask(
            self.address,
            self.path,
            servers=self.servers,
            seconds=seconds,
            connections=connections,
            coding=coding,
        )
        if load.failed and not self.may_fail:
            raise RuntimeError(f"{self.name}: {load.failed} of {load.requests} answers failed")
        return load


@contextmanager
def our_site(**environment: str) -> Iterator[RunningSite]:
    """The site with one worker, set up anew. Who asks stands for a proxy, so that each sender has
    an address of its own."""
    folder = Path(tempfile.mkdtemp(prefix="clinic-bench-"))
    settings = {"WEB_CONCURRENCY": "1", "TRUSTED_PROXIES": "127.0.0.1", **environment}
    site = RunningSite(folder, Mailbox(), **settings)
    site.prepare()
    try:
        with on_core(SERVING):
            site.start("web")
        site.wait_until_up()
        yield site
    finally:
        site.stop()


def target_of(site: RunningSite, name: str, path: str) -> Target:
    return Target(name, f"127.0.0.1:{site.port}", path, [site.processes["web"].pid])


@contextmanager
def served(name: str, application: str, path: str, **environment: str) -> Iterator[Target]:
    """Another application behind the site's own gunicorn settings."""
    port = free_port()
    where = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "1", **environment}
    where["PATH"] = f"{Path(sys.executable).parent}:{where['PATH']}"
    with on_core(SERVING), (ROOT / os.devnull).open("ab") as nothing:
        process = subprocess.Popen(  # noqa: S603
            [*GUNICORN, application], cwd=ROOT, env=where, stdout=nothing, stderr=nothing
        )
    try:
        wait_for(f"http://127.0.0.1:{port}{path}")
        yield Target(name, f"127.0.0.1:{port}", path, [process.pid])
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(url, timeout=30).close()  # noqa: S310
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def stored_answer(site: RunningSite, path: str, coding: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of one answer of ours."""
    request = urllib.request.Request(site.url + path)  # noqa: S310
    if coding:
        request.add_header("Accept-Encoding", coding)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        headers = {k: v for k, v in answer.headers.items() if k.lower() not in OF_ONE_REQUEST}
        return headers, answer.read()


@contextmanager
def bare(site: RunningSite, path: str, coding: str) -> Iterator[Target]:
    """Our own bytes and headers, from memory, with our own access line."""
    headers, body = stored_answer(site, path, coding)
    file = site.folder / "bare-answer"
    lines = "\n".join(f"{name}: {value}" for name, value in headers.items())
    file.write_bytes(lines.encode() + b"\n\n" + body)
    environment = {**site.environment, "BARE_ANSWER": str(file)}
    environment.pop("PORT")
    with served("bare", "benchmarks.rounds.bare", "/", **environment) as target:
        yield target


@contextmanager
def ordinary(site: RunningSite, path: str) -> Iterator[Target]:
    """The same words on a page as most sites make one."""
    _, body = stored_answer(site, path, "")
    page = site.folder / "same-words.html"
    page.write_bytes(body)
    where = {**os.environ, "ORDINARY_DATABASE": str(site.folder / "ordinary.sqlite3")}
    fill = [sys.executable, "-m", "benchmarks.ordinary.fill", str(page)]
    subprocess.run(fill, check=True, cwd=ROOT, env=where)  # noqa: S603
    more = {**site.environment, "ORDINARY_DATABASE": where["ORDINARY_DATABASE"]}
    more.pop("PORT")
    application = "benchmarks.ordinary.wsgi"
    with served("ordinary", application, f"/{SLUG}/", **more) as target:
        yield target


@contextmanager
def nginx_before(site: RunningSite, path: str, coding: str) -> Iterator[tuple[Target, Target]]:
    """A static file and the page through nginx's cache, from one nginx with the guide's file.

    Without TLS, which costs the same in both.
    """
    folder = site.folder / "nginx"
    folder.mkdir()
    headers, body = stored_answer(site, path, coding)
    (folder / "static.html").write_bytes(body)
    with ExitStack() as stack:
        port = free_port()
        conf = without_tls(conf_for(site, folder, port))
        kind = f'add_header Content-Encoding "{coding}";' if "Content-Encoding" in headers else ""
        static = f"location = /static.html {{ {kind} root {folder}; }}\n"
        end = conf.rindex("}")
        with on_core(SERVING):
            process = start_nginx(folder, conf[:end] + static + conf[end:])
        stack.callback(process.wait, 15)
        stack.callback(process.terminate)
        address = f"127.0.0.1:{port}"
        wait_for(f"http://{address}/static.html")
        yield (
            Target("nginx static", address, "/static.html", [process.pid]),
            Target("nginx", address, path, [process.pid, site.processes["web"].pid]),
        )


def without_tls(conf: str) -> str:
    conf = re.sub(r" ssl http2;", ";", conf)
    return re.sub(r"^\s*ssl_.*;$", "", conf, flags=re.MULTILINE)


def has_nginx() -> bool:
    return bool(nginx_program())
