"""What cannot wait for a page: an emergency, a warning sign, despair."""

from clinic_site.models import Clinic
from conditions.emergency_number import as_dialled
from conditions.search.asking import live_page, to_ring
from conditions.search.kinds import Direct

AUSTRALIAN = "000"  # the emergency number where Lifeline is the line to ring
LIFELINE = "13 11 14"


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


def infected_joint(clinic: Clinic) -> Direct:
    """Mostly asked by doctors, so it says too what comes before their letter."""
    number = clinic.emergency_number
    lines = (
        "Very unwell, or with a fever? To an emergency department now, before any letter.",
        "It may come without a fever.",
    )
    page = live_page("guides", "for-gps", "the-referral-at-a-glance")
    heading = f"An infected joint can be an emergency: call {number}"
    return Direct(heading, lines, number, page, "For GPs: what is urgent", is_emergency=True)


def ring_first(clinic: Clinic) -> Direct:
    after = clinic.after_hours_telephone
    lines = ["For doctors: ring first, and then write."]
    lines += [f"After hours: {after}"] if after else []
    return to_ring("Not sure how urgent it is? Ring the rooms", clinic, *lines)


def low_mood(clinic: Clinic) -> Direct:
    """Somebody worn down, who has not said that they are in danger."""
    lines = ("You need not carry this alone. Tell your GP how you feel, or ring us.",)
    number = clinic.telephone
    if clinic.emergency_number == AUSTRALIAN:
        lines = ("You need not carry this alone. Ring Lifeline, and tell your GP how you feel.",)
        number = LIFELINE
    page = live_page("conditions", "sacroiliac-joint-dysfunction", "living-with-it")
    return Direct("When the pain wears you down", lines, number, page, "Living with this pain")


def despair(clinic: Clinic) -> Direct:
    """Where we know of no line to ring, the emergency number alone."""
    if clinic.emergency_number != AUSTRALIAN:
        return emergency(clinic)
    lines = ("Ring Lifeline, and tell your GP. In danger now? Call the emergency number.",)
    more = ((f"tel:{as_dialled(AUSTRALIAN)}", f"Call {AUSTRALIAN}"),)
    page = live_page("conditions", "sacroiliac-joint-dysfunction", "living-with-it")
    heading = "Pain can make life feel not worth living"
    return Direct(heading, lines, LIFELINE, page, "Living with this pain", more=more)
