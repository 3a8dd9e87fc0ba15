"""What each kind of file may hold. Run in a bounded child only; knows neither Django nor keys.

Each module has one function that takes the bytes and gives the codes of `findings.FINDINGS`.
All of them read a file once from front to back, whatever is in it: no expression may look for
its end again and again.
"""

from typing import NamedTuple


class Seen(NamedTuple):
    """Codes of what is in a file, and its pages where a kind has any that are quickly counted."""

    codes: set[str]
    pages: int | None = None
