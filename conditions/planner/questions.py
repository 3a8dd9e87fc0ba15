"""The questions that pages propose to ask. Pure functions over payloads."""

from conditions.blocks.registry import questions_in
from conditions.citing.marks import unmarked
from conditions.payloads import PagePayload


def questions_of(payload: PagePayload) -> list[str]:
    """What its blocks propose to ask, in order, each once."""
    return list(dict.fromkeys(questions_in(unmarked(payload)["blocks"])))
