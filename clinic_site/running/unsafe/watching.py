"""Who may look into the site from outside, and where the site calls."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from clinic_site.running.unsafe.hosts import is_loopback

TOKEN_AT_LEAST = 32
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def unsafe_watching(settings: Mapping[str, Any]) -> list[str]:
    return list(filter(None, [token_problem(settings), ping_problem(settings["PING_URL"]),
                              hook_problem(settings["ERROR_HOOK"])]))  # fmt: skip


def token_problem(settings: Mapping[str, Any]) -> str:
    token = settings["WATCH_TOKEN"]
    if not token or (len(token) >= TOKEN_AT_LEAST and re.fullmatch(r"[!-~]+", token)):
        return ""
    return (
        f"WATCH_TOKEN has fewer than {TOKEN_AT_LEAST} signs, or a space or letter that no header"
        " takes: make one with `openssl rand -hex 32`."
    )


def ping_problem(url: str) -> str:
    """The address opens the watcher's account, so it is never repeated."""
    cure = "write the whole address that your watcher gave you, for example https://watch.host/id."
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"PING_URL cannot be read: {cure}"
    if not host or "@" in parts.netloc or not re.fullmatch(r"[!-~]+", url):
        return f"PING_URL is no address that can be asked: {cure}"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return ""
    return f"PING_URL is not https: {cure}"


def hook_problem(path: str) -> str:
    if not path or DOTTED.fullmatch(path):
        return ""
    return "ERROR_HOOK is no dotted path: write package.module.function."
