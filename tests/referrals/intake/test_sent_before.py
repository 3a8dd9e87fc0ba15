"""The same letter for the same patient by the same sender is asked about once on one day."""

import pytest

from referrals.models import Enquiry, Referral
from tests.makers import quick_post, sample_letter, words_of

pytestmark = pytest.mark.django_db
QUESTION = "This letter reached us"


def test_the_same_letter_is_asked_about_once(client):
    assert client.post("/refer/", quick_post()).status_code == 302
    second = quick_post()
    page = client.post("/refer/", second)
    html = page.content.decode()
    assert page.status_code == 422
    assert QUESTION in words_of(html)
    kept = [str(file.pk) for file in page.context["form"].held.kept]
    asked = {name: page.context["form"].data[name] for name in ("warned", "letter_for")}
    sent = client.post("/refer/", {**second, "letter": [""], "kept": kept, **asked})
    assert sent.status_code == 302
    assert Enquiry.objects.count() == 2
    assert Referral.objects.order_by("pk").last().warnings == []


def test_only_a_tab_that_holds_its_receipt_is_told_which_one_it_was(client):
    receipt = client.post("/refer/", quick_post()).url
    first = Enquiry.objects.get()
    told = client.post("/refer/", quick_post(receipts=f"/received/other/,{receipt}"))
    html = told.content.decode()
    assert f'<a class="button" href="{receipt}"' in html
    assert f"See the receipt of {first.reference}" in words_of(html)
    for others in ["", "/received/other/", first.receipt_token_hash]:
        page = client.post("/refer/", quick_post(receipts=others)).content.decode()
        assert QUESTION in words_of(page)
        assert first.reference not in page
        assert receipt not in page


def test_a_second_press_of_one_form_is_no_second_letter(client):
    first = quick_post()
    for _ in range(2):
        first["letter"] = sample_letter()
        assert client.post("/refer/", first).status_code == 302
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"patient_family_name": "Othersample"},
        {"email": "other@practice.example"},
        {"letter": sample_letter(words="Another one")},
    ],
)
def test_another_patient_sender_or_letter_is_not(client, changes):
    client.post("/refer/", quick_post())
    assert client.post("/refer/", quick_post(**changes)).status_code == 302
