"""Links in rich text: to the web, a mailbox, a telephone, or a page of this site."""

import re
from urllib.parse import urlsplit

ALLOWED = {"http", "https", "mailto", "tel"}
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
HREF = re.compile(r'href="([^"]*)"')


def clean_links(html: str) -> str:
    """Keep the address of each allowed link and nothing else; other links lose their tag."""

    def cleaned(match: re.Match[str]) -> str:
        href = HREF.search(match[0])
        if href is None or not is_allowed(href[1]):
            return match[1]
        return f'<a href="{href[1]}">{match[1]}</a>'

    return LINK.sub(cleaned, html)


def is_allowed(address: str) -> bool:
    """An internal address starts with one slash or a hash."""
    if address.startswith("#") or (address.startswith("/") and not address.startswith("//")):
        return True
    return urlsplit(address.replace("&amp;", "&")).scheme.lower() in ALLOWED
