"""What was read in a held letter, sealed beside it and dropped with it.

A letter is read once, when it is held, and again only where the machine had no time for it. The
places of its answers are cut out once, when somebody is to check them. Nothing of it is logged.
"""

import base64
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken

from referrals.drawing.parcel import packed, unpacked
from referrals.files import records, uploads
from referrals.files.records import StaysApart
from referrals.inspecting import bounded
from referrals.letter_answers.answers import NOT_IN_TIME, LetterAnswers, from_json, to_json
from referrals.letter_answers.reading import read_letter
from referrals.models import Attachment

SECONDS_TO_CUT = 6.0
MOST_TRIES = 3  # of one letter, where the machine had no time for it
SECONDS_FOR_ALL = 30.0  # by the clock, of one press: nginx waits 75 for the answer
UNREAD = {Attachment.State.QUARANTINED, Attachment.State.WAITING}


@dataclass
class Said:
    """One letter: what it says, and the places of its answers as pictures (WebP, base64)."""

    file: Attachment
    answers: LetterAnswers
    pictures: dict[str, str] | None = field(default=None)  # None: not cut out yet
    tries: int = 1  # how often it was begun to be read

    @property
    def may_be_read_again(self) -> bool:
        """What broke its reader, or took all the time it gets, would do so again."""
        return self.answers.state == NOT_IN_TIME and self.tries < MOST_TRIES


def read_held(files: Iterable[Attachment]) -> None:
    """Read each held letter that was not read yet. One that is set aside is not read.

    What a busy machine has no time for is read at the next press.
    """
    until = time.monotonic() + SECONDS_FOR_ALL
    for file in files:
        if time.monotonic() >= until:
            return
        earlier = opened(file) if file.letter_said else None
        if file.enquiry_id or file.state in UNREAD or (earlier and not earlier.may_be_read_again):
            continue
        try:
            data = uploads.read_sent_file(file)
        except (OSError, uploads.FileDamaged, InvalidToken):
            continue  # the form says so when it is sent
        tries = earlier.tries + 1 if earlier else 1
        keep(Said(file, read_letter(data=data, content_type=file.content_type), tries=tries))
        file.was_just_read = True


def keep(said: Said) -> None:
    """Beside the held file; where it was sent or removed meanwhile, nowhere."""
    kept = {"answers": to_json(said.answers), "pictures": said.pictures, "tries": said.tries}
    said.file.letter_said = json.dumps(kept)
    mine = Attachment.objects.filter(pk=said.file.pk, enquiry__isnull=True)
    mine.update(letter_said=said.file.letter_said)


def said_by(files: Iterable[Any]) -> list[Said]:
    """What each of these says that was read, in their order."""
    read = [file for file in files if getattr(file, "letter_said", None)]
    return [opened(file) for file in read]


def said_by_removed(form_key: str, removed: Iterable[str]) -> list[Said]:
    """The same of files that are about to go from this form."""
    ids = set(removed)
    held = uploads.belonging_to(form_key) if ids else []
    return said_by(file for file in held if str(file.pk) in ids)


def opened(file: Attachment) -> Said:
    kept = json.loads(file.letter_said or "")
    return Said(file, from_json(kept["answers"]), kept["pictures"], kept.get("tries", 1))


def pictures_of(said: Said) -> dict[str, str]:
    """By field: the place of each answer that has one, cut out of the page."""
    if said.pictures is None:
        said.pictures = cut_out(said)
        keep(said)
    return said.pictures


def cut_out(said: Said) -> dict[str, str]:
    answers = said.answers.answers.items()
    places = {name: [one.page, *one.box] for name, one in answers if one.box and one.page >= 0}
    if not places:
        return {}
    try:
        pdf, _ = records.as_pages(said.file, seconds=SECONDS_TO_CUT)
        parcel = packed([json.dumps(list(places.values())).encode(), pdf])
        pictures = unpacked(records.child("cut_outs", data=parcel, seconds=SECONDS_TO_CUT))
    except (StaysApart, bounded.Busy, bounded.Failed, bounded.TookTooLong, ValueError):
        return {}  # the words of the letter stand there instead
    found = zip(places, pictures, strict=False)
    return {name: base64.b64encode(picture).decode() for name, picture in found if picture}
