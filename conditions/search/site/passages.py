"""What a search reads of a published page: its title, its headings and its passages in order.

A passage is what can stand alone as an answer, so it carries the words without which it would
mislead: “What to avoid: twisting”, or both halves of a risk figure.
"""

from typing import NamedTuple

from conditions.blocks.registry import search_lines
from conditions.citing.marks import unmarked
from conditions.payloads import StoredPayload, readable
from conditions.rendering import heading_id


class Passage(NamedTuple):
    """`under` is the heading without which a short text says nothing, and `anchor` the id of a
    heading that a link can lead to, `section` the words of that heading. An aside is a picture told
    in words."""

    text: str
    under: str = ""
    anchor: str = ""
    is_key: bool = False
    is_aside: bool = False
    section: str = ""


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


def reading(stored: StoredPayload) -> Reading:
    """Of a payload that is not empty. The words of the glossary page's list are not read: a search
    finds them by themselves. What cannot be shown either has no words."""
    payload = readable(stored)
    if payload is None:
        return Reading("", [], [], [Passage("")])
    payload = unmarked(payload)
    passages = [Passage(payload.get("lead", ""), is_key=True)]
    for fact in payload.get("key_facts", []):
        passages.append(Passage(f"{fact['label']}: {fact['value']}", is_key=True))
    headings: list[str] = []
    anchors: list[str] = []
    section = ""
    for line in (line for block in payload.get("blocks", []) for line in search_lines(block)):
        if line.level == 2:
            anchors.append(heading_id(line.anchor_words, taken=anchors))
            section = line.text
        if line.level:
            headings.append(line.text)
            continue
        under = headings[-1] if headings and line.needs_heading else ""
        anchor = anchors[-1] if anchors else ""
        passages.append(Passage(line.text, under, anchor, is_aside=line.is_aside, section=section))
    title = payload.get("title", "")
    return Reading(title, [title, payload.get("menu_title", "")], headings, passages)
