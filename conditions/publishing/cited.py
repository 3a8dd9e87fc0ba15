"""The sources of a page, and what is refused: a mark that would lead to none of them."""

from conditions.blocks.passage import PassageBlock
from conditions.citing.marks import USUAL, brackets_in, codes_of
from conditions.models import Page, Source
from conditions.payloads import BlockPayload, PagePayload, SourcePayload

PLAIN = {"title": "title", "menu_title": "name in the menu", "lead": "introduction"}
PLAIN |= {"key_facts": "key facts"}


def sources_of(page: Page, blocks: list[BlockPayload]) -> list[SourcePayload]:
    """What the page names, in its order, and then what the words of its passages name."""
    own = [c.source.payload() for c in page.citations.select_related("source")]
    known = {source["code"] for source in own}
    named = [code for code in named_by_passages(blocks) if code not in known]
    if not named:
        return own
    rows = {source.code: source for source in Source.objects.filter(code__in=named)}
    return [*own, *(rows[code].payload() for code in named if code in rows)]


def named_by_passages(blocks: list[BlockPayload]) -> list[str]:
    """What stands in brackets in passages, each once; not all of it need be a source."""
    passages = [block for block in blocks if block["kind"] == PassageBlock.kind]
    return list(dict.fromkeys(code for codes in brackets_in(passages) for code in codes))


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
