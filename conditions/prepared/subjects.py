"""What a page is about, in the words of schema.org: read out of its payload alone.

`{emergency}` stays in the words; whoever shows them fills in the number of today.
"""

import re
from collections.abc import Iterable
from typing import Any

from conditions.blocks.registry import search_lines
from conditions.blocks.step import Step
from conditions.blocks.treatment_option import TreatmentOption
from conditions.payloads import BlockPayload, PagePayload

Node = dict[str, Any]

LONGEST = 700  # letters of a description; it ends with a whole line
ASPECTS = {"causes", "symptoms", "diagnosis", "prognosis", "prevention", "epidemiology"}
PREPARATION = re.compile(r"prepar|before|get(?:ting)? ready", re.IGNORECASE)
FOLLOW_UP = re.compile(r"recover|after|follow[- ]up", re.IGNORECASE)


def subject(payload: PagePayload) -> Node | list[Node] | None:
    """What a page of conditions or treatments is about."""
    blocks = payload["blocks"]
    options: list[Any] = [block for block in blocks if block["kind"] == TreatmentOption.kind]
    if payload["section"] == "conditions":
        is_aspect = payload["slug"] in ASPECTS  # “Causes” is not the name of a condition
        return None if is_aspect else {"@type": "MedicalCondition", "name": payload["menu_title"]}
    if payload["section"] != "treatments":
        return None
    if options:
        return [{"@type": "MedicalTherapy", "name": option["name"]} for option in options]
    told = {
        "preparation": section_text(blocks, PREPARATION),
        "howPerformed": steps_text(blocks),
        "followup": section_text(blocks, FOLLOW_UP),
    }
    words = {name: text for name, text in told.items() if text}
    return {"@type": "MedicalProcedure", "name": payload["menu_title"], **words}


def steps_text(blocks: list[BlockPayload]) -> str:
    """The first run of steps, numbered as on the page; by their headings alone when they are long.

    A procedure is told whole or in short, never cut off in the middle.
    """
    steps: list[list[str]] = []
    for block in blocks:
        if block["kind"] == Step.kind:
            steps.append([line.text for line in search_lines(block)])
        elif steps:
            break
    whole = numbered(". ".join([heading, " ".join(text)]) for heading, *text in steps)
    return whole if len(whole) <= LONGEST else numbered(f"{heading}." for heading, *_ in steps)


def numbered(texts: Iterable[str]) -> str:
    return " ".join(f"{place}. {text}" for place, text in enumerate(texts, 1))


def section_text(blocks: list[BlockPayload], wanted: re.Pattern[str]) -> str:
    """The lines under the first heading of the second level that starts with such a word."""
    inside = False
    lines: list[str] = []
    for line in (line for block in blocks for line in search_lines(block)):
        if line.level == 2:
            if inside:
                break
            inside = bool(wanted.match(line.text))
        elif inside and not line.is_aside:
            text = line.below_heading or line.text
            lines.append(f"{text.rstrip(':')}:" if line.level else text)
    return shortened(lines)


def shortened(lines: list[str]) -> str:
    """As many whole lines as fit; three dots say that the page has more."""
    text = ""
    for line in lines:
        longer = f"{text} {line}".strip()
        if text and len(longer) > LONGEST:
            return f"{text} …"
        text = longer
    return text
