"""Whose request is it? The network address of a visitor, also behind a proxy."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

PORT = re.compile(r"^(?:\[(.+)\]|([^:]+))(?::[0-9]+)?$")  # some proxies add the visitor’s port
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """The visitor's address, for counting and nothing else; empty where it is unknown.

    `X-Forwarded-For` can be written by anybody, so it counts only as far as TRUSTED_PROXIES wrote
    it: from the right, the first address that is not one of our proxies. An IPv6 address is cut
    to its /64, which is what one household or practice has.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    hops = [*forwarded.split(","), request.META.get("REMOTE_ADDR", "")]
    nearest = ""
    for hop in reversed(hops):
        address = parse_address(hop)
        if address is None:
            break
        nearest = written(address)
        if not is_trusted(address):
            break
    return nearest


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
    return any(address in network for network in trusted_networks())


def trusted_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    networks = []
    for text in settings.TRUSTED_PROXIES:
        try:
            networks.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            continue  # a name or “*”: nobody is trusted by it
    return networks
