"""Takes line breaks out of markup where no browser shows them: beside elements that are blocks.

Templates are written for people, an attribute or an element a line; readers need not carry that.
"""

import re

BLOCK = (
    "html|head|body|meta|link|title|main|header|footer|nav|section|article|aside|div|ul|ol|li|dl|dt"
    "|dd|h[1-6]|p|figure|figcaption|details|summary|table|thead|tbody|tr|th|td|form|path|g|pattern"
)
BEFORE = re.compile(rf"\s*\n\s*(?=</?(?:{BLOCK})\b)")
AFTER = re.compile(rf"(</?(?:{BLOCK})\b[^<>]*>)\s*\n\s*")
INDENT = re.compile(r"\n\s+")
# Left out, it is understood there (HTML, 13.1.2.4 Optional tags).
END_OF_ITEM = re.compile(r"</li>(?=<li\b|</[uo]l>)")
# The content policy knows an inline sheet or script by the hash of its every sign.
BY_HASH = re.compile(r"(<(style|script)\b.*?</\2>)", re.DOTALL)
KEEPS_SPACE = re.compile(r"<(?:pre|textarea)\b")


def without_idle_space(html: str) -> str:
    """The same page to a reader. Left alone where something on it keeps its line breaks."""
    if KEEPS_SPACE.search(html):
        return html
    parts = BY_HASH.split(html)
    return "".join(
        part if place % 3 == 1 else lighter(part)
        for place, part in enumerate(parts)
        if place % 3 != 2  # which is the name of the element before
    )


def lighter(html: str) -> str:
    return END_OF_ITEM.sub("", INDENT.sub("\n", AFTER.sub(r"\1", BEFORE.sub("", html))))
