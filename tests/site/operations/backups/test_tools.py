"""PostgreSQL's own tools are told the same servers as the site, and nothing of it in a list of
processes."""

from django.db import connection

from clinic_site.operations.backups import postgresql


def test_a_copy_is_taken_from_the_server_that_takes_writes(monkeypatch):
    told = {"host": "one,two", "port": "5432,5433", "target_session_attrs": "read-write"}
    monkeypatch.setattr(connections_own(), "get_connection_params", lambda: told)
    read = postgresql.environment()
    assert (read["PGHOST"], read["PGPORT"]) == ("one,two", "5432,5433")
    assert read["PGTARGETSESSIONATTRS"] == "read-write"


def connections_own():
    """The connection itself: its proxy does not let itself be patched."""
    return connection._connections[connection._alias]
