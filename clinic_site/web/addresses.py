"""Whose request is it? The network address of a visitor, also behind a proxy."""

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import Any

from django.conf import settings
from django.http import HttpRequest

PORT = re.compile(r"^(?:\[(.+)\]|([^:]+))(?::[0-9]+)?$")  # some proxies add the visitor’s port
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


MOST_HOPS = 20  # a header of any length costs no more than this
INNER = [
    ipaddress.ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("100.64.0.0/10", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
]  # networks from which nobody comes over the internet


def client_address(request: HttpRequest) -> str:
    return visitor_address(request.META)


def visitor_address(environ: Mapping[str, Any]) -> str:
    """The visitor's address, for counting and nothing else; empty where it is unknown.

    `X-Forwarded-For` can be written by anybody, so it counts only as far as TRUSTED_PROXIES wrote
    it: from the right, the first address that is not one of our proxies. An IPv6 address is cut
    to its /64, which is what one household or practice has.

    A proxy of an inner network that was forgotten in TRUSTED_PROXIES is looked through as well:
    all visitors would else be one, whose eleventh message is taken for spam (proxies.py tells).
    """
    said = (environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))
    return address_of(*said, tuple(settings.TRUSTED_PROXIES), settings.SITE_IS_LOOPBACK)


@lru_cache(maxsize=1024)
def address_of(remote: str, forwarded: str, *_settings: object) -> str:
    """Of one connection, and of whom it was handed on for; others by other settings."""
    way = way_of(remote, forwarded)
    passed = forgotten_proxies(way)
    outer = [address for address in way if not is_trusted(address) and address not in passed]
    return written((outer or way)[0 if outer else -1]) if way else ""


def proven_address(request: HttpRequest) -> str:
    """The same for sign-in, where tries are held up by it: empty while a proxy is forgotten, as
    whoever reaches it could write another address at each try."""
    return "" if forgotten_proxies(way_here(request)) else client_address(request)


def way_here(request: HttpRequest) -> list[Address]:
    return way_of(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def way_of(remote: str, forwarded: str) -> list[Address]:
    """Who handed the request on, from our side outwards, as far as it can be read."""
    way = []
    hops = [remote, *reversed(forwarded.split(","))]
    for hop in hops[:MOST_HOPS]:
        address = parse_address(hop)
        if address is None:
            break
        way.append(address)
    return way


def forgotten_proxies(way: list[Address]) -> list[Address]:
    """Addresses of inner networks that hand on for somebody else, and that nobody trusts.

    Only on a public site: who tries it out at home has no proxy.
    """
    outer = list(dropwhile(is_trusted, way))
    inner = list(takewhile(lambda address: is_inner(address) or is_trusted(address), outer[:-1]))
    return [] if settings.SITE_IS_LOOPBACK else [a for a in inner if not is_trusted(a)]


def is_inner(address: Address) -> bool:
    return any(address in network for network in INNER)


def parse_address(text: str) -> Address | None:
    with_port = PORT.match(text.strip())
    bare = (with_port[1] or with_port[2]) if with_port else text.strip()
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def written(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def network_of(address: str) -> str:
    """The network that a visitor's address is in: what one provider gives to one customer or to
    some hundred of them (IPv4 /24, IPv6 /48). Empty where the address is unknown."""
    known = parse_address(address)
    if known is None:
        return ""
    size = 24 if known.version == 4 else 48
    return str(ipaddress.ip_network((known, size), strict=False))


def is_trusted(address: Address) -> bool:
    return any(address in network for network in networks_of(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def networks_of(proxies: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    networks = []
    for text in proxies:
        try:
            networks.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            continue  # a name or “*”: nobody is trusted by it
    return networks
