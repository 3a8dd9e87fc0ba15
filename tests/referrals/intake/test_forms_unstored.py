"""Where disk or database refuse, the form comes back with all that was typed; nothing is said
to have arrived."""

from unittest import mock

import pytest
from django.db import InterfaceError, OperationalError, connection

from clinic_site.models import Clinic
from referrals.intake.form_pages import status_of
from referrals.models import Attachment, Enquiry
from tests.makers import message_post, quick_post, referral_post

pytestmark = pytest.mark.django_db
FORMS = [("/contact/", message_post), ("/refer/", referral_post), ("/refer/", quick_post)]
TYPED = {"text": "Typed with care.", "reason": "Typed with care."}
FAULTS = [
    (OperationalError("database or disk is full"), 507),
    (OSError(28, "No space left on device"), 507),
    (OperationalError("disk I/O error"), 503),
    (InterfaceError("connection already closed"), 503),
    (RuntimeError("a fault of ours"), 500),
]


def with_words(post):
    data = post()
    return {**data, **{name: words for name, words in TYPED.items() if name in data}}


@pytest.fixture(autouse=True)
def _clinic_was_read(client):
    client.get("/contact/")


@pytest.mark.parametrize(("fault", "status"), FAULTS)
@pytest.mark.parametrize(("url", "post"), FORMS[:2])
def test_a_form_that_cannot_be_stored_comes_back_whole(client, url, post, fault, status):
    with mock.patch("referrals.intake.views.submit", side_effect=fault):
        response = client.post(url, with_words(post))
    html = response.content.decode()
    assert response.status_code == status
    assert "it has not reached us" in html
    assert "tel:0255501234" in html
    assert "Typed with care." in html
    assert 'action="' + url in html
    assert "has arrived" not in html.partition("<main")[2].replace("as it has arrived", "")
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(("url", "post"), FORMS)
def test_a_database_that_is_away_costs_no_word(client, url, post):
    data = with_words(post)
    with connection.execute_wrapper(mock.Mock(side_effect=OperationalError("gone"))):
        response = client.post(url, data)
    html = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert f'value="{data["name"]}"' in html
    assert "tel:0255501234" in html


def test_files_that_were_sent_before_are_still_named_in_the_form(client):
    html = client.post("/refer/", quick_post(email="")).content.decode()
    pk = str(Attachment.objects.get().pk)
    assert pk in html
    data = quick_post(letter=[""], kept=[pk, "<x>"])
    with connection.execute_wrapper(mock.Mock(side_effect=OperationalError("gone"))):
        html = client.post("/refer/", data).content.decode()
    assert f'name="kept" value="{pk}"' in html
    assert "<x>" not in html


def test_a_file_that_came_along_is_asked_for_again(client):
    with connection.execute_wrapper(mock.Mock(side_effect=OperationalError("gone"))):
        html = client.post("/refer/", quick_post()).content.decode()
    assert "We could not keep your file. Please attach it again." in html


def test_a_process_that_never_saw_the_clinic_invents_no_number(client):
    gone = connection.execute_wrapper(mock.Mock(side_effect=OperationalError("gone")))
    with mock.patch.object(Clinic, "last_known", return_value=None), gone:
        response = client.post("/contact/", with_words(message_post))
    html = response.content.decode()
    assert response.status_code == 503
    assert "Typed with care." in html
    assert "5550 1234" not in html


def test_the_same_form_goes_through_when_the_disk_has_room_again(client):
    data = with_words(message_post)
    with mock.patch("referrals.intake.views.submit", side_effect=FAULTS[0][0]):
        client.post("/contact/", data)
    assert client.post("/contact/", data).status_code == 302
    assert Enquiry.objects.count() == 1


def test_the_log_says_what_failed_and_nothing_that_was_typed(client, caplog):
    with mock.patch("referrals.intake.views.submit", side_effect=FAULTS[0][0]):
        client.post("/contact/", with_words(message_post))
    (record,) = [r for r in caplog.records if r.name == "referrals.intake.form_pages"]
    assert "507" in record.getMessage()
    assert "Typed" not in record.getMessage()


def test_a_full_disk_of_postgresql_is_a_full_disk():
    error = OperationalError("could not extend file")
    error.__cause__ = type("DiskFull", (Exception,), {})()
    assert status_of(error) == 507


def test_too_many_fields_are_still_refused(client):
    assert client.post("/contact/", {f"f{n}": "x" for n in range(300)}).status_code == 400
