"""Who takes a copy of VAR_DIR and the database, without the keys, learns nothing of a person.

A whole day of a site is played with real processes: both forms with every field filled, letters,
answers, a colleague who signs in and works through the inbox, mail that is sent, waits and is
refused. Then the copy is searched for every word, address, cookie and token of that day.
"""

import gzip
import hashlib
import os
import re
import subprocess
import time
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests import thief
from tests.codes import code_for
from tests.faults.senders import File, wait_until_delivered
from tests.journeys.signing_in import PASSWORD, make_account
from tests.makers import sample_pdf
from tests.running_site import Mailbox, RunningSite
from tests.visitors import Visitor, hidden_in

Words = dict[str, Any]
AS_SLOW_AS_PEOPLE = 3.2  # seconds from form to press
MESSAGE = {
    "name": "Kanarienna Messagewriter",
    "phone": "02 5550 7431",
    "email": "kanarimessage@kanarihome.example",
    "topic": "fees",
    "text": "kanaritext of a message",
}
REFERRAL = {
    "mode": "full",
    "red_flags": ["none"],
    "urgency": "soon",
    "signed": "on",
    "patient_given_names": "Kanarigiven",
    "patient_family_name": "Kanarifamily",
    "patient_birth_date": "17/3/1951",
    "sex_at_birth": "Another term",
    "sex_term": "kanariterm",
    "patient_phone": "0491 577 426",
    "patient_address": "9 Kanaristreet Sampletown",
    "medicare_number": "3278 85119 5",
    "medicare_irn": "2",
    "dva_number": "NKANARI1",
    "interpreter": "kanariinterpreter",
    "urgency_reason": "kanarihurry",
    "reason": "kanarireason",
    "history": "kanarihistory",
    "treatments_tried": "kanaritried",
    "imaging": "kanariimaging",
    "medicines": "kanarimedicines",
    "allergies": "kanariallergies",
    "name": "Dr Kanaridoctor",
    "provider_number": "2426621B",
    "email": "kanaridoctor@kanaripractice.example",
    "phone": "02 5550 7432",
    "practice_name": "Kanarisurgery",
    "practice_address": "8 Kanariroad Sampletown",
    "copy_to": "kanaricopy",
}
NOT_OF_A_PERSON = {
    "topic",
    "mode",
    "red_flags",
    "sex_at_birth",
    "urgency",
    "signed",
    "medicare_irn",
}
SEARCHED = "kanarisearch"
SENTENCE = "kanarisentence"
NOTES = {"ask": "kanariquestion", "accept": "", "file": "kanarinote"}
UNKNOWN_NAME = "kanariunknown"
WRONG_PASSWORD = "kanari plum orbit"
STATUS_LINK = re.compile(r"/status/(\w+)/")


@dataclass
class Day:
    """What was said and given out on the day of which a copy was stolen."""

    site: RunningSite
    mailbox: Mailbox
    copy: thief.Copy = field(default_factory=lambda: thief.Copy({}))
    visitors: list[Visitor] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """From here on somebody else, at an address that is nobody’s (RFC 5737)."""
        visitor = Visitor(self.site, f"203.0.113.{20 + len(self.visitors)}")
        self.visitors.append(visitor)
        return visitor

    def cookies(self, *names: str) -> set[str]:
        found = [v.seen_cookies.get(name, set()) for v in self.visitors for name in names]
        return {value for values in found for value in values if value}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    mailbox = Mailbox()
    mailbox.open()
    mailbox.refused = {"kanarirefused@kanarihome.example"}
    folder = tmp_path_factory.mktemp("site")
    site = RunningSite(folder, mailbox, TRUSTED_PROXIES="127.0.0.1")
    day = Day(site, mailbox)
    before = os.umask(0)  # a shell that hides nothing: the site must
    try:
        site.prepare()
        for process in ("web", "mail"):
            site.start(process)
        site.wait_until_up()
        live_through(day)
        day.copy = thief.take(site, tmp_path_factory.mktemp("stolen"))
        yield day
    finally:
        os.umask(before)
        site.stop()
        mailbox.close()


def live_through(day: Day) -> None:
    forms = [begun(day, *form) for form in forms_of_the_day()]
    time.sleep(AS_SLOW_AS_PEOPLE)
    *sent, last = forms
    for form in sent:
        send(day, *form)
    somebody_gives_up(day)
    readers_read(day)
    wait_until_delivered(day.site)
    somebody_tries_a_password(day)
    a_colleague_works(day)
    wait_until_delivered(day.site)
    day.tokens += [token for mail in day.mailbox.messages for token in links_in(mail)]
    day.mailbox.close()
    send(day, *last)


def links_in(mail: Message) -> list[str]:
    return [t for part in mail.walk() for t in STATUS_LINK.findall(str(part.get_payload()))]


def forms_of_the_day() -> list[tuple[str, Words, File | None]]:
    refused = {**MESSAGE, "email": "kanarirefused@kanarihome.example"}
    queued = {**MESSAGE, "email": "kanariqueued@kanarihome.example"}
    letter = ("kanarifilename.pdf", sample_pdf("kanariletter"))
    messages: list[tuple[str, Words, File | None]]
    messages = [("/contact/", words, None) for words in (MESSAGE, refused, queued)]
    return [("/refer/", REFERRAL, letter), *messages]


def begun(
    day: Day, path: str, words: Words, file: File | None
) -> tuple[Visitor, str, Words, File | None]:
    visitor = day.visitor()
    hidden = visitor.begin(path)
    day.tokens += [str(hidden["form_key"]), str(hidden.get("csrfmiddlewaretoken", ""))]
    day.words += [str(v) for name, v in words.items() if name not in NOT_OF_A_PERSON]
    return visitor, path, {**hidden, **words}, file


def send(day: Day, visitor: Visitor, path: str, words: Words, file: File | None) -> None:
    """Somebody sends a form and sees the receipt; is asked once whether it is all meant so."""
    html = visitor.send(path, words, file)
    if "/received/" not in visitor.at:
        html = visitor.send(path, {**words, **hidden_in(html)})
    assert "/received/" in visitor.at, html
    day.tokens.append(visitor.at.split("/")[2])


def somebody_gives_up(day: Day) -> None:
    """A letter is held for a form that is never sent."""
    visitor = day.visitor()
    fields = {**visitor.begin("/refer/"), "mode": "quick", "patient_family_name": "Kanariunsent"}
    visitor.send("/refer/", fields, ("kanariheld.pdf", sample_pdf("kanariheldletter")))
    assert visitor.status == 422
    day.words += ["kanariletter", "kanarifilename", "kanariheld", "Kanariunsent", "1951-03-17"]
    day.words += ["+61255507431", "+61491577426"]


def readers_read(day: Day) -> None:
    day.visitor().open(f"/search/?q={SEARCHED}")
    reader = day.visitor()
    page = "/conditions/symptoms/"
    fields = {"page": page, "helpful": "no", "sentence": SENTENCE}
    reader.press("/helpful/", on=f"/helpful/?page={page}", **fields)
    assert reader.at == "/helpful/thanks/"
    day.visitor().open("/status/0123456789abcdef0123456789abcdef/")
    day.words += [SEARCHED, SENTENCE]


def somebody_tries_a_password(day: Day) -> None:
    path = "/admin/account/login/"
    html = day.visitor().press(path, login=UNKNOWN_NAME, password=WRONG_PASSWORD)
    assert "do not belong together" in html
    day.words += [UNKNOWN_NAME, WRONG_PASSWORD]


def connect_phone(colleague: Visitor, html: str) -> list[str]:
    """The phone's secret and the recovery codes. A code that grew old on the way is typed anew."""
    secret = re.search(r'id="authenticator-secret">(\w+)<', html)[1]
    for _ in range(3):
        html = colleague.press("/admin/account/2fa/totp/activate/", code=code_for(secret))
        if "authenticator-secret" not in html:
            break
    return [secret, *re.findall(r"<li><code>(\d{8})</code>", html)]


def a_colleague_works(day: Day) -> None:
    colleague = day.visitor()
    make_account(day.site, "robin")
    html = colleague.press("/admin/account/login/", login="robin", password=PASSWORD)
    day.codes += connect_phone(colleague, html)
    assert len(day.codes) == 11
    find = colleague.press("/admin/referrals/enquiry/find/", family_name="Kanarifamily")
    pk = re.search(r"/admin/referrals/enquiry/(\d+)/change/", find)[1]
    page = f"/admin/referrals/enquiry/{pk}/change/"
    opened = colleague.press(f"/admin/referrals/enquiry/{pk}/open/", on=page)
    assert "kanarireason" in opened
    for name, note in NOTES.items():
        path = f"/admin/referrals/enquiry/{pk}/do/{name}/"
        html = colleague.press(path, on=page, note=note, outcome="booked")
        assert colleague.at == page, (name, html)
    record = colleague.press(f"/admin/referrals/enquiry/{pk}/record.pdf")
    assert record.startswith("%PDF")
    day.words += [PASSWORD, *filter(None, NOTES.values())]


def test_the_thief_would_find_what_lies_there():
    """Each way in which a word may lie there, so that none below passes for want of a search."""
    cookie = urlsafe_b64encode(zlib.compress(b'{"typed": "kanari word"}')).rstrip(b"=")
    lies = {
        "plain": b"..kanari word..",
        "capitals": b"KANARI WORD",
        "packed": gzip.compress(b"kanari word"),
        "session": b"row:" + cookie + b":1abc:signature",
        "digest": b"'" + hashlib.sha256(b"kanari word").hexdigest().encode() + b"'",
        "nothing": b"all is well",
    }
    found = thief.Copy(lies).places_of("kanari word", also_hashed=True)
    assert found == ["plain", "capitals", "packed", "session", "digest"]


def test_the_day_was_a_whole_one(day: Day):
    """Everything happened, so that there was something to find."""
    states = dict(day.site.rows("SELECT state, count(*) FROM referrals_notification GROUP BY 1"))
    assert {"sent", "queued", "dead"} <= states.keys()
    statuses = {row[0] for row in day.site.rows("SELECT status FROM referrals_enquiry")}
    assert statuses == {"received", "filed"}
    assert day.site.rows("SELECT count(*) FROM conditions_feedback") == [(1,)]
    held = "SELECT count(*) FROM referrals_attachment WHERE enquiry_id IS NULL"
    assert day.site.rows(held) == [(1,)]
    assert len(day.cookies("sessionid", "csrftoken", "staffbrowser")) > 6
    assert len(set(day.tokens)) > 8


def test_no_word_that_anybody_typed_or_attached_is_in_the_copy(day: Day):
    found = {word: day.copy.places_of(word, also_hashed=True) for word in day.words}
    assert {word: places for word, places in found.items() if places} == {}


def test_no_address_of_a_visitor_is_in_the_copy_nor_a_digest_that_tells_it(day: Day):
    places = [day.copy.places_of(v.address, also_hashed=True) for v in day.visitors]
    assert len(places) > 9
    assert places == [[]] * len(places)


def test_no_address_that_opens_a_receipt_a_status_page_or_a_form_is_in_the_copy(day: Day):
    found = {token: day.copy.places_of(token) for token in day.tokens if token}
    assert {token: places for token, places in found.items() if places} == {}


def test_no_phone_and_no_recovery_code_is_in_the_copy(day: Day):
    found = [day.copy.places_of(code, also_hashed=True) for code in day.codes]
    assert found == [[]] * 11


def test_no_cookie_of_a_form_or_of_a_known_browser_is_in_the_copy(day: Day):
    values = day.cookies("csrftoken", "staffbrowser", "messages")
    assert {value: day.copy.places_of(value) for value in values} == {v: [] for v in values}


def test_no_session_is_in_the_copy_so_that_nobody_goes_on_where_a_colleague_is(day: Day):
    values = day.cookies("sessionid")
    assert values
    assert {value: day.copy.places_of(value) for value in values} == {v: [] for v in values}


def test_a_mail_that_a_trial_site_keeps_as_a_file_names_its_recipient_and_nobody_else(day: Day):
    """On such a site mails lie under VAR_DIR as they are sent here."""
    assert len(day.mailbox.messages) > 4
    for mail in day.mailbox.messages:
        parts = [part.get_payload(decode=True) or b"" for part in mail.walk()]
        copy = thief.Copy({"mail": b"\n".join([*parts, mail["Subject"].encode()])})
        assert [word for word in day.words if copy.places_of(word)] == []


def test_another_user_of_the_server_may_open_none_of_it(day: Day):
    command = ["find", "var", *(p.name for p in day.site.folder.glob("clinic.sqlite3*"))]
    command += ["-perm", "/077", "!", "-type", "l"]
    found = subprocess.run(command, cwd=day.site.folder, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert found.stdout == ""
    assert len(list(Path(day.site.folder, "var", "static").iterdir())) > 3
