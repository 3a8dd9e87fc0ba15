"""Under which names the site answers, where it listens, and whom it believes."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http.request import validate_host

SITE_EXAMPLE = "https://your.host"
HOST_NAME = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-fA-F:.]+\]")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    bare = host.strip("[]").casefold()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def site_problem(url: str) -> str:
    """Why SITE_URL is not the address of a site, in a sentence; or empty."""
    cure = f"write {SITE_EXAMPLE}, with nothing behind it."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"SITE_URL cannot be read: {cure}"
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        return f"SITE_URL is no address of a site: {cure}"
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        return f"SITE_URL holds more than scheme and host: {cure}"
    return ""


def unsafe_addresses(settings: Mapping[str, Any]) -> list[str]:
    found = unsafe_names(settings)
    if not settings["SITE_IS_HTTPS"] and not settings["SITE_IS_LOOPBACK"]:
        found.append("SITE_URL is not https: only a loopback address may use plain http.")
    if settings["SECURE_HSTS_PRELOAD"] and not settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"]:
        found.append("HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS=1: set both, or neither.")
    if settings["SITE_IS_HTTPS"] and is_open(settings) and not settings["TRUSTED_PROXIES"]:
        found.append(
            "BIND lets everybody reach the site without https: leave it at 127.0.0.1 and put your"
            " proxy in front, or name the addresses of your proxy in TRUSTED_PROXIES."
        )
    return found


def unsafe_names(settings: Mapping[str, Any]) -> list[str]:
    """What is wrong with ALLOWED_HOSTS. A site for trying out may answer to every name."""
    hosts = settings["ALLOWED_HOSTS"]
    own = urlsplit(settings["SITE_URL"]).hostname or ""
    if not hosts:
        return ["ALLOWED_HOSTS is empty: list the site's host names, comma separated."]
    if settings["SITE_IS_LOOPBACK"]:
        return []
    if "*" in hosts:
        return [f"ALLOWED_HOSTS takes every name (*): write the site's own, {own}."]
    odd = [host for host in hosts if not HOST_NAME.fullmatch(host)]
    if odd:
        return [f"ALLOWED_HOSTS holds {odd[0]}: write names alone, as {own}, without port and /."]
    if not validate_host(own, hosts):
        return [f"ALLOWED_HOSTS lacks the host of SITE_URL: add {own}."]
    return []


def unsafe_proxies(settings: Mapping[str, Any]) -> list[str]:
    problems = [proxy_problem(text.strip()) for text in settings["TRUSTED_PROXIES"]]
    return [f"TRUSTED_PROXIES {problem}" for problem in problems if problem]


def proxy_problem(text: str) -> str:
    cure = "write the addresses of your own proxies, for example 127.0.0.1 or 10.0.0.0/8."
    if not text:
        return ""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        said = "believes everybody (*)" if text == "*" else f"holds “{text}”, which is no address"
        return f"{said}: {cure}"
    if network.prefixlen == 0:
        return f"believes everybody ({text}): {cure}"
    if "/" in text and ipaddress.ip_interface(text).ip != network.network_address:
        return f"holds {text}, an address with the size of a network: write {network}."
    return ""


def unsafe_debug(settings: Mapping[str, Any]) -> list[str]:
    """DEBUG shows all who come what lies in memory, and works with keys that everybody knows."""
    open_by = [
        *(["SITE_URL"] if not settings["SITE_IS_LOOPBACK"] else []),
        *(["ALLOWED_HOSTS"] if not all(map(is_loopback, settings["ALLOWED_HOSTS"])) else []),
        *(["BIND"] if is_open(settings) else []),
    ]
    return [
        f"DEBUG=1 is for this machine alone, and {name} lets others in: take DEBUG away, or {name}."
        for name in open_by
    ]


def is_open(settings: Mapping[str, Any]) -> bool:
    """Whether other machines reach the web process itself."""
    return not is_loopback(settings["BIND"])
