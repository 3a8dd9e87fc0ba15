"""What a page says to machines, in the words of schema.org. Plain data in, plain data out.

Everything comes from the payload or is a fact of today; nothing is claimed that is not so: a page
has a reviewer only while a clinician's signature stands.
"""

import re
from collections.abc import Iterable
from typing import Any

from conditions.blocks.registry import search_lines
from conditions.blocks.step import Step
from conditions.blocks.treatment_option import TreatmentOption
from conditions.emergency_number import with_the_number
from conditions.payloads import BlockPayload, PagePayload

Node = dict[str, Any]
Crumb = tuple[str, str]  # name and address from the root

LONGEST = 700  # letters of a description; it ends with a whole line
ASPECTS = {"causes", "symptoms", "diagnosis", "prognosis", "prevention", "epidemiology"}
PREPARATION = re.compile(r"prepar|before|get(?:ting)? ready", re.IGNORECASE)
FOLLOW_UP = re.compile(r"recover|after|follow[- ]up", re.IGNORECASE)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def graph(
    payload: PagePayload,
    *,
    site_url: str,
    crumbs: list[Crumb],
    clinic: Any,
    review: dict[str, Any],
    published_at: Any,
    locations: Iterable[Any] = (),
) -> Node:
    """All that a page says. `crumbs` lead from the first page to this one."""
    address = site_url + crumbs[-1][1]
    page: Node = {
        "@type": "MedicalWebPage" if payload.get("stage") else "WebPage",
        "@id": address,
        "url": address,
        "name": payload["title"],
        "description": payload["lead"],
        "inLanguage": "en-AU",
        "dateModified": published_at.isoformat(timespec="seconds"),
        "publisher": {"@id": f"{site_url}/#clinic"},
        **signature(review),
    }
    topic = subject(payload, clinic.emergency_number)
    if topic:
        page["about"] = topic
    if payload["section"] == "conditions" and payload["slug"] in ASPECTS:
        page["aspect"] = payload["slug"]
    nodes = [page, organisation(clinic, site_url), *rooms(clinic, locations, site_url)]
    if len(crumbs) > 1:
        nodes.append(breadcrumb(crumbs, site_url))
    return {"@context": "https://schema.org", "@graph": nodes}


def signature(review: dict[str, Any]) -> Node:
    if review["state"] != "signed":
        return {}
    person = {"@type": "Person", "name": review["by"]}
    return {"lastReviewed": review["on"].isoformat(), "reviewedBy": person}


def subject(payload: PagePayload, emergency_number: str) -> Node | list[Node] | None:
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
    words = {name: with_the_number(text, emergency_number) for name, text in told.items() if text}
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


def organisation(clinic: Any, site_url: str) -> Node:
    return {
        "@type": "MedicalOrganization",
        "@id": f"{site_url}/#clinic",
        "name": clinic.name,
        "url": f"{site_url}/",
        "telephone": clinic.telephone,
        "email": clinic.email,
    }


def rooms(clinic: Any, locations: Iterable[Any], site_url: str) -> list[Node]:
    return [
        {
            "@type": "MedicalClinic",
            "@id": f"{site_url}/#rooms-{number}",
            "name": f"{clinic.name}, {location.name}",
            "parentOrganization": {"@id": f"{site_url}/#clinic"},
            "url": f"{site_url}/",
            "telephone": clinic.telephone,
            **({"faxNumber": clinic.fax} if clinic.fax else {}),
            "address": ", ".join(location.address.split("\n")).replace("\r", ""),
            "openingHoursSpecification": opening_hours(location),
            **closed_days(location),
        }
        for number, location in enumerate(locations, 1)
    ]


def opening_hours(location: Any) -> list[Node]:
    """One entry for all days with the same hours."""
    days: dict[tuple[str, str], list[str]] = {}
    for span in location.hours:
        times = (f"{span.opens:%H:%M}", f"{span.closes:%H:%M}")
        days.setdefault(times, []).append(f"https://schema.org/{DAYS[span.weekday]}")
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": weekdays,
            "opens": opens,
            "closes": closes,
        }
        for (opens, closes), weekdays in days.items()
    ]


def closed_days(location: Any) -> Node:
    """The closures that the page shows now: shut all day, first and last day included."""
    closed = [
        {
            "@type": "OpeningHoursSpecification",
            "opens": "00:00",
            "closes": "00:00",
            "validFrom": closure.first_day.isoformat(),
            "validThrough": closure.last_day.isoformat(),
            "description": closure.reason,
        }
        for closure in location.closures_soon
    ]
    return {"specialOpeningHoursSpecification": closed} if closed else {}


def breadcrumb(crumbs: list[Crumb], site_url: str) -> Node:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": site_url + address}
            for place, (name, address) in enumerate(crumbs, 1)
        ],
    }
