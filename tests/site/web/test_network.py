"""The tests reach nothing beyond this machine, and neither does the site while they run."""

import socket
import urllib.request

import pytest

from tests.conftest import ReachedOut


@pytest.mark.parametrize("host", ["192.0.2.1", "198.51.100.7", "2001:db8::1", "example.com"])
def test_a_connection_beyond_this_machine_fails_at_once(host):
    with pytest.raises(ReachedOut):
        socket.create_connection((host, 80), timeout=1)


def test_what_a_library_would_fetch_fails_too():
    with pytest.raises(ReachedOut):
        urllib.request.urlopen("http://192.0.2.1/", timeout=1)


def test_this_machine_may_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
