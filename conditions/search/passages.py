"""What a search reads of a published page: its title, its headings and its passages in order.

A passage is what can stand alone as an answer, so it carries the words without which it would
mislead: “What to avoid: twisting”, or both halves of a risk figure.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.utils.html import strip_tags

from conditions.rendering import heading_id

Block = dict[str, Any]

HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
NEED_A_HEADING = {"prose", "step"}
END_OF_LINE = re.compile(r"</(?:p|li|h2|h3)>|<(?:br|ul|ol)\b[^>]*>")


class Passage(NamedTuple):
    """`under` is the heading without which a short text says nothing, and `anchor` the id of a
    heading that a link can lead to. An aside is a picture told in words."""

    text: str
    under: str = ""
    anchor: str = ""
    is_key: bool = False
    is_aside: bool = False


class Reading(NamedTuple):
    """A payload as a search reads it. `headings` are those of the page and of its blocks."""

    title: str
    names: list[str]
    headings: list[str]
    passages: list[Passage]

    @property
    def columns(self) -> tuple[str, str, str]:
        """Title, key words and body: what the index holds, by weight."""
        keys = [p.text for p in self.passages if p.is_key]
        body = [p.text for p in self.passages if not p.is_key]
        return "\n".join(self.names), "\n".join([*self.headings, *keys]), "\n".join(body)


def reading(payload: dict[str, Any]) -> Reading:
    """Of a payload that is not empty. The words of the glossary page's list are not read: a search
    finds them by themselves."""
    title = payload.get("title", "")
    passages = [Passage(payload.get("lead", ""), is_key=True)]
    for fact in payload.get("key_facts", []):
        passages.append(Passage(f"{fact['label']}: {fact['value']}", is_key=True))
    headings: list[str] = []
    anchors: list[str] = []
    for block in payload.get("blocks", []):
        for line, level in passage_lines(block):
            text = html.unescape(line)
            if level == 2:
                anchors.append(heading_id(line, taken=anchors))
            if level:
                headings.append(text)
                continue
            kind, anchor = block["kind"], (anchors or [""])[-1]
            under = headings[-1] if headings and kind in NEED_A_HEADING else ""
            passages.append(Passage(text, under, anchor, is_aside=kind == "figure"))
    return Reading(title, [title, payload.get("menu_title", "")], headings, passages)


def passage_lines(block: Block) -> Iterator[tuple[str, int]]:
    """The lines of a block with the level of each: 2 and 3 for headings, 0 for text."""
    read = READERS.get(block.get("kind", ""))
    return read(block) if read else iter(())


def rich_lines(markup: str) -> list[str]:
    """The paragraphs and items of rich text, without tags; entities stay as they are."""
    lines = [strip_tags(line) for line in END_OF_LINE.split(markup)]
    return [" ".join(line.split()) for line in lines if line.strip()]


def read_prose(block: Block) -> Iterator[tuple[str, int]]:
    parts = HEADING.split(block["html"])
    for number in range(0, len(parts), 3):
        if number:
            yield strip_tags(parts[number - 1]), int(parts[number - 2])
        for line in rich_lines(parts[number]):
            yield line, 0


def read_figure(block: Block) -> Iterator[tuple[str, int]]:
    for text in (block["caption"], block["long_description"]):
        if text:
            yield text, 0


def read_care_card(block: Block) -> Iterator[tuple[str, int]]:
    for line in rich_lines(block["html"]):
        yield f"{block['heading']} {line}", 0


def read_step(block: Block) -> Iterator[tuple[str, int]]:
    yield block["heading"], 3
    for line in rich_lines(block["html"]):
        yield line, 0


def read_recovery_stage(block: Block) -> Iterator[tuple[str, int]]:
    yield block["heading"], 3
    yield f"Weight on your leg: {block['weight_bearing']}", 0
    for name, words in (("can_do", "What you can do"), ("avoid", "What to avoid")):
        for line in rich_lines(block[name]):
            yield f"{words}: {line}", 0


def read_treatment_option(block: Block) -> Iterator[tuple[str, int]]:
    yield block["name"], 3
    for fact in block["facts"]:
        yield f"{block['name']}, {fact['label']}: {fact['text']}", 0


def read_risk_figure(block: Block) -> Iterator[tuple[str, int]]:
    part, whole = block["numerator"], block["denominator"]
    yield (
        f"{part} out of {whole} {block['group']} {block['outcome']}. "
        f"{whole - part} out of {whole} {block['others']}. ({block['time_frame']})",
        0,
    )


def read_checklist(block: Block) -> Iterator[tuple[str, int]]:
    yield block["heading"], 3
    for item in block["items"]:
        yield f"{block['heading']}: {item}", 0


READERS: dict[str, Callable[[Block], Iterator[tuple[str, int]]]] = {
    "prose": read_prose,
    "figure": read_figure,
    "care_card": read_care_card,
    "step": read_step,
    "recovery_stage": read_recovery_stage,
    "treatment_option": read_treatment_option,
    "risk_figure": read_risk_figure,
    "checklist": read_checklist,
}
