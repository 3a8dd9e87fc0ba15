"""What would make the Medicare rebate fail, told to the sender before the referral goes; and a
number on which nobody could ring the patient.

Rules: Services Australia on referring; they hold for Australia, and the setting
IDENTIFIER_CHECKS turns the check digits off elsewhere.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from referrals.identifiers import medicare_problem, miscounted, provider_number_problem


class Warned(NamedTuple):
    """A code that is stored, the field it is about, and what it means to the sender."""

    code: str
    field: str
    words: str
    of_rebate: bool = True


WARNINGS = [
    Warned(
        "provider_shape",
        "provider_number",
        "A provider number has 6 digits, then a digit or letter for the place, then a letter.",
    ),
    Warned(
        "provider_letter",
        "provider_number",
        "The last letter of the provider number does not fit the rest: look for a typing error.",
    ),
    Warned(
        "provider_check",
        "provider_number",
        "The provider number does not add up: one of its characters may be wrong.",
    ),
    Warned(
        "practice_address",
        "practice_address",
        "Medicare asks for a right provider number, or else your practice’s or hospital’s address.",
    ),
    Warned(
        "medicare_shape",
        "medicare_number",
        "A Medicare number has 10 digits and starts with 2, 3, 4, 5 or 6.",
    ),
    Warned(
        "medicare_check",
        "medicare_number",
        "The Medicare number does not add up: one of its digits may be wrong.",
    ),
    Warned(
        "medicare_issue",
        "medicare_number",
        "The tenth digit of a Medicare number is never 0.",
    ),
    Warned(
        "medicare_irn",
        "medicare_irn",
        "The number in front of the name on the card is 1 to 9.",
    ),
    Warned(
        "date_old",
        "referral_date",
        "The referral is more than 12 months old. Medicare may not pay.",
    ),
    Warned(
        "date_future",
        "referral_date",
        "The date of the referral is in the future. Medicare does not pay before that day.",
    ),
    Warned(
        "no_doctor",
        "referrer_type",
        "A physiotherapist’s letter is no referral to Medicare: the patient needs a doctor’s too.",
    ),
    Warned(
        "patient_phone",
        "patient_phone",
        "The patient’s telephone number has a digit too few or too many.",
        of_rebate=False,
    ),
]
MAIL_DOMAIN = "mail_domain"  # not about the rebate: the form asks whether the address is right
WARNING_OF_CODE = {warned.code: warned for warned in WARNINGS}


def identifier_codes(data: Mapping[str, Any]) -> list[str]:
    """Codes of what is wrong with the numbers of a referral, by their check digits."""
    codes = []
    if (number := data.get("provider_number")) and not referrer_codes(data):
        problem = provider_number_problem(number) if has_digit(number) else ""
        codes.append(problem)
        if (problem or not has_digit(number)) and not data.get("practice_address"):
            codes.append("practice_address")
    number = data.get("medicare_number") or ""
    if has_digit(number):
        codes.append(medicare_problem(number, data.get("medicare_irn") or ""))
    return [code for code in codes if code]


def phone_codes(data: Mapping[str, Any]) -> list[str]:
    """The code of a number on which the patient could not be rung. Whoever refers may have no
    other: it is asked about, and taken."""
    return ["patient_phone"] if miscounted(data.get("patient_phone") or "") else []


def has_digit(number: str) -> bool:
    """“None” is an answer too, and has no shape to be told of."""
    return any(c.isdigit() for c in number)


def referrer_codes(data: Mapping[str, Any]) -> list[str]:
    """The code of a letter that earns no rebate, whatever its numbers are. A report on a patient
    whom a doctor referred is not meant to earn one."""
    is_letter = data.get("referrer_type") == "physio" and not data.get("is_report")
    return ["no_doctor"] if is_letter else []


def date_codes(data: Mapping[str, Any], *, today: date) -> list[str]:
    """Codes of what is wrong with the date of a referral; an indefinite one does not age."""
    written = data.get("referral_date")
    if written is None:
        return []
    if written > today:
        return ["date_future"]
    age = (today.year - written.year) * 12 + today.month - written.month
    is_old = age > 12 or (age == 12 and today.day > written.day)
    return ["date_old"] if is_old and data.get("validity") != "indefinite" else []


def warned_of(code: str) -> Warned:
    """What to say of a code; a code that is new to us gets plain words of its kind."""
    field = "medicare_number" if code.startswith("medicare") else "provider_number"
    words = "Please check this number once more."
    return WARNING_OF_CODE.get(code, Warned(code, field, words))
