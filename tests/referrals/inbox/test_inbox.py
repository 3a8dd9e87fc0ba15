"""The inbox in the admin: open one, retry its mail, send a test message."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.models import AccessLog, Enquiry, Notification
from tests.makers import PATIENT, make_user, referral, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"


@pytest.fixture
def staff(client):
    return signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))


@pytest.fixture
def reader(client):
    return signed_in(client, make_user("referrals.view_enquiry"))


def test_the_front_page_says_how_many_are_urgent_until_they_are_done(staff):
    submitted()
    assert "state-urgent" not in staff.get("/admin/").content.decode()
    enquiry = submitted(referral(urgency="urgent"))
    staff.get(enquiry.get_admin_url())
    assert "1 urgent</strong>" in staff.get("/admin/").content.decode()
    Enquiry.objects.filter(pk=enquiry.pk).update(status="accepted")
    assert "state-urgent" not in staff.get("/admin/").content.decode()


def test_it_says_first_what_the_reader_has_and_the_list_has_a_link_to_it(client):
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    signed_in(client, robin)
    own, flagged, other = submitted(), submitted(referral(red_flags=["trauma"])), submitted()
    assert "who=mine" not in client.get("/admin/").content.decode()
    assert "Mine" not in words_of(client.get(INBOX).content.decode())
    Enquiry.objects.filter(pk__in=[own.pk, flagged.pk]).update(assigned_to=robin)
    assert "Inbox You have 2, 1 of them a red flag" in words_of(
        client.get("/admin/").content.decode()
    )
    assert "Mine (2)" in words_of(client.get(INBOX).content.decode())
    html = client.get(f"{INBOX}?who=mine").content.decode()
    assert own.reference in html
    assert other.reference not in html
    parts = html.partition("inbox-parts")[2].partition("</nav>")[0]
    assert parts.count('aria-current="page"') == 1


STATES = ["received", "opened", "needs_info", "accepted", "returned", "filed", "spam"]


def in_state(state):
    """An enquiry in some state; returns its reference."""
    enquiry = submitted()
    columns = {"status": state}
    if state not in {"received", "spam"}:
        columns["opened_at"] = timezone.now()
    if state == "filed":
        columns |= {"filed_at": timezone.now(), "outcome": "answered"}
    Enquiry.objects.filter(pk=enquiry.pk).update(**columns)
    return enquiry.reference


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"received", "opened", "needs_info"}),
        ("?show=todo", {"received", "opened", "needs_info"}),
        ("?show=tobook", {"accepted"}),
        ("?show=tofile", {"returned"}),
        ("?show=filed", {"filed"}),
        ("?show=spam", {"spam"}),
        ("?show=all", set(STATES)),
        ("?show=nonsense", {"received", "opened", "needs_info"}),
    ],
)
def test_what_is_to_do_comes_first_and_nothing_is_out_of_reach(staff, query, shown):
    references = {state: in_state(state) for state in STATES}
    html = staff.get(f"{INBOX}{query}").content.decode()
    assert {state for state, reference in references.items() if reference in html} == shown
    assert "To do (3)" in html


def test_a_search_by_reference_looks_everywhere(staff):
    reference = in_state("filed")
    assert reference in staff.get(f"{INBOX}?q={reference}").content.decode().split("<table")[1]


def test_suspects_are_counted_with_their_age_until_somebody_looks(staff):
    submitted(at=timezone.now() - timedelta(hours=3, minutes=1))
    submitted()
    Enquiry.objects.update(status="spam")
    front = staff.get("/admin/").content.decode().replace("\xa0", " ")
    assert "2 suspected spam, oldest 3 hours" in front
    assert "2 look like spam" in staff.get(INBOX).content.decode()
    for enquiry in Enquiry.objects.all():
        staff.get(enquiry.get_admin_url())
    assert "suspected spam, oldest" not in staff.get("/admin/").content.decode()


def test_the_front_page_says_how_much_waits_and_since_when(staff):
    submitted(at=timezone.now() - timedelta(hours=2, minutes=1))
    front = staff.get("/admin/").content.decode().replace("\xa0", " ")
    assert "1 to do." in front
    assert "the oldest came 2 hours" in front


def test_opening_shows_everything_and_is_logged(staff):
    enquiry = submitted(referral())
    html = staff.get(enquiry.get_admin_url()).content.decode()
    for words in [PATIENT, "Left buttock pain", "Received and stored", "rooms@clinic.example"]:
        assert words in html
    assert AccessLog.objects.get().reference == enquiry.reference


def test_staff_without_permission_see_nothing(client):
    enquiry = submitted(referral())
    signed_in(client, make_user("conditions.view_page"))
    assert client.get(INBOX).status_code == 403
    assert client.get(enquiry.get_admin_url()).status_code == 403
    assert not AccessLog.objects.exists()


def test_a_dead_letter_is_visible_and_can_be_retried(staff):
    enquiry = submitted()
    Notification.objects.update(state="dead")
    assert "Mail not delivered" in staff.get(INBOX).content.decode()
    staff.post(f"{INBOX}{enquiry.pk}/retry-mail/")
    assert Notification.objects.get().state == "queued"
    assert "Mail put back in the queue" in staff.get(enquiry.get_admin_url()).content.decode()


def test_a_reader_may_not_retry(reader):
    enquiry = submitted()
    assert reader.post(f"{INBOX}{enquiry.pk}/retry-mail/").status_code == 403


@pytest.mark.parametrize("verb", ["retry-mail", "test"])
def test_nothing_happens_on_a_mere_link(staff, verb):
    enquiry = submitted()
    url = f"{INBOX}{enquiry.pk}/retry-mail/" if verb == "retry-mail" else f"{INBOX}test-message/"
    assert staff.get(url).status_code == 403


def test_a_test_message_is_queued(staff):
    html = staff.post(f"{INBOX}test-message/", follow=True).content.decode()
    assert "rooms@clinic.example" in html
    assert Notification.objects.get().kind == "test"


def test_an_enquiry_that_is_gone_is_a_404(staff):
    assert staff.get(f"{INBOX}999/change/").status_code == 404


def test_the_front_page_says_that_mail_goes_to_files(staff):
    assert "Mail is written to files" in staff.get("/admin/").content.decode()


WARNS = ["cauda_equina: numb saddle of a canary"]


@pytest.mark.parametrize(
    ("ticked", "in_letter", "is_marked"),
    [
        (["none"], WARNS, True),
        (["trauma"], WARNS, True),
        (["cauda_equina"], WARNS, False),
        (["none"], None, False),
    ],
)
def test_a_line_says_that_the_letter_has_a_red_flag_nobody_ticked(
    reader, ticked, in_letter, is_marked
):
    submitted(referral(red_flags=ticked, letter_flags=in_letter))
    html = reader.get(INBOX).content.decode()
    assert ("Red flag in the letter" in html) == is_marked
    assert "canary" not in html  # its words stand on its page, whose reading is noted


def test_the_list_that_shows_the_mark_is_in_the_log(reader):
    warned = submitted(referral(red_flags=["none"], letter_flags=WARNS))
    reader.get(INBOX)
    assert AccessLog.objects.filter(action="list", reference=warned.reference).exists()


def test_who_may_not_read_the_inbox_sees_no_mark(client):
    submitted(referral(red_flags=["none"], letter_flags=WARNS))
    page = signed_in(client, make_user(username="kim")).get(INBOX)
    assert page.status_code == 403
    assert "Red flag in the letter" not in page.text


def test_what_somebody_calls_spam_leaves_the_suspects_and_is_still_found(staff):
    reference = in_state("spam")
    suspect = Enquiry.objects.get(reference=reference)
    assert (
        "This is spam"
        in staff.get(suspect.get_admin_url()).text.partition('class="enquiry-further"')[0]
    )
    staff.post(f"{suspect.get_admin_url()[:-7]}do/mark_spam/", {"seen": "spam"})
    suspects = staff.get(f"{INBOX}?show=spam").text
    assert "Suspected spam (0)" in suspects
    assert reference not in suspects
    assert reference in staff.get(f"{INBOX}?show=all&now=spam").text
    page = staff.get(suspect.get_admin_url()).text
    assert "Suspected spam</strong>" not in page
    assert "/do/mark_spam/" not in page
    assert "/do/not_spam/" in page
