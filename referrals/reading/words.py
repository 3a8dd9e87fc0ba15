"""What each kind of reading means, in words for staff and in words for the patient.

A kind without words is refused as the site starts. Nothing here is about one enquiry.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User

from referrals.access_log import INBOX, MAILS, NOBODY_FOUND, STAFF_MAIL, THIS_LOG, Action
from referrals.files.keeping import WHOLE_LIST
from referrals.models import AccessLog, PersonIndex
from referrals.models.choices import BY_NOBODY_SIGNED_IN
from referrals.references import is_reference

Field = PersonIndex.Field
THE_LINK, THE_WEBSITE = "Somebody with the sender’s link", "The website"
WHO_NOT_SIGNED_IN = {
    Action.STATUS_SEEN: THE_LINK,
    Action.RECEIPT_SEEN: THE_LINK,
    Action.RECEIPT_SAVED: THE_LINK,
    Action.FORM_AGAIN: THE_LINK,
    Action.MAIL_TO_ROOMS: THE_WEBSITE,
    Action.MAIL_TO_SENDER: THE_WEBSITE,
    Action.ANSWER_SEEN: THE_LINK,
}
# Of what was looked for: the details that staff type, in this order.
DETAILS = {
    Field.FAMILY_NAME.value: "name",  # any word of it, since one box takes them all
    Field.BIRTH_DATE.value: "date of birth",
    Field.PHONE.value: "telephone number",
    Field.MEDICARE.value: "Medicare number",
}
PLACES = {
    INBOX: "The inbox",
    MAILS: "The list of mails",
    THIS_LOG: "This log",
    NOBODY_FOUND: "Look-ups that found nobody",
    STAFF_MAIL: "Mail to staff",
    WHOLE_LIST: "Files without an enquiry",
}


class Words(NamedTuple):
    """`staff` goes on after a name; `patient` is a sentence for whoever the enquiry is about."""

    staff: str
    patient: str


WORDS: dict[str, Words] = {
    Action.VIEW: Words("read it", "Opened it, and could read all that was sent."),
    Action.LIST: Words(
        "looked at the list", "Saw your name, date of birth and its first words in a list."
    ),
    Action.SEARCH: Words("looked for it and found it", "Looked for this, and found it."),
    Action.FILE_PAGE: Words("read about a file of it", "Saw the name of a file that came with it."),
    Action.DOWNLOAD: Words("saved a file of it", "Saved a letter or file that came with it."),
    Action.LETTER: Words(
        "read pages of a letter", "Read pages of a letter or file that came with it."
    ),
    Action.ORIGINAL: Words(
        "saved the original of a file", "Saved a letter or file that came with it."
    ),
    Action.COPY: Words("saved a harmless copy of a file", "Saved a copy of a file from it."),
    Action.RECORD: Words(
        "saved all of it as a PDF", "Saved all of it as one file, for the clinic’s own records."
    ),
    Action.PRINT: Words("printed it among others", "Printed all of it, on paper or as a PDF."),
    Action.MAIL: Words(
        "read whom a mail about it went to", "Saw which address an email about it went to."
    ),
    Action.LOG: Words("looked up who had read it", "Looked up who had read it."),
    Action.ASIDE: Words("looked at what was set aside", "Looked at files that were set aside."),
    Action.SAVE_ASIDE: Words("saved what was set aside", "Saved a file that was set aside."),
    Action.REQUEST: Words("read what the patient asks for", "Looked after what you asked of us."),
    Action.HELD: Words(
        "saved all that is held, for the patient", "Made the copy of all that we hold, for you."
    ),
    Action.SHEET: Words("made the sheet for the patient", "Made this sheet, or one like it."),
    Action.STATUS_SEEN: Words(
        "saw how far it is",
        "Saw how far it is. The page shows no name and nothing about your health.",
    ),
    Action.RECEIPT_SEEN: Words(
        "saw the receipt",
        "Saw that it had come in. The page shows no name and nothing about your health.",
    ),
    Action.RECEIPT_SAVED: Words(
        "saved the receipt", "Saved the proof that it had come in. It does not name you."
    ),
    Action.FORM_AGAIN: Words(
        "began another referral with the sender’s details",
        "Began another form with the sender’s own details. Nothing of yours was shown.",
    ),
    Action.MAIL_TO_ROOMS: Words(
        "mailed details of it to the rooms", "Sent an email with details to the clinic."
    ),
    Action.MAIL_TO_SENDER: Words(
        "mailed words of the rooms to the sender",
        "Sent an email with the clinic’s answer to whoever had sent this.",
    ),
    Action.EXPORT: Words(
        "saved it in a list", "Saved it as one line of a list, such as for the clinic’s numbers."
    ),
    Action.ANSWER_SEEN: Words(
        "read the words of the rooms",
        "Read what the clinic had written back to whoever had sent this.",
    ),
}
BESIDE = Words(
    "saw its reference beside another enquiry",
    "Saw its number beside another one. No name was shown.",
)
NOT_FOUND = Words("looked for somebody and found nobody", "")


def check_words(words: Mapping[str, Words]) -> None:
    """Raises `LookupError` where a kind of reading has no words, or nobody who did it."""
    for action in Action:
        if action not in words:
            raise LookupError(f"The reading “{action}” has no row in referrals/reading/words.py.")
    for action in BY_NOBODY_SIGNED_IN:
        if action not in WHO_NOT_SIGNED_IN:
            raise LookupError(f"Who does “{action}”? Say so in referrals/reading/words.py.")


check_words(WORDS)


def words_of(row: AccessLog) -> Words:
    """A look-up without digests is a reference that was shown beside another one."""
    if row.action == Action.SEARCH and row.reference == NOBODY_FOUND:
        return NOT_FOUND
    if row.action == Action.SEARCH and not row.looked_for:
        return BESIDE
    return WORDS.get(row.action) or Words(row.action, row.action)  # of a later release


def place_words(reference: str) -> str:
    """What stands above the readings of one reference, or of what stands in its place."""
    if is_reference(reference):
        return reference
    return PLACES.get(reference) or f"A file without an enquiry, {reference}"


def name_of(row: AccessLog) -> str:
    """The person’s name, as colleagues know it."""
    if row.by is None:
        return WHO_NOT_SIGNED_IN.get(Action(row.action), THE_WEBSITE)
    return person_name(row.by)


def person_name(user: User) -> str:
    return user.get_full_name().strip() or user.get_username()


def role_of(user: User) -> str:
    """The groups of a person, as the clinic calls them today."""
    groups = sorted(group.name for group in user.groups.all())
    return ", ".join(groups) or ("Administrator" if user.is_superuser else "Staff")


def minutes(times: Iterable[datetime]) -> list[datetime]:
    """Each minute once, from the first to the last: a page that is drawn anew is read anew."""
    return sorted({at.replace(second=0, microsecond=0) for at in times})


def by_details(fields: set[str]) -> str:
    """“your family name and date of birth”."""
    named = [words for field, words in DETAILS.items() if field in fields]
    return f"your {' and '.join([', '.join(named[:-1]), named[-1]] if named[1:] else named)}"
