"""The questions that pages propose to ask. Pure functions over payloads."""

from typing import Any

BLANK = "__"


def questions_of(payload: dict[str, Any]) -> list[str]:
    """The lines of all "ask" checklists of a payload, in order, each once.

    A line with a blank to fill in is no question: it stays on the page it comes from.
    """
    lists = [
        block["items"]
        for block in payload.get("blocks", [])
        if block["kind"] == "checklist" and block["purpose"] == "ask"
    ]
    return list(dict.fromkeys(line for items in lists for line in items if BLANK not in line))
