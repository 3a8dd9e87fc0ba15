"""What answers at once, before any page: facts of the clinic of today, and the site's own tools.

A fact that the clinic has not filled in answers nothing; then the telephone does.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format

from clinic_site.hours.rooms import ClosedDays
from clinic_site.models import Clinic
from conditions.search.asking import live_page, to_ring
from conditions.search.kinds import NUMBERS_MEANT, Direct, Kind, phrases
from conditions.search.not_said import (
    breastfeeding,
    bulk_billing,
    children,
    confusion,
    excess,
    item_numbers,
    kinds_not_here,
    kinds_to_ask,
    papers,
    stomach,
    two_medicines,
    video,
    visiting,
    wait,
    which_surgeon,
)
from conditions.search.urgent import (
    calf,
    despair,
    emergency,
    fever,
    infected_joint,
    low_mood,
    maternity,
    medicine_harm,
    ring_first,
    violence,
    warning_sign,
)
from conditions.search.wording import STOP_WORDS, Words, bare, plain_words

FILE = Path(__file__).with_name("direct.toml")
LETTERS = "downloads/referral-letter"
MOST_ANSWERS = 2
RING_OR_WRITE = "Ring or write to us"
OPINIONS = set(plain_words("good best nice experienced qualified like review reviews rating trust"))
# What may be a reference behind the clinic's prefix, {}: its signs, whole or the first of them.
REFERENCE = r"\b{}(?P<dash>\s*[-‐‑–])?\s*(?P<signs>[a-z\d]{{3,9}})\b"
SIGNS = set("23456789cdfghjkmnprtvwxy")  # such a reference has eight of these
TITLES = {"dr", "prof", "professor", "mr", "ms", "mrs", "miss", "doctor", "surgeon", "specialist"}


def direct_answers(query: str, clinic: Clinic) -> list[Direct]:
    """The likeliest first. A query that holds one of the phrases is about it."""
    typed = tuple(plain_words(bare(query)))
    telling = tuple(word for word in typed if word not in STOP_WORDS)
    asked = [kind.answer(clinic) for kind in all_kinds() if kind.is_asked(typed, telling)]
    found = [*people_named(typed, clinic), *(answer for answer in asked if answer)]
    found.sort(key=lambda answer: answer.heading == RING_OR_WRITE)  # it fits all, so it comes last
    answers = list(dict.fromkeys(found))[:MOST_ANSWERS]
    urgent = [answer for answer in answers if answer.alone or answer.is_emergency]
    if is_a_reference(query, clinic):  # never before what cannot wait
        return urgent or [by_reference(clinic)]
    return urgent if any(answer.alone for answer in answers) else answers


def is_a_reference(query: str, clinic: Clinic) -> bool:
    """Whether somebody typed what stands on a receipt, in whatever words around it. The prefix may
    be a word of its own, as SIJ is: so one sign at most may be a slip, and none of a few."""
    known = REFERENCE.format(re.escape(clinic.reference_prefix))
    found = re.finditer(known, query.casefold(), re.IGNORECASE)
    return bool(clinic.reference_prefix) and any(
        is_of_reference(one["signs"], bool(one["dash"])) for one in found
    )


def is_of_reference(signs: str, has_dash: bool) -> bool:
    odd = sum(sign not in SIGNS for sign in signs)
    has_digit = any(sign.isdigit() for sign in signs)
    if len(signs) < 7:
        return has_dash and has_digit and not odd and not signs.isdigit()
    return odd <= 1 and (has_dash or has_digit) and not signs.isdigit()


def people_named(typed: Words, clinic: Clinic) -> Iterator[Direct]:
    if clinic.pk is None or not any(len(word) > 2 for word in typed):
        return
    for person in clinic.clinicians.all():
        names = names_of(person.name)
        others = set(typed) - names - TITLES - STOP_WORDS - OPINIONS
        if names & set(typed) and not others:
            lines = tuple(line for line in (person.role, person.qualifications) if line)
            yield Direct(person.name, lines, "", reverse("conditions:team"), "Our team")


def names_of(name: str) -> set[str]:
    return {word for word in plain_words(name) if len(word) > 1} - TITLES


# --- Facts --------------------------------------------------------------------------------------


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


def transport(clinic: Clinic) -> Direct:
    lines = (*rooms_lines(clinic, "address"), "This site does not say which bus or train.")
    return Direct(
        "Where to find us",
        (*lines, "Look the address up in a trip planner, or ask the rooms."),
        clinic.telephone,
        reverse("referrals:contact") + "#rooms",
        "Where to find us",
    )


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
    return to_ring(RING_OR_WRITE, clinic, *([f"After hours: {after}"] if after else []))


def email(clinic: Clinic) -> Direct:
    """The address stands on the card: who asks for it has no use for a form alone."""
    line = "For a referral or a report please use our form or secure messaging."
    more = ((reverse("referrals:contact"), "Write to the rooms on this site"),)
    address = f"mailto:{clinic.email}" if clinic.email else ""
    heading = "Write to us by email"
    return Direct(heading, (line,), clinic.telephone, address, clinic.email, more=more)


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


def whom_you_see(clinic: Clinic) -> Direct:
    lines = ("Who treats patients here.", "Tell the rooms when you book what matters to you.")
    return Direct("Our team", lines, clinic.telephone, reverse("conditions:team"), "Our team")


def of_the_place(clinic: Clinic) -> Direct:
    return to_ring("What there is at the rooms", clinic, "This site does not say. Ask the rooms.")


def appointment(clinic: Clinic) -> Direct:
    return to_ring("Make, move or cancel an appointment", clinic, "Ring us, or write to the rooms.")


def complaint(clinic: Clinic) -> Direct:
    answer = to_ring("Tell us what went wrong", clinic, "Ring us, or write to the rooms.")
    return answer._replace(alone=True)


# --- Tools --------------------------------------------------------------------------------------


def tool(heading: str, line: str, name: str, link: str) -> Callable[[Clinic], Direct]:
    return lambda clinic: Direct(heading, (line,), "", reverse(name), link)


refer = tool(
    "Refer a patient",
    "For doctors: attach your letter and send. You get a receipt at once.",
    "referrals:refer",
    "Send a referral",
)


def template(clinic: Clinic) -> Direct:
    line = "Open it in Word or in your own software, fill it in and send it with the form."
    files = ((static(f"{LETTERS}.txt"), "Plain text"),)
    page = live_page("guides", "for-gps", "the-referral-at-a-glance")
    more = (*files, (page, "For GPs: what the letter needs")) if page else files
    word, name = static(f"{LETTERS}.rtf"), "Word file (RTF)"
    return Direct("A template for the letter", (line,), "", word, name, more=more)


def refer_as(role: str, heading: str, *lines: str) -> Callable[[Clinic], Direct]:
    """The same form, with what this kind of sender needs to know above it."""
    return lambda clinic: Direct(
        heading, lines, "", f"{reverse('referrals:refer')}?as={role}", "Open the form"
    )


refer_hospital = refer_as(
    "hospital",
    "Refer from a hospital",
    "For doctors of a hospital: what to attach, and which provider number to give.",
    "Cannot wait? Go the usual way of your own hospital.",
)
refer_physio = refer_as(
    "physio",
    "You treat the patient and are not a doctor",
    "Send us your letter and findings.",
    "For the Medicare rebate the patient also needs a doctor’s referral.",
)
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


# As the form says it: a test holds the two together.
FILES_TAKEN = (
    "PDF, JPEG, PNG, TIFF, HEIC, Word (.docx) or RTF, without a password. Up to 5 files of 10 MB"
    " each, 25 MB together."
)


def upload(clinic: Clinic) -> Direct:
    lines = (FILES_TAKEN, "You come for a visit? Bring your scans on a disc, or the log-in.")
    heading, link = "Files with a referral", "Open the form"
    return Direct(heading, lines, "", reverse("referrals:refer"), link)


def by_reference(clinic: Clinic) -> Direct:
    lines = (
        "A search cannot look up a reference.",
        "The receipt and the email about it have a link that shows if it has arrived.",
        "No link? Ring the rooms and read the reference out.",
    )
    return to_ring("Has it arrived?", clinic, *lines)


def follow_referral(clinic: Clinic) -> Direct:
    lines = (
        "The receipt and the email about it have a link to follow, correct or withdraw it.",
        "No link? Ring the rooms, with the reference if you have it.",
    )
    return to_ring("Follow a referral", clinic, *lines)


ANSWERS: dict[str, Callable[[Clinic], Direct | None]] = {  # by their names in `direct.toml`
    "warning_sign": warning_sign,
    "emergency": emergency,
    "foot_drop": warning_sign,
    "weak_leg": warning_sign,
    "toilet": warning_sign,
    "despair": despair,
    "despair_in_other_words": despair,
    "violence": violence,
    "infected_joint": infected_joint,
    "emergency_in_other_words": emergency,
    "bad_reaction": emergency,
    "cold_leg": warning_sign,
    "saddle": warning_sign,
    "calf": calf,
    "swollen_leg": calf,
    "fever": fever,
    "medicine_harm": medicine_harm,
    "maternity": maternity,
    "ring_first": ring_first,
    "refer_hospital": refer_hospital,
    "refer_physio": refer_physio,
    "place": of_the_place,
    "template": template,
    "follow_referral": follow_referral,
    "paper": paper,
    "video": video,
    "online_visit": video,
    "wait": wait,
    "whom_you_see": whom_you_see,
    "confusion": confusion,
    "visiting": visiting,
    "upload": upload,
    "bulk_billing": bulk_billing,
    "excess": excess,
    "item_numbers": item_numbers,
    "transport": transport,
    "children": children,
    "stomach": stomach,
    "breastfeeding": breastfeeding,
    "two_medicines": two_medicines,
    "appointment": appointment,
    "refer": refer,
    "secure_messaging": secure_messaging,
    "papers": papers,
    "fax": fax,
    "parking": of_rooms("Parking", "parking"),
    "access": of_rooms("Getting in", "access"),
    "hours": hours,
    "address": of_rooms("Where to find us", "address"),
    "low_mood": low_mood,
    "nurse": nurse,
    "email": email,
    "speak": telephone,
    "telephone": telephone,
    "complaint": complaint,
    "planner": planner,
    "questions": questions,
    "which_surgeon": which_surgeon,
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


def all_kinds() -> list[Kind]:
    return [*kinds(), *kinds_to_ask(), *kinds_not_here()]


@cache
def words_asked() -> frozenset[str]:
    """Every word that one of the kinds is asked with."""
    words = (word for kind in all_kinds() for phrase in kind.asked for word in phrase)
    return frozenset(words) - NUMBERS_MEANT
