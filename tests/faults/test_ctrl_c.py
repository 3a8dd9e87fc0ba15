"""Ctrl-C ends web and mail together, and a request in flight still gets its answer."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import pytest

from tests.makers import message_post
from tests.running_site import ROOT, Mailbox, RunningSite

pytestmark = pytest.mark.faults


def half_a_request(site: RunningSite) -> tuple[socket.socket, bytes]:
    """A connection that has sent all of a POST but its last bytes."""
    body = urllib.parse.urlencode(message_post()).encode()
    head = (
        f"POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=15)
    connection.sendall(head.encode() + body[:-5])
    return connection, body[-5:]


def test_ctrl_c_lets_a_request_finish_and_leaves_no_process(tmp_path):
    site = RunningSite(tmp_path, Mailbox())
    site.prepare()
    command = [sys.executable, "-m", "clinic_site.running.supervisor", "Procfile"]
    with site.log_path.open("ab") as log:
        supervisor = subprocess.Popen(
            command, cwd=ROOT, env=site.environment, stdout=log, stderr=log, start_new_session=True
        )
    site.wait_until_up()
    connection, rest = half_a_request(site)
    time.sleep(0.5)
    os.killpg(supervisor.pid, signal.SIGINT)  # what a terminal does
    time.sleep(0.5)
    connection.sendall(rest)
    answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 403")  # an answer: without its cookie the form is refused
    assert supervisor.wait(timeout=30) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", site.port), timeout=2)
    site.stop()
