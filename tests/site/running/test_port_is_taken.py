"""A second site on the same port says so in a sentence, before it starts a mail process."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic_site.running.first_run import refuse_taken_port


@pytest.fixture
def taken(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("PORT", str(listening.getsockname()[1]))
        monkeypatch.delenv("BIND", raising=False)
        yield listening.getsockname()[1]


def test_a_taken_port_is_refused_with_another_to_use(taken):
    with pytest.raises(ImproperlyConfigured, match=f"Port {taken} is taken.*PORT={taken + 1} make"):
        refuse_taken_port()


def test_a_free_port_is_left_free(taken, monkeypatch):
    monkeypatch.setenv("BIND", "127.0.0.2")
    refuse_taken_port()
    refuse_taken_port()


@pytest.mark.parametrize(("bind", "port"), [("127.0.0.1", "none"), ("192.0.2.1", "8000")])
def test_what_cannot_be_listened_on_is_said(monkeypatch, bind, port):
    monkeypatch.setenv("BIND", bind)
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ImproperlyConfigured, match=port):
        refuse_taken_port()
