"""What an inspection found. Each module for a kind of file has one function that gives it.

It takes the bytes and gives the codes of `findings.FINDINGS`. All of them read a file once from
front to back, whatever is in it: no expression may look for its end again and again.
"""

from typing import NamedTuple


class Seen(NamedTuple):
    """Codes of what is in a file, and its pages where a kind has any that are quickly counted."""

    codes: set[str]
    pages: int | None = None
