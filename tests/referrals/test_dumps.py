"""A dump reveals no patient, loads as it was, and its file is for its owner alone."""

import json
import os
from datetime import date

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import ADDITION, LogEntry
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection

from clinic_site.sealing.keys import sealed_fields
from clinic_site.sealing.tokens import looks_sealed, seal
from referrals.access_log import note_access
from referrals.models import AccessLog, Event, Referral
from referrals.workflow.verbs import ask, open_
from tests.makers import PATIENT, hold_letter, make_user, message, referral, submitted
from tests.triggers import lifted

pytestmark = pytest.mark.django_db
SECRETS = [
    PATIENT,
    "1980-01-31",
    "31/1/1980",
    "0491 570",
    "buttock",
    "infection",
    "Samplegp",
    "practice.example",
]
SECRETS += ["Which side", "letter.pdf", "5550 0123", "first visit", "rooms@"]
FORMS = [[], ["--natural-foreign"], ["--natural-foreign", "--natural-primary"]]


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry(robin):
    found = submitted(referral(red_flags=["infection", "trauma"]))
    ask(enquiry=open_(enquiry=found, by=robin), by=robin, note="Which side? “Ünïcödé”\nLeft?")
    submitted(message())
    hold_letter("1" * 32)
    note_access(references=[found.reference], by=robin, action="record")
    return found


def dump(tmp_path, *more: str, form: str = "json") -> str:
    path = tmp_path / f"dump.{form}"
    call_command("dumpdata", "referrals", "auth.user", *more, format=form, output=str(path))
    return str(path)


def content_of(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def everything() -> str:
    """What the rooms know, as people read it; JSON keeps times to the millisecond."""
    referral = Referral.objects.get()
    events = [(e.kind, e.at, e.by and e.by.username, e.note) for e in Event.objects.all()]
    access = [(row.reference, row.action, row.by.username) for row in AccessLog.objects.all()]
    columns = [getattr(referral, field.attname) for field in Referral._meta.concrete_fields]
    mails = list(referral.notifications.values_list("recipient", "message_id", "state"))
    return json.dumps([columns, events, access, list(mails)], cls=DjangoJSONEncoder)


def empty_tables() -> None:
    """As a new database: past the triggers, which guard the timeline."""
    tables = ["accesslog", "notification", "answerback", "answer", "event", "attachment"]
    with lifted(), connection.cursor() as cursor:
        for table in [*tables, "personindex", "message", "referral", "enquiry"]:
            cursor.execute(f"DELETE FROM referrals_{table}")
        cursor.execute("DELETE FROM auth_user_user_permissions")
        cursor.execute("DELETE FROM auth_user")


@pytest.mark.parametrize("form", ["json", "jsonl", "xml"])
def test_a_dump_holds_no_patients_or_senders_words(tmp_path, enquiry, form):
    written = content_of(dump(tmp_path, form=form))
    assert enquiry.reference in written
    assert [secret for secret in SECRETS if secret in written] == []


@pytest.mark.parametrize("form", FORMS)
def test_what_was_dumped_loads_as_it_was(tmp_path, enquiry, form):
    before = everything()
    path = dump(tmp_path, *form)
    empty_tables()
    call_command("loaddata", path, verbosity=0)
    assert everything() == before
    assert Referral.objects.get().red_flags == ["infection", "trauma"]


def test_a_loaded_timeline_is_not_changed_by_a_second_load(tmp_path, enquiry):
    path = dump(tmp_path)
    with pytest.raises(DatabaseError, match="append-only"):
        call_command("loaddata", path, verbosity=0)


def test_every_sealed_field_is_written_sealed_whatever_its_type():
    values = {"SealedDateField": date(1980, 1, 31), "SealedListField": ["a", "b"]}
    for model, field in sealed_fields():
        mine = [f for m, f in sealed_fields() if m is model]
        given = {f.attname: values.get(type(f).__name__, "Words") for f in mine}
        [written] = json.loads(serializers.serialize("json", [model(**given)]))
        token = written["fields"][field.name]
        assert looks_sealed(token), field
        assert field.to_python(token) == given[field.attname]


def test_a_dump_under_other_keys_is_refused_in_words(tmp_path, settings, enquiry):
    path = dump(tmp_path)
    empty_tables()
    settings.CLINIC_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(DeserializationError, match="sealed with other keys"):
        call_command("loaddata", path, verbosity=0)
    assert not Referral.objects.exists()


def test_flags_from_a_dump_in_clear_are_refused_not_broken(tmp_path, enquiry):
    path = tmp_path / "dump.json"
    rows = json.loads(content_of(dump(tmp_path)))
    for row in rows:
        if row["model"] == "referrals.referral":
            row["fields"]["red_flags"] = "['infection', 'trauma']"
    path.write_text(json.dumps(rows))
    empty_tables()
    with pytest.raises(DeserializationError, match="Make it anew"):
        call_command("loaddata", str(path), verbosity=0)


def test_a_list_is_never_sealed_letter_by_letter():
    with pytest.raises(TypeError, match="fall into its letters"):
        submitted(referral(red_flags="infection"))


def test_the_file_is_for_its_owner_alone(tmp_path, enquiry):
    before = os.umask(0o022)
    try:
        path = dump(tmp_path)
        assert os.umask(0o022) == 0o022  # nothing else became stricter
    finally:
        os.umask(before)
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_the_admins_own_log_names_an_enquiry_by_its_reference(enquiry, robin):
    LogEntry.objects.log_actions(robin.pk, [enquiry], action_flag=ADDITION)
    assert LogEntry.objects.get().object_repr == enquiry.reference


@pytest.mark.parametrize("words", ["gAAAAA", "gAAAAAB is my name", "", "x" * 120])
def test_what_people_type_is_never_taken_for_sealed_text(words):
    assert not looks_sealed(words)
    assert looks_sealed(seal(words))
