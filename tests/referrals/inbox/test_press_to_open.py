"""A link opens nothing: only a press on a page of ours tells the sender that it was read."""

import pytest
from django.test import Client

from referrals.intake.submitting import submit
from referrals.models import AccessLog, Enquiry, Event
from referrals.references import mail_link_proof
from referrals.workflow import verbs
from tests.makers import (
    PATIENT,
    PRESSED_ON_OUR_PAGE,
    confirmed,
    form_key,
    hold_letter,
    make_user,
    message,
    referral,
    signed_in,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
PRESSED = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Referer": "http://testserver/admin/referrals/enquiry/",
}
FROM_ELSEWHERE = {
    "a hostile site": {"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "a mail, a bookmark or by typing": {"Sec-Fetch-Site": "none", "Referer": ""},
    "a preview by a browser": {"Sec-Purpose": "prefetch;prerender"},
    "a prefetch": {"Purpose": "prefetch"},
    "an old prefetch": {"X-Moz": "prefetch"},
    "a frame of ours": {"Sec-Fetch-Dest": "iframe"},
    "a picture of ours": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script of ours": {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    "signing in, where a foreign link had led": {
        "Referer": "http://testserver/admin/account/login/?next=/admin/referrals/enquiry/1/change/"
    },
    "a public page of ours": {"Referer": "http://testserver/guides/fees/"},
    "no page": {"Referer": ""},
    "no address at all": {"Referer": "http://["},
    "a page that only looks like ours": {"Referer": "http://testserver.evil.example/admin/"},
}


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry")


@pytest.fixture
def staff(robin):
    """A browser that says nothing by itself."""
    client = signed_in(Client(), robin)
    for name in PRESSED_ON_OUR_PAGE:
        client.defaults.pop(name)
    return client


def go(client, enquiry, **other):
    return client.get(enquiry.get_admin_url(), headers={**PRESSED, **other})


def state(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk).status


def test_a_press_in_the_inbox_opens_it_at_once(staff):
    enquiry = submitted(referral(urgency="urgent"))
    assert PATIENT in go(staff, enquiry).text
    assert state(enquiry) == "opened"


@pytest.mark.parametrize("words", FROM_ELSEWHERE)
def test_who_comes_by_another_way_opens_nothing(staff, words):
    enquiry = submitted(referral())
    page = go(staff, enquiry, **FROM_ELSEWHERE[words])
    assert state(enquiry) == "received"
    assert not enquiry.events.filter(kind=Event.Kind.OPENED).exists()
    assert not AccessLog.objects.exists()
    assert "Press to open it" in page.text
    assert PATIENT not in page.text


SIGNED_IN = {"Referer": "http://testserver/admin/account/login/?next=/admin/"}


def from_mail(client, enquiry, proof, **other):
    return client.get(f"{enquiry.get_admin_url()}?mail={proof}", headers={**PRESSED, **other})


def test_who_signed_in_just_now_because_of_our_mail_has_pressed_enough(robin):
    enquiry = submitted(referral())
    client = confirmed(Client(), robin)
    assert PATIENT in from_mail(client, enquiry, mail_link_proof(enquiry.pk), **SIGNED_IN).text
    assert enquiry.events.get(kind=Event.Kind.OPENED).by == robin


def test_the_proof_in_the_mail_opens_nothing_without_the_sign_in(robin):
    enquiry = submitted(referral())
    proof = mail_link_proof(enquiry.pk)
    mail = {"Sec-Fetch-Site": "none", "Referer": ""}
    for client, headers in [
        (confirmed(Client(), robin), mail),  # she is signed in: a preview of the mail may be it
        (confirmed(Client(), robin), {**SIGNED_IN, "Sec-Purpose": "prefetch"}),
        (confirmed(Client(), robin, ago=121), SIGNED_IN),
        (Client(), SIGNED_IN),  # a scanner
    ]:
        assert PATIENT not in from_mail(client, enquiry, proof, **headers).text
    assert state(enquiry) == "received"


def test_a_sign_in_begun_by_a_foreign_link_or_for_another_enquiry_opens_nothing(robin):
    enquiry, another = submitted(referral()), submitted(referral())
    client = confirmed(Client(), robin)
    for proof in ["", "guessed", mail_link_proof(another.pk)]:
        assert "Press to open it" in from_mail(client, enquiry, proof, **SIGNED_IN).text
    assert state(enquiry) == "received"


def test_a_browser_that_says_nothing_is_asked_once_more(staff):
    enquiry = submitted(referral())
    assert "Press to open it" in staff.get(enquiry.get_admin_url()).text
    assert state(enquiry) == "received"


def test_a_link_does_not_open_what_looks_like_spam_either(staff):
    enquiry = submitted()
    Enquiry.objects.update(status="spam")
    staff.get(enquiry.get_admin_url())
    assert Enquiry.objects.get().opened_at is None


def test_the_page_says_what_waits_and_nothing_of_a_person(staff):
    enquiry = submitted(referral(urgency="urgent"))
    page = staff.get(enquiry.get_admin_url()).text
    for words in [enquiry.reference, "Urgent", "Received", "You came here from outside the inbox"]:
        assert words in page
    secret = [PATIENT, "Left buttock", "Samplegp", "sam@practice.example", "0491 570 156"]
    assert [words for words in secret if words in page] == []


@pytest.mark.parametrize(
    ("make", "said"), [(referral, "the sender can see"), (message, "Then it counts as read")]
)
def test_it_says_truly_what_the_press_does(staff, make, said):
    enquiry = submitted(make())
    if make is referral:
        with_status_link(enquiry)
    assert said in staff.get(enquiry.get_admin_url()).text


def open_address(enquiry):
    return f"/admin/referrals/enquiry/{enquiry.pk}/open/"


def test_one_press_opens_it_and_shows_it(staff, robin):
    enquiry = submitted(referral(urgency="urgent"))
    page = staff.post(open_address(enquiry), follow=True)
    assert PATIENT in page.text
    assert enquiry.events.get(kind=Event.Kind.OPENED).by == robin


def test_a_second_press_and_a_reload_open_it_once(staff):
    enquiry = submitted(referral())
    for _ in range(2):
        assert staff.post(open_address(enquiry)).status_code == 302
    assert PATIENT in staff.get(enquiry.get_admin_url()).text
    assert enquiry.events.filter(kind=Event.Kind.OPENED).count() == 1


def test_what_a_colleague_has_opened_is_shown_and_noted(staff, robin):
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=make_user("referrals.view_enquiry", username="pat"))
    assert PATIENT in staff.get(enquiry.get_admin_url()).text
    assert AccessLog.objects.filter(by=robin, action="view").count() == 1


def test_a_link_to_the_button_opens_nothing(staff):
    enquiry = submitted(referral())
    staff.get(open_address(enquiry), headers=PRESSED)
    assert state(enquiry) == "received"


def test_a_foreign_site_cannot_press_the_button(robin):
    client = signed_in(Client(enforce_csrf_checks=True), robin)
    enquiry = submitted(referral())
    assert client.post(open_address(enquiry)).status_code == 403
    assert state(enquiry) == "received"


def test_who_may_not_read_opens_nothing(client):
    enquiry = submitted(referral())
    signed_in(client, make_user("conditions.view_page"))
    assert client.post(open_address(enquiry)).status_code == 403
    assert client.get(enquiry.get_admin_url()).status_code == 403
    assert state(enquiry) == "received"


def test_an_enquiry_that_is_gone_is_a_404(staff):
    assert staff.post("/admin/referrals/enquiry/999/open/").status_code == 404


def test_a_button_that_was_refused_shows_the_enquiry_and_so_opens_it(client):
    """Whoever pressed it sees everything, and the sender hears the truth."""
    enquiry = submitted(referral())
    signed_in(client, make_user("referrals.view_enquiry", "referrals.change_enquiry"))
    address = f"/admin/referrals/enquiry/{enquiry.pk}/do/return_/"
    assert PATIENT in client.post(address, {"note": ""}).text
    assert state(enquiry) == "opened"
    assert AccessLog.objects.get().action == "view"


@pytest.mark.parametrize("what", ["record.pdf", "files/{}/"])
def test_no_other_site_makes_her_browser_save_what_a_patient_sent(staff, what):
    """A page elsewhere sends the browser there; nobody pressed anything of ours."""
    key = form_key()
    enquiry = submit(enquiry=referral(), form_key=key, attachments=[hold_letter(key)])
    url = f"/admin/referrals/enquiry/{enquiry.pk}/{what.format(enquiry.attachments.get().pk)}"
    response = staff.get(
        url, HTTP_SEC_FETCH_SITE="cross-site", HTTP_REFERER="https://evil.example/"
    )
    assert response["Content-Type"].startswith("text/html")
    assert "Press to save it" in response.content.decode()
    assert not AccessLog.objects.filter(action__in=["record", "download"]).exists()
    assert staff.post(url)["Content-Disposition"].startswith("attachment")
    assert Enquiry.objects.get().opened_at
