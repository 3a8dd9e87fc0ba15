"""Paths as logs may hold them: without a query, without a token, short, on one line."""

import re
from urllib.parse import quote

LONGEST = 200
READ_AT_MOST = 4000  # gunicorn refuses longer ones; a pattern need not read them either
# Receipts, status pages and links of accounts are opened by a token in the path. A link that was
# pasted in pieces holds spaces or slashes, so all that follows goes.
TOKEN_IN_PATH = re.compile(
    r"(/(?:received|status|answer|no-mail|account/link)\b).+", re.DOTALL | re.IGNORECASE
)
PIECE = re.compile(r"[^/\s]+")
# A UUID names a row and opens nothing; else so many digits are a token whose link was torn.
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TORN_TOKEN = re.compile(r"[0-9a-f]{20}", re.IGNORECASE)
QUERY = re.compile(r"(\s|^)(/[^\s?]*)\?\S*")
PLAIN = "/:@-._~!$&()*+,;=%…"  # Django writes bytes that are no text as %FF


def without_secrets(text: str) -> str:
    """Drop query strings, tokens and mail addresses from anything that looks like a path."""
    text = TOKEN_IN_PATH.sub(r"\1/…/", text[:READ_AT_MOST])
    return PIECE.sub(without_token, QUERY.sub(r"\1\2", text))


def without_token(piece: re.Match[str]) -> str:
    text = piece[0]
    if UUID.fullmatch(text) or not ("@" in text or TORN_TOKEN.search(text)):
        return text
    return "…"


def logged_path(path: str) -> str:
    """A path as Django decoded it, encoded again: nothing in it ends a line or a string."""
    kept = without_secrets(path[:READ_AT_MOST].partition("?")[0])
    written = quote(kept, safe=PLAIN, errors="surrogateescape").replace("%E2%80%A6", "…")
    return written if len(written) <= LONGEST else written[:LONGEST] + "…"
