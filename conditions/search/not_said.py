"""What people ask that this site does not say: it says so plainly, and whom to ask instead."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse

from clinic_site.models import Clinic
from conditions.models import Publication
from conditions.search.asking import live_page, to_ring
from conditions.search.index import find
from conditions.search.kinds import Direct, Kind, Phrases, phrases
from conditions.search.site.live import live_now
from conditions.search.site.passages import reading
from conditions.search.wording import Concept, is_within, plain_words, stems_of

FILE = Path(__file__).with_name("not_here.toml")
TO_ASK = Path(__file__).with_name("whom_to_ask.toml")
MOST_READ = 50  # pages, those with it in title or headings first


def video(clinic: Clinic) -> Direct:
    line = (
        "This site does not say whether a visit by video or telephone is possible. Ask the rooms."
    )
    return to_ring("A visit by video or telephone", clinic, line)


def wait(clinic: Clinic) -> Direct:
    line = "This site does not say how long it is now. The rooms can tell you."
    return to_ring("How long is the wait?", clinic, line)


def children(clinic: Clinic) -> Direct:
    line = "This site does not say whether there is a place for children. Ask the rooms."
    return to_ring("Bringing a child to a visit", clinic, line)


def visiting(clinic: Clinic) -> Direct:
    line = (
        "The hospital sets them, and this site does not say them. Ask your hospital or the rooms."
    )
    return to_ring("Visiting hours of the hospital", clinic, line)


def confusion(clinic: Clinic) -> Direct:
    """No page says what is usual, so it is left to nobody to judge at home."""
    lines = (
        "No page here says what is usual. Ring our rooms, or the hospital, today.",
        "If we are closed, do not wait: go to an emergency department.",
    )
    page = live_page("guides", "anaesthetic-and-going-home", "when-to-get-help")
    heading = "Confused, or a racing heart, after an operation"
    return Direct(heading, lines, clinic.telephone, page, "When to get help")


def bulk_billing(clinic: Clinic) -> Direct:
    lines = (
        "This site does not say whether a visit is bulk billed.",
        "Ask the rooms for the price, and for what Medicare pays back.",
    )
    page = live_page("guides", "fees", "ask-for-a-price-now-day-or-night")
    return Direct("Bulk billing", lines, clinic.telephone, page, "Ask for a price in writing")


def excess(clinic: Clinic) -> Direct:
    lines = (
        "This site does not say what your fund pays, or what is left for you.",
        "Ask your fund, with the item numbers on your written quote.",
    )
    page = live_page("guides", "fees", "what-an-operation-may-cost")
    return Direct("Excess and gap", lines, "", page, "What an operation may cost")


def item_numbers(clinic: Clinic) -> Direct:
    lines = (
        "This site does not list them for injections or operations.",
        "For an operation they stand on your written quote. For an injection, ask who gives it.",
    )
    page = live_page("guides", "fees", "what-an-operation-may-cost")
    return Direct(
        "Item numbers of Medicare", lines, clinic.telephone, page, "What an operation may cost"
    )


def breastfeeding(clinic: Clinic) -> Direct | None:
    """Until a page of the clinic says it."""
    if is_named(phrases("breastfeeding, breastfeed, breast feeding, breast feed")):
        return None
    lines: tuple[str, ...] = (
        "No page here says which tablets are safe for you and your baby.",
        "Ask a pharmacist or your GP before you take one.",
    )
    nurse_line = (clinic.nurse_line_name or "Nurse line") if clinic.nurse_line else ""
    if nurse_line:
        lines += (f"At night a nurse answers at {nurse_line}.",)
    page = live_page("conditions", "pregnancy-and-after-birth")
    return Direct(
        "Tablets while you breastfeed", lines, clinic.nurse_line, page, "Pregnancy and after birth"
    )


def two_medicines(clinic: Clinic) -> Direct:
    lines = (
        "They are one kind of medicine, with the same harms.",
        "No page here says that you may take both. Ask a pharmacist before you do.",
    )
    page = live_page("treatments", "medicines", "one-by-one-the-gain-and-the-harm")
    return Direct("Two anti-inflammatories together", lines, "", page, "What each medicine can do")


def papers(clinic: Clinic) -> Direct:
    """What other rooms, and patients of theirs, want sent."""
    lines: tuple[str, ...] = ("Ring the rooms, or fax for whom it is and what you need.",)
    lines += (f"Fax {clinic.fax}",) if clinic.fax else ()
    lines += ("They first make sure who is asking. For a discharge summary ask the hospital too.",)
    return to_ring("Letters, summaries and reports", clinic, *lines)


def which_surgeon(clinic: Clinic) -> Direct:
    lines = (
        "This site cannot compare surgeons. Ask yours how often they have done this operation,"
        " and how it went.",
        "A second opinion is always reasonable: your GP can arrange it.",
    )
    talk = live_page("guides", "consent-talk")
    more = ((talk, "The talk before you decide"),) if talk else ()
    heading = "How good a surgeon is"
    return Direct(heading, lines, "", reverse("conditions:team"), "Our team", more=more)


def stomach(clinic: Clinic) -> Direct:
    """No page says what is usual, or when it is too much."""
    lines: tuple[str, ...] = (
        "No page here says what to do about it. Operated on in the last weeks? Ring our rooms"
        " today, also if you cannot keep your medicines down.",
        "Otherwise ask a pharmacist or your GP.",
    )
    if clinic.nurse_line:
        name = clinic.nurse_line_name or "Nurse line"
        lines += (f"At night ring {name} on {clinic.nurse_line}.",)
    page = live_page("conditions", "symptoms", "when-to-get-help-fast")
    heading = "Diarrhoea, or vomiting that does not stop"
    return Direct(heading, lines, clinic.telephone, page, "All warning signs")


class Group(NamedTuple):
    """What is said of all in one group of the file: whom to ask, and a page to go on with."""

    lines: tuple[str, ...]
    page: tuple[str, ...]
    link: str
    heading: str = "No page here is about {}"


HERE = "This site is about pain from the sacroiliac (SI) joint, low in the back."
GROUPS = {
    "care": Group(
        ("Ask your GP or the rooms whether it is for you.",),
        ("treatments", "compare"),
        "The treatments that we explain",
    ),
    "needles": Group(
        (
            "The injections that we explain are steroid and, in short, sugar (prolotherapy).",
            "Ask your GP or the rooms whether another one is for you.",
        ),
        ("treatments", "compare", "the-nine-choices"),
        "The treatments that we explain",
    ),
    "makes": Group(
        (
            "Ask your surgeon which make you would get, and why.",
            "Your implant card, or the record of the hospital, names what you were given.",
        ),
        ("guides", "implants-and-scans", "your-implant-card"),
        "Your implant card",
    ),
    "elsewhere": Group(
        (HERE, "Your GP knows who treats this. Not sure? Ring the rooms."), (), "Write to the rooms"
    ),
    "medicine": Group(
        (
            "Ask a pharmacist or your GP about it.",
            "Before an operation it belongs on your list. Do not stop it on your own.",
        ),
        ("guides", "preparing-for-surgery", "agree-on-your-medicines"),
        "Medicines before an operation",
    ),
    "pressure": Group(
        (
            "No page here is about this one by name.",
            "Before an operation your anaesthetist says if you take it on the morning."
            " Do not stop it by yourself.",
        ),
        ("guides", "preparing-for-surgery", "agree-on-your-medicines"),
        "Medicines before an operation",
        "{}",
    ),
    "report": Group(
        (
            "Such words stand in reports of scans. Ask whoever ordered yours what they mean.",
            "A scan alone cannot show that a joint hurts.",
        ),
        ("conditions", "diagnosis", "scans-and-blood-tests"),
        "What scans can show",
    ),
    "body": Group(
        ("Your GP can tell you if it has a part in your pain.",),
        ("conditions", "causes"),
        "What we say about causes",
    ),
    "help": Group(
        ("Ask your GP, or a social worker of the hospital.",),
        ("guides", "preparing-for-surgery", "plan-your-home-and-your-help"),
        "Plan your home and your help",
    ),
    "dispute": Group(
        ("We cannot advise on it. Your GP or the rooms can say which papers we may give.",),
        ("guides", "fees", "papers-for-work-and-centrelink"),
        "Papers for work and claims",
    ),
    "daily": Group(("Ask your GP, a pharmacist or the rooms.",), (), "Write to the rooms"),
}


def not_here(name: str, asked: Phrases, group: Group) -> Callable[[Clinic], Direct | None]:
    """Says so plainly, with whom to ask, until a page is about it."""

    def answer(clinic: Clinic) -> Direct | None:
        if is_named(asked):
            return None
        address = live_page(*group.page) if group.page else reverse("referrals:contact")
        heading = group.heading.format(name)
        return Direct(heading, group.lines, clinic.telephone, address, group.link)

    return answer


def is_named(asked: Phrases) -> bool:
    """Whether a page that the public reads is about it: by its title or a heading."""
    holders, _ = find([Concept(asked)], live_now().keys, every=True, most=MOST_READ)
    stems = [stems_of(phrase) for phrase in asked]
    for payload in Publication.objects.filter(pk__in=holders).values_list("payload", flat=True):
        page = reading(payload)
        for heading in (*page.names, *page.headings):
            words = stems_of(plain_words(heading))
            if any(is_within(phrase, words) for phrase in stems):
                return True
    return False


def whom_to_ask(heading: str, said: Mapping[str, str]) -> Callable[[Clinic], Direct]:
    """An answer that stands in the file: what this site does not say, and who can tell. It leads to
    its `page`, to the `part` of the page on how to reach us, or else to the form to the rooms."""

    def answer(clinic: Clinic) -> Direct:
        lines = tuple(said["lines"].split("\n"))
        telephone = said.get("telephone", clinic.telephone)
        address = live_page(*said["page"].split("/")) if "page" in said else ""
        if "part" in said:
            address = f"{reverse('referrals:contact')}#{said['part']}"
        link = said.get("link", "") if address else "Write to the rooms"
        address = address or reverse("referrals:contact")
        return Direct(heading, lines, telephone, address, link, alone="alone" in said)

    return answer


@cache
def kinds_to_ask() -> list[Kind]:
    """In the order of the file."""
    named = tomllib.loads(TO_ASK.read_text(encoding="utf-8"))
    asked = ("within", "whole", "together", "meant", "unless")
    return [
        Kind(
            whom_to_ask(heading, said),
            **{field: phrases(said[field]) for field in asked if field in said},
        )
        for heading, said in named.items()
    ]


@cache
def kinds_not_here() -> list[Kind]:
    """With one of the words of `unless` that belong to its group, something is about a page. What
    stands in `whole` asks for a name only as all that was typed."""
    named = tomllib.loads(FILE.read_text(encoding="utf-8"))
    whole = {name: phrases(words) for name, words in named.pop("whole").items()}
    unless = {group: phrases(words) for group, words in named.pop("unless").items()}
    return [
        Kind(
            not_here(name, phrases(words), GROUPS[group]),
            within=phrases(words),
            whole=whole.get(name, ()),
            unless=unless.get(group, ()),
        )
        for group, names in named.items()
        for name, words in names.items()
    ]
