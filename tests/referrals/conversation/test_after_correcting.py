"""After a correction: it is seen to be with the rooms, and nothing leads into a dead end."""

import pytest

from referrals.references import receipt_token
from tests.makers import referral, submitted, with_status_link, words_of
from tests.referrals.conversation.makers import BORN
from tests.referrals.conversation.test_of_her_own import begun, sent

pytestmark = pytest.mark.django_db
TICKED = {"red_flags": ["infection"], "urgency": "urgent"}
MISTAKE = "Ticked by mistake? Correct it"


@pytest.fixture
def enquiry():
    return submitted(referral(**TICKED))


@pytest.fixture
def status(enquiry):
    return f"/status/{with_status_link(enquiry)}/"


@pytest.fixture
def receipt(enquiry, status):
    return f"/received/{receipt_token(enquiry.form_key)}/"


def words(client, path):
    return words_of(client.get(path).content.decode())


def test_beside_a_warning_sign_stands_how_to_correct_it(client, status, receipt):
    for path in [status, receipt]:
        page = words(client, path)
        assert MISTAKE in page
        assert "is with the rooms, and they decide" not in page
        assert page.index("A warning sign is present") < page.index(MISTAKE)


def test_a_correction_is_seen_beside_the_sign_with_its_time(client, status, receipt):
    sent(client, begun(client, f"{status}change/"), words="No fever, ticked by mistake.")
    for path in [status, receipt]:
        page = words(client, path)
        assert "is with the rooms, and they decide." in page
        assert "A warning sign is present" in page  # until the rooms say otherwise
        assert "by mistake." not in page
        assert MISTAKE not in page  # it was done


def test_that_button_leads_to_words_which_say_so_once_it_is_known_who_asks(client, status):
    begins = client.post(f"{status}change/", {"about": "how-soon"})
    assert begins.url.endswith("/?about=how-soon")
    assert "warning sign" not in words(client, begins.url)
    html = client.post(begins.url, {"proof": BORN}).content.decode()
    assert "I ticked a warning sign by mistake." in html.partition("<textarea")[2]
    assert "We began it for you:" in html


def test_an_urgent_one_without_a_sign_begins_with_other_words_and_a_routine_one_with_none(client):
    for fields, expected in [({"urgency": "urgent"}, "I sent this as urgent"), ({}, "")]:
        enquiry = submitted(referral(**{"red_flags": ["none"], "urgency": "routine", **fields}))
        address = f"/status/{with_status_link(enquiry)}/change/"
        page = client.post(client.post(address, {"about": "how-soon"}).url, {"proof": BORN})
        assert page.context["form"].initial["words"].startswith(expected)
        assert page.context["form"].is_begun == bool(expected)


def test_the_general_button_begins_nothing(client, status):
    page = client.post(client.post(f"{status}change/").url, {"proof": BORN})
    assert page.context["form"].initial["words"] == ""


def test_a_hospital_doctor_who_corrects_is_not_sent_to_an_emergency_department(client):
    enquiry = submitted(referral(**TICKED, referrer_type="hospital"))
    address = f"/status/{with_status_link(enquiry)}/change/"
    page = client.post(client.post(address).url, {"proof": BORN}).content.decode()
    assert "your own" in words_of(page).partition("Is it urgent?")[2]


def test_a_page_of_a_correction_leads_back_and_on(client, status):
    page = sent(client, begun(client, f"{status}change/"), words="No fever.")
    html = page.content.decode()
    assert html.count(f'href="{status}"') == 2
    another = html.partition("Refer another patient")[0].rpartition('href="')[2].partition('"')[0]
    form = client.get(another, headers={"Sec-Fetch-Site": "same-origin"}).content.decode()
    assert "Dr Sam Samplegp" in form
    assert "Samplepatient" not in form


def test_a_withdrawn_referral_promises_no_call_and_is_not_withdrawn_twice(client, status, receipt):
    answer = begun(client, f"{status}change/")
    sent(client, answer, withdraw="yes")
    page = words(client, receipt)
    assert "Your referral is withdrawn" in page
    assert "We ring the patient" not in page
    assert "has arrived" not in page
    assert "withdraw the referral" not in words(client, status)
    behind = client.post(f"{status}change/", follow=True)
    assert behind.status_code == 200
    again = sent(client, answer, words="").content.decode()
    assert "Withdraw this referral" not in again
