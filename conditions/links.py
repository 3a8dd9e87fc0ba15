"""Rich text in one form, and its links: to the web, a mailbox, a telephone, or our pages."""

import re
from urllib.parse import urlsplit

ALLOWED = {"http", "https", "mailto", "tel"}
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
HREF = re.compile(r'href="([^"]*)"')


BLOCK = r"</?(?:p|ul|ol|li|h2|h3)\b[^<>]*>"
# In two steps, each of which begins where nothing else of the kind stands before.
AFTER_BLOCK, BEFORE_BLOCK = re.compile(rf"({BLOCK})\s+"), re.compile(rf"(?<!\s)\s+(?={BLOCK})")
ONLY_PARAGRAPH = re.compile(r"<li><p>((?:(?!</?p>).)*)</p></li>", re.DOTALL)


def tidy(html: str) -> str:
    """The same markup for the same words, whether typed in the editor or in a file.

    The editor drops white space between paragraphs and wraps list items in a paragraph; without
    this, a page that was opened and saved would seem to have changed.
    """
    html = BEFORE_BLOCK.sub("", AFTER_BLOCK.sub(r"\1", html))
    return ONLY_PARAGRAPH.sub(r"<li>\1</li>", html).replace("<p></p>", "")


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
