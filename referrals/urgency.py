"""Which referrals cannot wait for the rooms, and which cannot wait for anybody."""

from collections.abc import Iterable

from referrals.models import Enquiry

RED_FLAGS = [
    ("cauda_equina", "New numbness around the genitals, or new bladder, bowel or sexual trouble"),
    ("leg_weakness", "Leg weakness that is getting worse"),
    ("infection", "Signs of spinal or joint infection, or very unwell with fever"),
    ("trauma", "Major accident or fall, or cannot stand after a fall"),
    ("cancer", "Suspected cancer or spinal tumour"),
    ("none", "None of these"),
]

# As the red box on the form groups them: these go to an emergency department, not to the rooms.
EMERGENCY_FLAGS = {"cauda_equina", "leg_weakness", "infection", "trauma"}

FLAG_NAMES = dict(RED_FLAGS)


def letter_flags_in_words(lines: Iterable[str]) -> list[tuple[str, str]]:
    """The name of each red flag and the letter's words, as `Referral.letter_flags` holds them."""
    parts = [line.partition(": ") for line in lines]
    return [(FLAG_NAMES.get(code, code), words) for code, _, words in parts]


def has_unticked_flag(*, letter_flags: Iterable[str], red_flags: Iterable[str]) -> bool:
    """Whether the letter has a red flag that the sender did not tick."""
    return bool({line.partition(": ")[0] for line in letter_flags} - set(red_flags))


def urgency_meant(*, chosen: str, red_flags: list[str]) -> str:
    """Routine is only what stood there already: a red flag makes it urgent. “Soon” was chosen,
    and stands unless a sign belongs in an emergency department."""
    urgency = chosen or Enquiry.Urgency.ROUTINE
    is_untouched = red_flags != ["none"] and urgency == Enquiry.Urgency.ROUTINE
    if is_untouched or not EMERGENCY_FLAGS.isdisjoint(red_flags):
        return Enquiry.Urgency.URGENT
    return urgency


def is_emergency(enquiry: Enquiry) -> bool:
    """Whether a sign was ticked that belongs in an emergency department, however soon was asked."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return False
    return not EMERGENCY_FLAGS.isdisjoint(enquiry.referral.red_flags)


def from_hospital(enquiry: Enquiry) -> bool:
    """Whether a hospital doctor sent it: the patient may lie on a ward."""
    if enquiry.kind != Enquiry.Kind.REFERRAL:
        return False
    return enquiry.referral.referrer_type == "hospital"


def is_urgent(enquiry: Enquiry) -> bool:
    """Whether the sender must ring now: an emergency too, where “soon” was chosen for it."""
    return enquiry.urgency == Enquiry.Urgency.URGENT or is_emergency(enquiry)
