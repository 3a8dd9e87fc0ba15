"""A database of each release is brought up to date with data in it, and everything still works.

`make.py` made the databases. A release that takes a table away says so in GONE_SINCE.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from clinic_site.checks import sign_in_log_is_guarded
from clinic_site.models import Clinic
from conditions.checks import publications_are_guarded, search_is_in_step
from conditions.models import Feedback, Page, Publication, Review
from conditions.publishing.verbs import publish
from conditions.search import find
from referrals import person_index
from referrals.checks import timelines_are_guarded
from referrals.files import proving, uploads
from referrals.mail.delivery import deliver_one
from referrals.mail.health import find_a_person
from referrals.models import Attachment, Enquiry, FileProof, Notification, Referral
from referrals.references import receipt_token, status_token
from referrals.workflow import verbs as workflow
from tests.codes import code_for
from tests.makers import signed_in
from tests.upgrades.loading import brought_up_to_date, releases

pytestmark = pytest.mark.django_db
GONE_SINCE: set[str] = set()  # labels of models
MADE_ANEW = {"referrals.PersonIndex"}  # by its rules of the day
GUARDED = ["conditions_publication", "referrals_event", "referrals_accesslog"]


@pytest.fixture(scope="module", params=releases())
def known(
    request: Any, tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Any]]:
    """What was known at the clinic whose database this is; each test is undone by itself."""
    folder = tmp_path_factory.mktemp("upgraded")
    with django_db_blocker.unblock(), brought_up_to_date(request.param, folder) as known:
        known["private"] = folder / "private"
        yield known


@pytest.fixture(autouse=True)
def _files_of_the_clinic(known, settings, _media_in_a_folder_of_its_own):
    settings.PRIVATE_ROOT = known["private"]


def in_state(known, state) -> Referral:
    return Referral.objects.get(reference=known["referrals"][state]["reference"])


def test_no_row_is_lost(known):
    rows = {n: c for n, c in known["rows"].items() if n not in GONE_SINCE | MADE_ANEW}
    now = {name: apps.get_model(name)._base_manager.count() for name in rows}
    assert {name: count for name, count in rows.items() if now[name] < count} == {}


def test_the_clinics_own_facts_stay(known, client):
    clinic = Clinic.objects.get()
    assert {name: getattr(clinic, name) for name in known["clinic"]} == known["clinic"]
    assert known["clinic"]["telephone"] in client.get("/").content.decode()


def test_each_person_keeps_her_role_and_a_right_that_was_removed_stays_away(known):
    roles = {user.username: user.groups.get().name for user in User.objects.all()}
    assert roles == known["staff"]
    editors = Group.objects.get(name="Editor").permissions
    assert not editors.filter(codename=known["taken_from_editors"]).exists()
    assert editors.filter(codename="change_page").exists()


def test_the_code_of_a_phone_that_was_connected_is_still_right(known):
    phone = Authenticator.objects.get(user__username="rae", type=Authenticator.Type.TOTP)
    assert TOTP(phone).validate_code(code_for(known["phone_secret"]))


@pytest.mark.parametrize(
    ("slug", "status"),
    [
        ("every-kind", 200),
        ("redacted", 200),
        ("withdrawn", 410),
        ("scheduled", 404),
        ("draft", 404),
    ],
)
def test_each_page_is_shown_as_far_as_it_is_public(known, client, slug, status):
    assert client.get(f"/conditions/{slug}/").status_code == status


def test_home_and_every_other_live_page_are_shown(known, client):
    assert client.get("/").status_code == 200
    for live in Publication.objects.live():
        assert client.get(live.page.get_absolute_url()).status_code == 200, live


def test_search_finds_what_is_live_and_nothing_that_was_redacted(known, client):
    found = client.get("/search/", {"q": known["changed_title"]}).content.decode()
    assert known["changed_title"] in found
    word = known["redacted"].split()[0]
    assert find.search(word, emergency_number="000", as_typed=True).total == 0
    assert word not in str(find.search(word, emergency_number="000").found)  # nor parted in two
    assert known["redacted"] not in str(list(Publication.objects.values_list("payload")))


def test_a_page_that_was_changed_can_be_changed_and_published_again(known, client):
    page = Page.objects.get(title=known["changed_title"])
    page.title = "Changed once more"
    page.save()
    publish(page=page, by=User.objects.get(username="pat"))
    assert "Changed once more" in client.get(page.get_absolute_url()).content.decode()
    assert Review.objects.get(page=page).reviewer.username == "clara"
    assert Feedback.objects.get(page=page).sentence == known["feedback"]


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_what_is_written_once_is_still_guarded(known, table, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql.format(table))


def test_the_deployment_checks_find_nothing(known):
    checks = [publications_are_guarded, timelines_are_guarded, sign_in_log_is_guarded]
    checks += [search_is_in_step]
    assert [check(None, databases=["default"]) for check in checks] == [[], [], [], []]
    assert find_a_person().ok


def test_every_referral_is_in_its_state_and_opens_with_its_patient(known, client):
    rae = User.objects.get(username="rae")
    for state, stored in known["referrals"].items():
        referral = in_state(known, state)
        assert referral.status == state
        assert referral.patient_family_name == stored["family_name"]
        page = signed_in(client, rae).get(referral.get_admin_url())
        assert stored["family_name"] in page.content.decode()


def test_what_staff_asked_stands_in_the_timeline(known):
    notes = [event.note for event in in_state(known, "needs_info").events.all()]
    assert known["asked"] in notes


def test_a_referral_can_be_accepted_and_the_doctor_hears_of_it(known):
    referral = in_state(known, "opened")
    workflow.accept(enquiry=referral, by=User.objects.get(username="rae"))
    assert referral.status == Enquiry.Status.ACCEPTED
    assert referral.notifications.filter(kind=Notification.Kind.STATUS).exists()


def test_every_file_of_an_enquiry_is_there_and_is_what_was_sent(known):
    FileProof.objects.all().delete()
    sent = Attachment.objects.filter(enquiry__isnull=False)
    assert proving.prove_files() == sent.count() > 0
    assert not FileProof.objects.exclude(problem="").exists()
    assert sorted({file.state for file in Attachment.objects.all()}) == known["files"]
    letter = in_state(known, "opened").attachments.get()
    assert uploads.read_sent_file(letter).startswith(b"%PDF")
    assert letter.sha256 == known["referrals"]["opened"]["sha256"]


def test_everybody_is_found_by_name(known):
    for state, stored in known["referrals"].items():
        wanted = person_index.terms(family_name=stored["family_name"])
        assert person_index.find_enquiries(wanted).get().pk == in_state(known, state).pk


def test_links_that_were_given_out_still_lead_somewhere(known, client):
    referral = in_state(known, "accepted")
    assert client.get(f"/received/{receipt_token(referral.form_key)}/").status_code == 200
    assert client.get(f"/status/{status_token(referral.form_key)}/").status_code == 200


def test_mail_in_every_state_is_there_and_what_waits_goes_out(known, settings):
    assert sorted({mail.state for mail in Notification.objects.all()}) == known["mails"]
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    waiting = Notification.objects.filter(state=Notification.State.QUEUED).earliest("due_at")
    assert deliver_one(at=waiting.due_at).state == Notification.State.SENT
