"""What cannot wait for a page: an emergency, a warning sign, despair."""

from clinic_site.models import Clinic
from conditions.emergency_number import as_dialled
from conditions.search.asking import live_page, to_ring
from conditions.search.kinds import Direct

AUSTRALIAN = "000"  # the emergency number where Lifeline is the line to ring
LIFELINE = "13 11 14"
RESPECT = "1800 737 732"  # 1800RESPECT, the national line for violence at home and sexual assault


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
        f"For doctors on a ward or in rooms: then ring us on {clinic.telephone}, and write.",
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
    heading, link = "When the pain wears you down", "Living with this pain"
    return Direct(heading, lines, number, page, link, alone=True)


def despair(clinic: Clinic) -> Direct:
    """Where we know of no line to ring, the emergency number alone."""
    if clinic.emergency_number != AUSTRALIAN:
        return emergency(clinic)._replace(alone=True)
    lines = ("Ring Lifeline, and tell your GP. In danger now? Call the emergency number.",)
    more = ((f"tel:{as_dialled(AUSTRALIAN)}", f"Call {AUSTRALIAN}"),)
    page = live_page("conditions", "sacroiliac-joint-dysfunction", "living-with-it")
    heading = "Pain can make life feel not worth living"
    link = "Living with this pain"
    return Direct(heading, lines, LIFELINE, page, link, more=more, alone=True)


def violence(clinic: Clinic) -> Direct:
    """Whoever is hurt by somebody. No page is about it, so the lines that help are all we say."""
    number = clinic.emergency_number
    if number != AUSTRALIAN:
        return emergency(clinic)._replace(alone=True)
    lines = (
        f"In danger now? Call {number}.",
        "No page here is about it. You can ring 1800RESPECT at any hour, or tell your GP.",
    )
    more = ((f"tel:{as_dialled(number)}", f"Call {number}"),)
    return Direct("If somebody hurts you", lines, RESPECT, more=more, alone=True)


def calf(clinic: Clinic) -> Direct:
    """As the lists of the pages say it: our rooms after an operation or an injection, else a GP."""
    number = clinic.emergency_number
    lines = (
        "Operated on, or an injection, in the last weeks? Ring our rooms today."
        " Otherwise see a GP today.",
        "Nobody can look at it today? Go to an emergency department.",
        f"With chest pain or trouble breathing, call {number}.",
    )
    heading = "A swollen or sore calf: somebody must look at it today"
    page = live_page("conditions", "symptoms", "when-to-get-help-fast")
    return Direct(heading, lines, clinic.telephone, page, "All warning signs")


def fever(clinic: Clinic) -> Direct:
    """As the lists of the pages say it."""
    number = clinic.emergency_number
    lines = (
        f"Very unwell with it? Call {number}, or go to an emergency department now.",
        "Operated on, or an injection, in the last weeks, and above 38 °C or with chills?"
        " Ring our rooms today. If we are closed, go to an emergency department.",
        "Otherwise see a GP today. Pregnant, or just had a baby? Ring your maternity unit now.",
    )
    page = live_page("conditions", "symptoms", "when-to-get-help-fast")
    return Direct("A fever", lines, clinic.telephone, page, "All warning signs")


def medicine_harm(clinic: Clinic) -> Direct:
    """No page says what a rash or black poo means, so it is left to nobody to judge at home."""
    lines: tuple[str, ...] = (
        f"With trouble breathing, or if you faint, call {clinic.emergency_number}.",
        "No page here says what else to watch for. Ask a pharmacist or a doctor now,"
        " before the next dose.",
    )
    name = clinic.nurse_line_name or "Nurse line"
    lines += (f"At night a nurse answers at {name}.",) if clinic.nurse_line else ()
    page = live_page("treatments", "medicines", "one-by-one-the-gain-and-the-harm")
    heading = "A bad reaction to a medicine"
    return Direct(heading, lines, clinic.nurse_line, page, "What each medicine can do")


def maternity(clinic: Clinic) -> Direct:
    lines = (
        "No page here is about it. The number is on your hospital papers.",
        f"If you bleed heavily, call {clinic.emergency_number}.",
    )
    page = live_page("conditions", "pregnancy-and-after-birth", "when-to-get-help")
    return Direct("Ring your maternity unit now", lines, "", page, "When to get help")
