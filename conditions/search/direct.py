"""What answers at once, before any page: facts of the clinic of today, and the site's own tools.

A fact that the clinic has not filled in answers nothing; then the telephone does.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from clinic_site.hours.rooms import ClosedDays
from clinic_site.models import Clinic
from conditions.search.wording import OWNERSHIP, STOP_WORDS, Words, is_within, plain_words

MOST_ANSWERS = 2
TITLES = {"dr", "prof", "professor", "mr", "ms", "mrs", "miss", "doctor", "surgeon", "specialist"}


class Direct(NamedTuple):
    """A short answer: what it is, what is known, a number to ring, a page to go on with."""

    heading: str
    lines: tuple[str, ...] = ()
    telephone: str = ""
    address: str = ""
    link: str = ""


class Kind(NamedTuple):
    """`within` are phrases that may stand anywhere in what was typed; `whole` have to be all of it,
    but for words that say nothing by themselves."""

    answer: Callable[[Clinic], Direct | None]
    within: str = ""
    whole: str = ""

    def is_asked(self, typed: Words, telling: Words) -> bool:
        anywhere = any(is_within(phrase, typed) for phrase in phrases(self.within))
        return anywhere or telling in phrases(self.whole) or typed in phrases(self.whole)


def phrases(text: str) -> list[Words]:
    return [tuple(plain_words(phrase)) for phrase in text.split(",") if phrase.strip()]


def direct_answers(query: str, clinic: Clinic) -> list[Direct]:
    """The likeliest first. A query that holds one of the phrases is about it."""
    typed = tuple(plain_words(OWNERSHIP.sub("", query)))
    telling = tuple(word for word in typed if word not in STOP_WORDS)
    asked = [kind.answer(clinic) for kind in KINDS if kind.is_asked(typed, telling)]
    found = [*people_named(typed, clinic), *(answer for answer in asked if answer)]
    return list(dict.fromkeys(found))[:MOST_ANSWERS]


def people_named(typed: Words, clinic: Clinic) -> Iterator[Direct]:
    if clinic.pk is None or not any(len(word) > 2 for word in typed):
        return
    for person in clinic.clinicians.all():
        names = {name for name in plain_words(person.name) if len(name) > 1} - TITLES
        others = set(typed) - names - TITLES - STOP_WORDS
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


def fax(clinic: Clinic) -> Direct | None:
    lines = (f"Fax {clinic.fax}",) if clinic.fax else ("We have no fax number here.",)
    return Direct("Fax", lines, clinic.telephone, reverse("referrals:refer"), "Refer a patient")


def secure_messaging(clinic: Clinic) -> Direct | None:
    lines = tuple(clinic.secure_messaging.splitlines()) or ("Please refer on this site.",)
    return Direct(
        "Secure messaging, for doctors", lines, "", reverse("referrals:refer"), "Refer a patient"
    )


def emergency(clinic: Clinic) -> Direct:
    number = clinic.emergency_number
    return Direct(f"In an emergency call {number}", ("Do not wait for an answer from us.",), number)


def appointment(clinic: Clinic) -> Direct:
    return to_ring("Make, move or cancel an appointment", clinic, "Ring us, or write to the rooms.")


def complaint(clinic: Clinic) -> Direct:
    return to_ring("Tell us what went wrong", clinic, "Ring us, or write to the rooms.")


# --- Tools --------------------------------------------------------------------------------------


def tool(heading: str, line: str, name: str, link: str) -> Callable[[Clinic], Direct]:
    return lambda clinic: Direct(heading, (line,), "", reverse(name), link)


refer = tool(
    "Refer a patient",
    "For doctors: attach your letter and send. You get a receipt at once.",
    "referrals:refer",
    "Send a referral",
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

KINDS = [  # the more urgent first, then the more exact
    Kind(
        emergency,
        within="chest pain, cant breathe, trouble breathing, short of breath",
        whole="emergency, 000, 112, triple zero, ambulance, er, a&e, emergency number, call 000",
    ),
    Kind(
        paper,
        within="form on paper, paper form, referral form, printable form, fax form, pdf form,"
        " referral template, letter template, blank form, print form, print referral",
        whole="form, forms, template",
    ),
    Kind(
        appointment,
        within="cancel appointment, cancel my appointment, cancel booking, change appointment,"
        " change my appointment, move my appointment, move appointment, reschedule, make an"
        " appointment, book an appointment, book appointment, make appointment, book in, new time,"
        " missed appointment, miss my appointment, running late, cancel my operation,"
        " cancel operation, cancel surgery, cancel my surgery, cancle, cancell, book for,"
        " book online, make a booking, change my booking, telehealth, video call, phone"
        " consult",
        whole="cancel, cancellation, appointment, appointments, book, booking, bookings",
    ),
    Kind(
        refer,
        within="send a referral, send referral, refer a patient, refer patient, make a referral,"
        " how to refer, online referral, ereferral, e referral, refer online",
        whole="refer, referral, referrals, referring, refer now",
    ),
    Kind(
        secure_messaging,
        within="healthlink, health link, argus, medical objects, medicalobjects, secure messaging,"
        " secure message, edi",
    ),
    Kind(fax, within="fax, fax number, facsimile"),
    Kind(
        of_rooms("Parking", "parking"),
        within="parking, car park, carpark, where to park, where can i park, park the car,"
        " park my car, drop off",
        whole="park",
    ),
    Kind(
        of_rooms("Getting in", "access"),
        within="wheelchair, wheel chair, disabled access, step free, mobility scooter",
        whole="access, lift, lifts, ramp, ramps, elevator",
    ),
    Kind(
        hours,
        within="opening hours, opening times, office hours, business hours, open now, open today,"
        " open tomorrow, are you open, open christmas, open on, open at, public holiday,"
        " public holidays",
        whole="hours, open, opening, closed, saturday, sunday, weekend, weekends, open saturday,"
        " open sunday, open weekends, time open, hours open",
    ),
    Kind(
        of_rooms("Where to find us", "address"),
        within="directions, where are you, your address, clinic address, street address, how to"
        " get there, how do i get there, find you, find us, where is the clinic, where is clinic,"
        " bus stop, train station, public transport",
        whole="address, location, locations, map, suburb, where, clinic, rooms, bus, train",
    ),
    Kind(
        telephone,
        within="phone number, telephone number, contact details, contact number, email address,"
        " after hours, talk to someone, speak to someone, call you, ring you, write to you,"
        " phone the, ring the, phone you, call the rooms, talk to a nurse",
        whole="phone, telephone, number, call, ring, contact, contact us, email, mail, message,"
        " receptionist, reception, call back, callback",
    ),
    Kind(complaint, whole="complaint, complaints, complain, feedback, make a complaint"),
    Kind(
        planner,
        within="planner, recovery planner, recovery calendar, plan my recovery, recovery plan,"
        " recovery dates, calendar file",
        whole="calendar, plan, dates",
    ),
    Kind(
        questions,
        within="questions to ask, my questions, what to ask, what should i ask, question list",
        whole="questions, question, ask",
    ),
    Kind(
        people,
        within="who are you, our team, your team, your doctors, your surgeons",
        whole="doctor, doctors, surgeon, surgeons, team, staff, specialist, specialists,"
        " about us, people",
    ),
]
