"""What answers at once, before any page: facts of the clinic of today, and the site's own tools.

A fact that the clinic has not filled in answers nothing; then the telephone does.
"""

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.formats import date_format

from clinic_site.hours.rooms import ClosedDays
from clinic_site.models import Clinic
from conditions.models import Publication
from conditions.search.index import index_of
from conditions.search.kinds import Direct, Kind, Phrases, phrases
from conditions.search.passages import reading
from conditions.search.wording import (
    OWNERSHIP,
    STOP_WORDS,
    Concept,
    Words,
    is_within,
    plain_words,
    stems_of,
)

FILE = Path(__file__).with_name("direct.toml")
NOT_HERE = Path(__file__).with_name("not_here.toml")
MOST_ANSWERS = 2
OPINIONS = set(plain_words("good best nice experienced qualified like review reviews rating trust"))
TITLES = {"dr", "prof", "professor", "mr", "ms", "mrs", "miss", "doctor", "surgeon", "specialist"}


def direct_answers(query: str, clinic: Clinic) -> list[Direct]:
    """The likeliest first. A query that holds one of the phrases is about it."""
    typed = tuple(plain_words(OWNERSHIP.sub("", query)))
    telling = tuple(word for word in typed if word not in STOP_WORDS)
    asked = [kind.answer(clinic) for kind in all_kinds() if kind.is_asked(typed, telling)]
    found = [*people_named(typed, clinic), *(answer for answer in asked if answer)]
    return list(dict.fromkeys(found))[:MOST_ANSWERS]


def people_named(typed: Words, clinic: Clinic) -> Iterator[Direct]:
    if clinic.pk is None or not any(len(word) > 2 for word in typed):
        return
    for person in clinic.clinicians.all():
        names = {name for name in plain_words(person.name) if len(name) > 1} - TITLES
        others = set(typed) - names - TITLES - STOP_WORDS - OPINIONS
        if names & set(typed) and not others:
            lines = tuple(line for line in (person.role, person.qualifications) if line)
            yield Direct(person.name, lines, "", reverse("conditions:team"), "Our team")


# --- Facts --------------------------------------------------------------------------------------


def to_ring(heading: str, clinic: Clinic, *lines: str) -> Direct:
    link, words = reverse("referrals:contact"), "Write to the rooms"
    return Direct(heading, lines, clinic.telephone, link, words)


def rooms_lines(clinic: Clinic, fact: str) -> tuple[str, ...]:
    """The fact of each of the rooms that has it, with its name where there are several."""
    several = len(clinic.rooms) > 1
    known = [(rooms.name, getattr(rooms, fact)) for rooms in clinic.rooms if getattr(rooms, fact)]
    return tuple(f"{name}: {said}" if several else str(said) for name, said in known)


def of_rooms(heading: str, fact: str) -> Callable[[Clinic], Direct]:
    def answer(clinic: Clinic) -> Direct:
        lines = rooms_lines(clinic, fact)
        if not lines:
            return to_ring(heading, clinic, "Please ask the rooms.")
        return Direct(
            heading, lines, "", reverse("referrals:contact") + "#rooms", "Where to find us"
        )

    return answer


def hours(clinic: Clinic) -> Direct:
    lines: list[str] = []
    for rooms in clinic.rooms:
        now = rooms.now
        said = [now.words] if now else []
        said += [closed_in_words(closure) for closure in rooms.closures_soon]
        said += [f"{line.days}: {line.hours}" for line in rooms.weekly_lines]
        lines += [f"{rooms.name}: {line}" for line in said] if len(clinic.rooms) > 1 else said
    if not lines:
        return to_ring("Opening hours", clinic, "Please ask the rooms.")
    return Direct("Opening hours", tuple(lines), clinic.telephone, "", "")


def closed_in_words(closure: ClosedDays) -> str:
    """As the page on where to find us says it."""
    first, last = (date_format(day, "j F Y") for day in (closure.first_day, closure.last_day))
    days = first if first == last else f"{first} to {last}"
    return f"Closed {days}: {closure.reason}"


def telephone(clinic: Clinic) -> Direct:
    after = clinic.after_hours_telephone
    return to_ring("Ring or write to us", clinic, *([f"After hours: {after}"] if after else []))


def nurse(clinic: Clinic) -> Direct | None:
    if not clinic.nurse_line:
        return None
    lines = ("Ring if you are not sure how urgent it is.",)
    name = clinic.nurse_line_name or "Nurse line"
    return Direct(f"{name}: a nurse answers day and night", lines, clinic.nurse_line)


def fax(clinic: Clinic) -> Direct | None:
    lines = (f"Fax {clinic.fax}",) if clinic.fax else ("We have no fax number here.",)
    # No telephone number beside it: somebody would fax to that.
    return Direct("Fax", lines, "", reverse("referrals:refer"), "Refer a patient")


def secure_messaging(clinic: Clinic) -> Direct | None:
    lines = tuple(clinic.secure_messaging.splitlines()) or ("Please refer on this site.",)
    return Direct(
        "Secure messaging, for doctors", lines, "", reverse("referrals:refer"), "Refer a patient"
    )


def emergency(clinic: Clinic) -> Direct:
    number = clinic.emergency_number
    line = "Do not wait for an answer from us."
    return Direct(f"In an emergency call {number}", (line,), number, is_emergency=True)


def warning_sign(clinic: Clinic) -> Direct:
    """Who types a sign of squeezed nerves or of an infection may have minutes to lose."""
    number = clinic.emergency_number
    now = "Call, or go to an emergency department now. Do not wait for an answer from us."
    signs = live_page("conditions", "symptoms", "emergency_card")
    heading = f"This can be an emergency: call {number}"
    return Direct(heading, (now,), number, signs, "All warning signs", is_emergency=True)


def live_page(section: str, slug: str, anchor: str = "") -> str:
    """Its address; empty while the public cannot read it."""
    live = Publication.objects.live().filter(section=section, slug=slug)
    address = reverse("conditions:page", args=[section, slug]) if live.exists() else ""
    return f"{address}#{anchor}" if address and anchor else address


def appointment(clinic: Clinic) -> Direct:
    return to_ring("Make, move or cancel an appointment", clinic, "Ring us, or write to the rooms.")


def complaint(clinic: Clinic) -> Direct:
    return to_ring("Tell us what went wrong", clinic, "Ring us, or write to the rooms.")


# --- What this site does not say ----------------------------------------------------------------


def video(clinic: Clinic) -> Direct:
    line = (
        "This site does not say whether a visit by video or telephone is possible. Ask the rooms."
    )
    return to_ring("A visit by video or telephone", clinic, line)


def wait(clinic: Clinic) -> Direct:
    line = "This site does not say how long it is now. The rooms can tell you."
    return to_ring("How long is the wait?", clinic, line)


def whom_you_see(clinic: Clinic) -> Direct:
    lines = ("Who treats patients here.", "Tell the rooms when you book what matters to you.")
    return Direct("Our team", lines, clinic.telephone, reverse("conditions:team"), "Our team")


def children(clinic: Clinic) -> Direct:
    line = "This site does not say whether there is a place for children. Ask the rooms."
    return to_ring("Bringing a child to a visit", clinic, line)


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


def not_here(name: str, asked: Phrases, *, is_care: bool) -> Callable[[Clinic], Direct | None]:
    """Says so plainly, with whom to ask, until a page is about it."""

    def answer(clinic: Clinic) -> Direct | None:
        if is_named(asked):
            return None
        about = "This site is about pain from the sacroiliac (SI) joint, low in the back."
        if is_care:
            lines: tuple[str, ...] = ("Ask your GP or the rooms whether it is for you.",)
            address, link = live_page("treatments", "compare"), "The treatments that we explain"
        else:
            lines = (about, "Your GP knows who treats this. Not sure? Ring the rooms.")
            address, link = reverse("referrals:contact"), "Write to the rooms"
        return Direct(f"No page here is about {name}", lines, clinic.telephone, address, link)

    return answer


def is_named(asked: Phrases) -> bool:
    """Whether a page that the public reads is about it: by its title or a heading."""
    live = list(Publication.objects.live().values_list("pk", flat=True))
    holders = index_of().find([Concept(asked)], live, every=True)
    stems = [stems_of(phrase) for phrase in asked]
    for payload in Publication.objects.filter(pk__in=holders).values_list("payload", flat=True):
        page = reading(payload)
        for heading in (*page.names, *page.headings):
            words = stems_of(plain_words(heading))
            if any(is_within(phrase, words) for phrase in stems):
                return True
    return False


# --- Tools --------------------------------------------------------------------------------------


def tool(heading: str, line: str, name: str, link: str) -> Callable[[Clinic], Direct]:
    return lambda clinic: Direct(heading, (line,), "", reverse(name), link)


refer = tool(
    "Refer a patient",
    "For doctors: attach your letter and send. You get a receipt at once.",
    "referrals:refer",
    "Send a referral",
)


def template(clinic: Clinic) -> Direct | None:
    page = live_page("guides", "for-gps")
    line = "A Word file and plain text stand under “How to send it”."
    return Direct("A template for the letter", (line,), "", page, "For GPs") if page else None


paper = tool(
    "The referral form on paper",
    "Print it, fill it in by hand and fax or post it.",
    "referrals:paper",
    "Open the form",
)
planner = tool(
    "Recovery planner",
    "Type the date of the operation. You see what comes when, week by week.",
    "conditions:recovery",
    "Plan your recovery",
)
questions = tool(
    "Questions to ask",
    "Tick what you want to ask and take the list to your appointment.",
    "conditions:my_questions",
    "My questions",
)
people = tool("Our team", "Who treats patients here.", "conditions:team", "Our team")


def follow_referral(clinic: Clinic) -> Direct:
    lines = (
        "The receipt and the email about it have a link to follow, correct or withdraw it.",
        "No link? Ring the rooms, with the reference if you have it.",
    )
    return to_ring("Follow a referral", clinic, *lines)


ANSWERS: dict[str, Callable[[Clinic], Direct | None]] = {  # by their names in `direct.toml`
    "warning_sign": warning_sign,
    "emergency": emergency,
    "template": template,
    "follow_referral": follow_referral,
    "paper": paper,
    "video": video,
    "wait": wait,
    "whom_you_see": whom_you_see,
    "children": children,
    "breastfeeding": breastfeeding,
    "two_medicines": two_medicines,
    "appointment": appointment,
    "refer": refer,
    "secure_messaging": secure_messaging,
    "fax": fax,
    "parking": of_rooms("Parking", "parking"),
    "access": of_rooms("Getting in", "access"),
    "hours": hours,
    "address": of_rooms("Where to find us", "address"),
    "nurse": nurse,
    "telephone": telephone,
    "complaint": complaint,
    "planner": planner,
    "questions": questions,
    "people": people,
}


@cache
def kinds() -> list[Kind]:
    """In the order of the file: the first two that are asked for answer."""
    named = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        Kind(ANSWERS[name], **{field: phrases(text) for field, text in said.items()})
        for name, said in named.items()
    ]


@cache
def kinds_not_here() -> list[Kind]:
    named = tomllib.loads(NOT_HERE.read_text(encoding="utf-8"))
    unless = phrases(named.pop("unless")["words"])
    return [
        Kind(
            not_here(name, phrases(words), is_care=group == "care"),
            within=phrases(words),
            unless=() if group == "care" else unless,
        )
        for group, names in named.items()
        for name, words in names.items()
    ]


def all_kinds() -> list[Kind]:
    return [*kinds(), *kinds_not_here()]


def words_asked() -> set[str]:
    """Every word that one of the kinds is asked with."""
    return {word for kind in all_kinds() for phrase in kind.asked for word in phrase}
