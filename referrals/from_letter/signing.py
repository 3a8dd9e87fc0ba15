"""Whether a letter names the same referrer as the form that it came with."""

from collections.abc import Mapping

from referrals.from_letter.filling import PROVIDER, SENDER
from referrals.from_letter.our_own import name_words
from referrals.person_index import plain_name as plain

SIGNED_BY_ANOTHER = "letter_is_signed_by_another_doctor"  # stays on the referral
# What may stand behind a family name.
BEHIND_NAMES = set("mbbs mbchb bmed md gp phd dch dranzcog fracgp frcgp acrrm facrrm".split())  # noqa: SIM905


def signed_by_another(says: Mapping[str, str], stands: Mapping[str, str]) -> str:
    """Who signed the letter and who stands in the form, as a sentence each; empty where they agree.

    By family name and by provider number; what either of them leaves out says nothing.
    """
    if not (is_other_name(says, stands) or is_other_number(says, stands)):
        return ""
    return f"This letter is signed by {in_words(says)}. The form says {in_words(stands)}."


def is_other_name(says: Mapping[str, str], stands: Mapping[str, str]) -> bool:
    theirs, ours = (families(of.get(SENDER, "")) for of in (says, stands))
    return bool(theirs and ours) and theirs[-1] not in ours and ours[-1] not in theirs


def is_other_number(says: Mapping[str, str], stands: Mapping[str, str]) -> bool:
    theirs, ours = (plain(of.get(PROVIDER, "")) for of in (says, stands))
    return bool(theirs and ours) and theirs != ours


def families(name: str) -> list[str]:
    return [word for word in name_words(name) if word not in BEHIND_NAMES]


def in_words(of: Mapping[str, str]) -> str:
    """`Dr Sam Sample, provider number 2426621B`."""
    name, number = of.get(SENDER, "").strip(), of.get(PROVIDER, "").strip()
    return ", ".join(part for part in (name, number and f"provider number {number}") if part)
