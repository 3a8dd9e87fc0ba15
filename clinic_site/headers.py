"""Headers that keep other sites out. Imported by the settings, so it imports nothing itself."""

ISOLATION_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
}


def add_static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """Called by WhiteNoise for each static file."""
    for name, value in ISOLATION_HEADERS.items():
        headers[name] = value
    headers["X-Content-Type-Options"] = "nosniff"
