"""Whose address it is: proxies that we trust are looked through, everybody else is not believed."""

import pytest
from django.test import RequestFactory

from clinic_site.web.addresses import client_address

PROXY = "10.0.0.5"


def seen(remote, forwarded=None):
    headers = {"headers": {"X-Forwarded-For": forwarded}} if forwarded is not None else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        ([], "192.0.2.7", None, "192.0.2.7"),
        ([], "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ([PROXY], "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ([PROXY], PROXY, "203.0.113.9", "203.0.113.9"),
        ([PROXY], PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], PROXY, "203.0.113.9, 10.2.3.4", "203.0.113.9"),
        (["10.0.0.0/8"], PROXY, "198.51.100.1, 203.0.113.9, 10.9.9.9, 10.2.3.4", "203.0.113.9"),
        ([PROXY, "10.2.3.4"], PROXY, "<script>, 203.0.113.9, 10.2.3.4", "203.0.113.9"),
        ([PROXY], PROXY, "203.0.113.9:51234", "203.0.113.9"),
        ([PROXY], PROXY, "[2001:db8:1:2::9]:51234", "2001:db8:1:2::"),
        ([PROXY], PROXY, "2001:db8:1:2::9", "2001:db8:1:2::"),
        ([PROXY], PROXY, "fe80::1%eth0", "fe80::"),
        ([PROXY], PROXY, "203.0.113.9, " * 4000, PROXY),
        ([PROXY], PROXY, None, PROXY),
        ([PROXY], PROXY, "nonsense", PROXY),
        ([PROXY], PROXY, "", PROXY),
        (["*", "proxy.example"], "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ([], "::ffff:192.0.2.7", None, "192.0.2.7"),
        ([], "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ([], "", None, ""),
    ],
)
def test_the_nearest_address_that_is_not_ours(settings, trusted, remote, forwarded, address):
    settings.TRUSTED_PROXIES = trusted
    assert seen(remote, forwarded) == address
