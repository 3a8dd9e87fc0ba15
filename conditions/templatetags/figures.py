"""Small readings of a block's payload that a template cannot make itself."""

import re
from textwrap import shorten
from typing import Any

from django import template

from conditions.icon_arrays import IconArray, icon_array

register = template.Library()

LONG_LIST = 24  # sources; more would make a page too heavy for an old phone


@register.filter
def others_of(block: dict[str, Any]) -> int:
    """The twin of a risk figure: those to whom it did not happen."""
    return block["denominator"] - block["numerator"]


@register.filter
def lines_of(block: dict[str, Any]) -> list[str]:
    """A checklist's items: `block.items` is a method of dictionaries in templates."""
    return block["items"]


@register.filter
def short_citation(citation: str) -> str:
    """First author and year, such as `Polly DW and others, 2015`; the page's list has the rest."""
    authors = citation.partition(".")[0]
    first, comma, _ = authors.partition(",")
    year = re.search(r"\b(?:19|20)\d\d\b", citation)
    words = f"{first.removesuffix(' and others')} and others" if comma else first
    return f"{words}, {year[0]}" if year and year[0] not in words else words


@register.filter
def brief_citation(citation: str) -> str:
    """For paper: `Polly 2015`, or the first words of a title, with its year."""
    name, _, year = short_citation(citation).rpartition(", ")
    if not (year.isdigit() and name):
        name, year = short_citation(citation), ""
    name = re.sub(r" and others$|(?<=[a-z]) [A-Z]{1,3}(?= and others$|$)| \(.*|: .*", "", name)
    return f"{shorten(name, 32, placeholder=' …', break_on_hyphens=False)} {year}".strip()


@register.filter
def names_sources_in_short(payload: dict[str, Any]) -> bool:
    """A long list stands in full at an address of its own; pages of the site itself have none."""
    return len(payload["sources"]) > LONG_LIST and payload["section"] != "site"


@register.filter
def people_of(block: dict[str, Any]) -> IconArray | None:
    """The picture of a risk figure; None where it counts more than 100 people."""
    return icon_array(block["numerator"], block["denominator"])


@register.filter
def last_week_of(blocks: list[dict[str, Any]]) -> int:
    """The end of a scale that all recovery stages share; an open stage gets half as much again."""
    ends = [block["to_week"] or block["from_week"] * 3 // 2 for block in blocks]
    return max([*ends, 1])


@register.filter
def weeks_within(block: dict[str, Any], last: int) -> int:
    """How many weeks a recovery stage takes on such a scale."""
    return (block["to_week"] or last) - block["from_week"]
