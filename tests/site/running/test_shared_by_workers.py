"""Before gunicorn forks its workers: what they share is read, and nothing of it is open."""

from types import SimpleNamespace

import pytest

from clinic_site.running import gunicorn_config


class Server:
    """What gunicorn gives its hook. `site` stands for the site's application, or raises."""

    def __init__(self, site):
        self.said = []
        self.app = SimpleNamespace(wsgi=site)
        self.log = SimpleNamespace(exception=self.said.append)


@pytest.fixture
def done(monkeypatch):
    """What was done, in its order; this process itself stays as it is."""
    steps = []
    closing = SimpleNamespace(close_all=lambda: steps.append("closed"))
    monkeypatch.setattr(gunicorn_config, "connections", closing)
    monkeypatch.setattr(gunicorn_config, "share_memory", lambda: steps.append("shared"))
    monkeypatch.setattr(gunicorn_config, "log_all_that_ends_a_process", lambda: None)
    return steps


def test_the_database_is_closed_before_memory_is_shared(done):
    def application(environ, _start):
        done.append(environ["PATH_INFO"])
        return SimpleNamespace(close=lambda: None, __iter__=iter([]))

    gunicorn_config.when_ready(Server(lambda: application))
    assert done == ["/", "/refer/", "/admin/account/login/", "closed", "shared"]


def test_a_page_that_fails_stops_no_start(done):
    def application(_environ, _start):
        raise OSError("the database is away")

    gunicorn_config.when_ready(Server(lambda: application))
    assert done == ["closed", "shared"]


def test_a_site_that_cannot_be_read_ends_with_its_reason(done):
    def site():
        raise ValueError("SECRET_KEY is not set")

    server = Server(site)
    with pytest.raises(SystemExit) as end:
        gunicorn_config.when_ready(server)
    assert end.value.code == gunicorn_config.CANNOT_START
    assert server.said == ["Exception in worker process"]
    assert done == []
