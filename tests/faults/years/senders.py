"""Doctors, patients and spammers at the public forms, and what they keep of the answer."""

import hashlib
import re
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from referrals.models import Enquiry
from referrals.references import new_form_key
from tests.faults.years.book import Entry, World, word
from tests.faults.years.clock import Clock
from tests.faults.years.letterbox import FULL, NOWHERE
from tests.faults.years.mishaps import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    LETTER,
    ROWS,
    no_room,
    no_room_for_rows,
    struck,
)
from tests.makers import hidden_in, sample_pdf

REFERENCE = re.compile(r'class="reference">(\w+-\w+)<')
STATUS = re.compile(r'href="(/status/[0-9a-f]{32}/)"')
HEADERS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
TYPING = timedelta(minutes=2)
Form = dict[str, Any]


class Senders:
    """Everybody who writes to the rooms."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock, self.client = world, clock, Client(**HEADERS)

    def somebody_writes(self) -> None:
        """One enquiry, with what may go wrong on its way."""
        entry = self.new_entry()
        form = self.typed(entry)
        path = "/refer/" if entry.kind == "referral" else "/contact/"
        self.strike(entry, path, form)
        response = self.post(entry, path, form)
        if response is not None:
            self.keep_receipt(entry, response)
        if entry.reference and self.world.chance(0.04):
            self.press_again(entry, path, form)
        if entry.reference and not entry.letter and self.world.chance(0.03):
            self.send_edited(entry, path, form)

    def new_entry(self) -> Entry:
        world, chance = self.world, self.world.chance
        number = len(world.entries) + 1
        practice = world.rng.randrange(120)
        is_spam, domain = chance(0.05), f"practice{practice}.example"
        wrong = NOWHERE if chance(0.02) else FULL if chance(0.01) else domain
        entry = Entry(
            number=number,
            kind="message" if is_spam or chance(0.27) else "referral",
            name=f"Sampleperson{word(number)}",
            words=f"canary{word(number)}",
            email=f"doctor{number}@{wrong}",
            right_email=f"doctor{number}@{domain}",
            address=f"10.{practice}.0.{world.rng.randrange(1, 200)}",
            is_spam=is_spam,
            neglected=chance(0.02),
        )
        if entry.kind == "referral":
            age = world.rng.randrange(14) if chance(0.05) else world.rng.randrange(18, 90)
            entry.born = self.clock.today() - timedelta(days=age * 365 + world.rng.randrange(365))
            entry.is_red, entry.is_urgent = chance(0.03), chance(0.1)
        world.entries.append(entry)
        return entry

    def typed(self, entry: Entry) -> Form:
        """What stands in the form, with the key of a page that was opened two minutes ago."""
        now = timezone.now()
        self.clock.move(now - TYPING)
        key = new_form_key()
        self.clock.move(now)
        if entry.kind == "message":
            return message_form(entry, key)
        form = referral_form(entry, key)
        if self.world.chance(0.4):
            data = sample_pdf(f"Letter on {entry.name}, {entry.words}")
            entry.letter = hashlib.sha256(data).hexdigest()
            form |= {"mode": "quick", "letter": data}
            form.pop("reason")
        return form

    def strike(self, entry: Entry, path: str, form: Form) -> None:
        """Once in a while the first press meets a killed process or a full disk."""
        pick = self.world.rng.random()
        if pick < 0.006:
            self.killed(entry, path, form, BEFORE_COMMIT)
        elif pick < 0.012:
            self.killed(entry, path, form, AFTER_COMMIT)
        elif pick < 0.018:
            self.full(entry, path, form, ROWS, no_room_for_rows)
        elif pick < 0.03 and entry.letter:
            self.full(entry, path, form, LETTER, no_room)

    def killed(self, entry: Entry, path: str, form: Form, where: str) -> None:
        self.world.count("killed")
        with struck(where):
            self.post(entry, path, form)
            self.world.fault(f"{entry.number} was answered by a process that was killed")

    def full(self, entry: Entry, path: str, form: Form, where: str, how: Any) -> None:
        """The form says honestly that it was not stored, and everything typed stands in it."""
        self.world.count("full disks")
        with struck(where, how):
            response = self.post(entry, path, form)
        page = response.content.decode() if response else ""
        if response is None or response.status_code != 507:
            self.world.fault(f"a full disk answered {response and response.status_code}")
        elif not all(one in page for one in [entry.name, form.get("reason") or entry.name]):
            self.world.fault(f"a full disk lost what was typed in {entry.number}")

    def post(self, entry: Entry, path: str, form: Form) -> HttpResponse | None:
        fields = dict(form)
        if data := fields.pop("letter", None):
            name = f"{entry.name}.pdf"
            fields["letter"] = SimpleUploadedFile(name, data, "application/pdf")
        return self.client.post(path, fields, REMOTE_ADDR=entry.address)  # type: ignore[return-value]

    def keep_receipt(self, entry: Entry, response: HttpResponse) -> None:
        """Only what the page says was received counts as acknowledged."""
        if response.status_code != 302:
            self.world.fault(f"{entry.kind} {entry.number} was answered {response.status_code}")
            return
        entry.receipt = response.headers["Location"]
        page = self.client.get(entry.receipt).content.decode()
        found, link = REFERENCE.search(page), STATUS.search(page)
        if not found:
            self.world.fault(f"the receipt of {entry.number} shows no reference")
            return
        entry.reference, entry.status = found[1], link[1] if link else ""
        entry.acknowledged_at = entry.touched_at = timezone.now()
        if entry.reference in self.world.by_reference:
            self.world.fault(f"{entry.reference} was given twice")
        self.world.by_reference[entry.reference] = entry
        self.world.count("acknowledged")
        self.world.count("letters", bool(entry.letter))

    def press_again(self, entry: Entry, path: str, form: Form) -> None:
        """A double click, or the same page once more: one enquiry, the same receipt."""
        self.world.count("sent twice")
        again = self.post(entry, path, form)
        if again is None or again.headers.get("Location") != entry.receipt:
            self.world.fault(f"{entry.reference} was sent twice and has another receipt")

    def send_edited(self, entry: Entry, path: str, form: Form) -> None:
        """The same form with a word more is a second enquiry of the same person."""
        second = Entry(**{**vars(entry), "answers": [], "reference": "", "receipt": ""})
        second.number, second.words = len(self.world.entries) + 1, f"{entry.words}edited"
        self.world.entries.append(second)
        field = "reason" if entry.kind == "referral" else "text"
        response = self.post(second, path, {**form, field: f"{form[field]} And {second.words}."})
        if response is not None:
            self.keep_receipt(second, response)

    def answer_what_was_asked(self) -> None:
        """Behind the link of a mail, after the question that a stranger cannot answer."""
        for reference, path in list(self.world.asked.items()):
            entry = self.world.by_reference.get(reference)
            if entry is None or not self.world.chance(0.15):
                continue
            del self.world.asked[reference]
            if self.world.chance(0.6) and not entry.gone:
                self.write_back(entry, path, f"The left side, answer{word(entry.number)}.")

    def withdraw(self, entry: Entry) -> None:
        """From her own status page."""
        opened = self.client.post(f"{entry.status}change/", REMOTE_ADDR=entry.address)
        if opened.status_code == 302:
            self.world.count("withdrawn")
            self.write_back(entry, opened.headers["Location"], "", withdraw="yes")

    def write_back(self, entry: Entry, path: str, words: str, **more: str) -> None:
        proof = f"{entry.born:%d/%m/%Y}" if entry.born else "0123"
        shown = self.client.post(path, {"proof": proof}, REMOTE_ADDR=entry.address)
        if shown.status_code == 410:
            return  # the link is over, or switched off
        if not Enquiry.objects.filter(reference=entry.reference).exists():
            return  # erased; whether lawfully is seen at the next look at everything
        hidden = {name: values[0] for name, values in hidden_in(shown.content.decode()).items()}
        if shown.status_code != 200 or not hidden.keys() >= {"pass", "form_key"}:
            self.world.fault(f"{entry.reference} cannot be answered: {shown.status_code}")
            return
        fields = {"pass": hidden["pass"], "form_key": hidden["form_key"]}
        typed = {**fields, "words": words, **more}
        sent = self.client.post(path, typed, follow=True, REMOTE_ADDR=entry.address)
        page = sent.content.decode()
        if sent.status_code != 200 or not ("arrived" in page or "is withdrawn" in page):
            self.world.fault(f"an answer to {entry.reference} was not taken: {sent.status_code}")
            return
        entry.touched_at = timezone.now()
        if words:
            entry.answers.append(words)
            self.world.count("answers")


def message_form(entry: Entry, key: str) -> Form:
    form = {
        "form_key": key,
        "name": entry.name,
        "phone": "02 5550 0123",
        "email": entry.email,
        "topic": "fees",
        "text": f"What does a first visit cost? {entry.words}",
    }
    return form | ({"extra_line": "buy now"} if entry.is_spam else {})


def referral_form(entry: Entry, key: str) -> Form:
    born: date = entry.born or date(1980, 1, 31)
    return {
        "form_key": key,
        "mode": "full",
        "red_flags": ["cauda_equina"] if entry.is_red else ["none"],
        "urgency": "urgent" if entry.is_urgent or entry.is_red else "routine",
        "patient_given_names": "Jo",
        "patient_family_name": entry.name,
        "patient_birth_date": f"{born:%d/%m/%Y}",
        "patient_phone": "0491 570 156",
        "reason": f"Left buttock pain for a year. {entry.words}",
        "name": "Dr Sam Samplegp",
        "provider_number": "2426621B",
        "email": entry.email,
        "signed": "on",
    }
