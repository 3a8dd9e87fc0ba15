"""Headers that keep other sites out. Imported by the settings, so it imports no Django."""

from typing import Any

from csp.constants import NONCE, NONE, SELF

ISOLATION_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Referrer-Policy": "same-origin",  # `no-referrer` would break CSRF checks on our forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


# Of what somebody sent or uploaded: powerless, should a browser show it after all.
UPLOAD_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def add_static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """Called by WhiteNoise for each static file."""
    for name, value in ISOLATION_HEADERS.items():
        headers[name] = value


def content_security_policy(*, https: bool, styles: list[str]) -> dict[str, Any]:
    """What a page may load: our own files, and nothing from anybody else."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF, NONCE],  # a nonce appears only where the page editor asks for one
            "style-src": [SELF, *styles],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF],
            "manifest-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "object-src": [NONE],
            "upgrade-insecure-requests": https,
            "report-uri": "/csp-report/",  # not `report-to`, for which browsers wait a minute
        }
    }
