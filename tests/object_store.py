"""A real object store on this machine: OpenStack Swift with its S3 layer, from Debian's packages.

One node of one copy in a folder of its own. What it needs beside the packages is a disk that keeps
extended attributes. Without any of these, tests are skipped and say why; the packages are large,
so that no run asks for them by itself.
"""

import http.client
import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running_site import free_port

KEY_ID, SECRET = "clinic:site", "a-secret-of-the-tests"
SERVERS = ("account", "container", "object")
PROGRAMS = [f"swift-{name}-server" for name in (*SERVERS, "proxy")] + ["swift-ring-builder"]
HASHES = Path("/etc/swift/swift.conf")  # Swift reads its storage policies there, and nowhere else
BACK_END = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
devices = {folder}/disks
mount_check = false
disable_fallocate = true
swift_dir = {folder}
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""
PROXY = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo \
dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_clinic_site = {secret} .admin
""" + "".join(
    f"[filter:{name}]\nuse = egg:swift#{name}\n"
    for name in (
        *("catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk"),
        *("copy", "slo", "dlo", "versioned_writes"),
    )
)


def require_object_store() -> None:
    """Skip where something is missing, with what to install."""
    if not all(find_spec(name) for name in ("storages", "boto3")):
        pytest.skip("needs the libraries: pip install --no-deps -r requirements-several.txt")
    if not all(shutil.which(program) for program in PROGRAMS) or not os.access(HASHES, os.R_OK):
        pytest.skip(
            "needs Swift: apt install swift-proxy swift-account swift-container swift-object"
        )


class ObjectStore:
    """Runs until it is stopped; started again, it has what it had."""

    def __init__(self, folder: Path, bucket: str = "clinic-files") -> None:
        self.folder, self.bucket = folder, bucket
        self.inside: list[str] = []  # before each of its commands
        self.ports = {name: free_port() for name in (*SERVERS, "proxy")}
        self.processes: list[subprocess.Popen[bytes]] = []
        (folder / "disks/one").mkdir(parents=True)
        require_attributes(folder / "disks")
        self.write_settings()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['proxy']}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "OBJECT_STORE_URL": f"{self.endpoint}/{self.bucket}",
            "OBJECT_STORE_KEY_ID": KEY_ID,
            "OBJECT_STORE_SECRET": SECRET,
        }

    def write_settings(self) -> None:
        for name in SERVERS:
            port = self.ports[name]
            words = BACK_END.format(port=port, folder=self.folder, name=name)
            (self.folder / f"{name}.conf").write_text(words)
            ring = str(self.folder / f"{name}.builder")
            for does in (
                ["create", "4", "1", "1"],
                ["add", f"r1z1-127.0.0.1:{port}/one", "1"],
                ["rebalance"],
            ):
                subprocess.run(["swift-ring-builder", ring, *does], capture_output=True)
        words = PROXY.format(port=self.ports["proxy"], folder=self.folder, secret=SECRET)
        (self.folder / "proxy.conf").write_text(words)

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        with (self.folder / "swift.log").open("ab") as log:
            for name in (*SERVERS, "proxy"):
                server = [f"swift-{name}-server", str(self.folder / f"{name}.conf")]
                command = [*self.inside, *server]
                self.processes.append(
                    subprocess.Popen(
                        command, stdout=log, stderr=log, env=environment, start_new_session=True
                    )
                )
        self.wait()

    def wait(self, *, seconds: float = 180) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                door = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=2)
                door.request("GET", "/healthcheck")
                if door.getresponse().status == 200:
                    return
            except (http.client.HTTPException, OSError):
                pass
            time.sleep(0.2)
        raise AssertionError((self.folder / "swift.log").read_text()[-3000:])

    def make_bucket(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                self.client().create_bucket(Bucket=self.bucket)
                return
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def client(self):
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(
                s3={"addressing_style": "path"}, request_checksum_calculation="when_required"
            ),
        )

    def names(self) -> list[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return sorted(one["Key"] for page in pages for one in page.get("Contents", []))

    def stop(self) -> None:
        """All at once, as a power cut does."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


def require_attributes(folder: Path) -> None:
    probe = folder / "probe"
    probe.touch()
    try:
        os.setxattr(probe, "user.swift.metadata", b"1" * 2000)
    except OSError:
        pytest.skip(f"needs a disk with extended attributes, and {folder} lies on none")
    finally:
        probe.unlink()
