"""A value given twice, or in another place than the form, changes nothing unseen."""

import pytest

from referrals.models import Enquiry
from tests.makers import message_post

pytestmark = pytest.mark.django_db


def test_a_line_given_twice_counts_once(client):
    answer = client.post("/contact/", message_post(name=["Kim Samplefirst", "Alex Samplelast"]))
    assert answer.status_code == 302
    assert Enquiry.objects.get().sender_name == "Alex Samplelast"


def test_what_stands_in_the_address_fills_in_no_form_that_is_sent(client):
    typed = message_post()
    typed.pop("text")
    answer = client.post("/contact/?text=A+text+that+she+never+typed&topic=other", typed)
    assert answer.status_code == 422
    assert "she never typed" not in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_the_kind_of_a_form_is_not_chosen_by_its_address(client):
    client.post("/contact/?kind=referral&status=filed&urgency=urgent", message_post())
    stored = Enquiry.objects.get()
    assert (stored.kind, stored.status, stored.urgency) == ("message", "received", "routine")
