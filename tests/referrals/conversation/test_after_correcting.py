"""After a correction: it is seen to be with the rooms, and nothing leads into a dead end."""

import pytest

from referrals.references import receipt_token
from tests.makers import referral, submitted, with_status_link, words_of
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
