"""Refuses a mark that would lead nowhere: its source is not among those of the page."""

from conditions.citing.marks import USUAL, brackets_in, codes_of
from conditions.models import Source
from conditions.payloads import PagePayload

PLAIN = {"title": "title", "menu_title": "name in the menu", "lead": "introduction"}
PLAIN |= {"key_facts": "key facts"}


def wrong_marks(payload: PagePayload) -> str:
    """What to mend, in words; empty where every mark leads to a source."""
    own = set(codes_of(payload))
    for name, label in PLAIN.items():
        for codes in brackets_in(payload.get(name)):
            if means_sources(codes, own):
                return (
                    f"Take {mark(codes)} out of the {label}: it belongs behind a claim in the text."
                )
    for codes in brackets_in(payload["blocks"]):
        unknown = [code for code in codes if code not in own]
        if unknown and means_sources(codes, own):
            named = " and ".join(f"“{code}”" for code in unknown)
            return (
                f"{mark(codes)} leads nowhere: {named} is not among the sources of this page. "
                "Add the source to the page, or take the mark out."
            )
    return ""


def means_sources(codes: list[str], own: set[str]) -> bool:
    """“[sic]” is a word in brackets, “[R129]” and “[R15, sic]” are marks."""
    if any(code in own or USUAL.fullmatch(code) for code in codes):
        return True
    return Source.objects.filter(code__in=codes).exists()


def mark(codes: list[str]) -> str:
    return f"[{', '.join(codes)}]"
