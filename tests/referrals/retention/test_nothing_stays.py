"""After an erasure no table holds a sealed value, a digest, a token or a name of it."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clinic_site.models import KeptForm
from referrals.access_log import note_access
from referrals.conversation.answering import take_answer
from referrals.mail.delivery import deliver_one
from referrals.models import Leftover
from referrals.retention.erasing import GOES, erase
from referrals.retention.leftovers import remove_leftovers
from referrals.workflow import verbs
from tests.makers import form_key, referral, submitted
from tests.referrals.retention.conftest import NOW, came

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"gAAAA[\w=-]{20,}|[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CANARIES = ["Canarysample", "canary-reason", "canary@practice.example", "canary-note"]


@pytest.fixture
def enquiry(robin):
    """With letters, a decision, words both ways, mails that went out, and somebody who looked for
    the patient."""
    with time_machine.travel(NOW + timedelta(hours=1)):  # mail is tried for five days
        sent = came(
            referral(
                patient_family_name="Canarysample",
                reason="canary-reason",
                sender_email="canary@practice.example",
            ),
            *("open_", "accept"),
            at=NOW,
            by=robin,
            letters=2,
        )
        verbs.file(enquiry=sent, by=robin, outcome="booked", note="canary-note")
        verbs.reply(enquiry=sent, by=robin, note="canary-note", at=NOW)
        answer, words = sent.answers.get(), "canary-reason"
        take_answer(answer=answer, form_key=form_key(), words=words, files=[], at=NOW)
        note_access(references=[sent.reference], by=robin, action="search")
        while deliver_one():
            pass
        yield sent


def everything():
    """Every row of every table, as text, as it lies in the database."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += map(str, cursor.fetchall())
    return "\n".join(rows)


def secrets_of(enquiry):
    found = set()
    with connection.cursor() as cursor:
        for model, path in GOES:
            rows = model._default_manager.filter(**{path: enquiry.pk}).values_list("pk")
            pks = [str(pk) for (pk,) in rows]
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                key = str(row[names.index(column)])
                if key in pks or key in {pk.replace("-", "") for pk in pks}:
                    found |= {one for value in row for one in SECRET.findall(str(value))}
    return found


def test_no_table_holds_anything_of_it(robin, kim, enquiry):
    other = submitted(referral())  # it stays, and was for somebody born on the same day
    verbs.ask_erasure(enquiry=enquiry, by=robin, note="canary-note")
    secrets = secrets_of(enquiry) - secrets_of(other)
    before = everything()
    assert len(secrets) > 30
    assert all(secret in before for secret in secrets)
    erase(enquiry=enquiry, by=kim)
    remove_leftovers()
    Leftover.objects.all().delete()  # the freed pages: nothing frees them inside a transaction
    after = everything()
    assert [secret for secret in secrets if secret in after] == []
    assert [words for words in CANARIES if words in after] == []
    assert enquiry.reference in after


def test_no_file_of_it_is_left(robin, kim, enquiry, settings):
    verbs.ask_erasure(enquiry=enquiry, by=robin, note="Asked.")
    mails = {path.name for path in settings.MAIL_DIR.iterdir()}
    assert len(mails) == enquiry.notifications.filter(state="sent").count() > 1
    erase(enquiry=enquiry, by=kim)
    remove_leftovers()
    assert list(settings.MAIL_DIR.iterdir()) == []
    assert [path.name for path in settings.PRIVATE_ROOT.iterdir()] == ["OWNER"]


def kept_form(robin, page):
    note = json.dumps([["note", "Jo Samplepatient rang."]])
    return KeptForm.objects.create(user=robin, kept_at=timezone.now(), path=page, fields=note)


def test_what_was_typed_about_it_too_late_goes_with_it(robin, kim, enquiry):
    mine, theirs = enquiry.get_admin_url(), submitted(referral()).get_admin_url()
    for page in [mine, theirs]:
        kept_form(robin, f"{page.removesuffix('change/')}do/ask_erasure/")
    longer = kept_form(robin, f"/admin/referrals/enquiry/{enquiry.pk}0/do/file/")
    verbs.ask_erasure(enquiry=enquiry, by=robin, note="Asked.")
    erase(enquiry=enquiry, by=kim)
    assert {str(form.path).split("/")[4] for form in KeptForm.objects.all()} == {
        theirs.split("/")[4],
        longer.path.split("/")[4],
    }


def test_a_form_that_no_key_opens_stops_no_erasure(robin, kim, enquiry):
    kept_form(robin, enquiry.get_admin_url())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_site_keptform SET path = 'not sealed by any key'")
    verbs.ask_erasure(enquiry=enquiry, by=robin, note="Asked.")
    erase(enquiry=enquiry, by=kim)
    assert KeptForm.objects.count() == 0
