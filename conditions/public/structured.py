"""What a page says to machines, in the words of schema.org. Plain data in, plain data out.

Everything comes from the payload or is a fact of today; nothing is claimed that is not so: a page
has a reviewer only while a clinician's signature stands.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from conditions.emergency_number import with_the_number
from conditions.prepared.subjects import ASPECTS

Node = dict[str, Any]
Crumb = tuple[str, str]  # name and address from the root

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def graph(
    payload: Mapping[str, Any],
    *,
    about: Any,
    site_url: str,
    crumbs: list[Crumb],
    clinic: Any,
    review: dict[str, Any],
    published_at: Any,
    locations: Iterable[Any] = (),
) -> Node:
    """All that a page says. `crumbs` lead from the first page to this one, `about` is its subject,
    with `{emergency}` where the number stands (`conditions/prepared/subjects.py`)."""
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
    if about:
        page["about"] = with_number_of_today(about, clinic.emergency_number)
    if payload["section"] == "conditions" and payload["slug"] in ASPECTS:
        page["aspect"] = payload["slug"]
    nodes = [page, organisation(clinic, site_url), *rooms(clinic, locations, site_url)]
    if len(crumbs) > 1:
        nodes.append(breadcrumb(crumbs, site_url))
    return {"@context": "https://schema.org", "@graph": nodes}


def with_number_of_today(about: Any, number: str) -> Any:
    if isinstance(about, str):
        return with_the_number(about, number)
    if isinstance(about, dict):
        return {name: with_number_of_today(part, number) for name, part in about.items()}
    return [with_number_of_today(part, number) for part in about]


def signature(review: dict[str, Any]) -> Node:
    if review["state"] != "signed":
        return {}
    person = {"@type": "Person", "name": review["by"]}
    return {"lastReviewed": review["on"].isoformat(), "reviewedBy": person}


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
