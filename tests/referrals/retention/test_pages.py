"""The staff pages: the rule, the erasing of one enquiry, and what the front page says of both."""

import pytest

from referrals.models import AccessLog, Enquiry, RetentionRule, Tombstone
from referrals.retention.rules import in_force
from referrals.workflow import verbs
from tests.makers import confirmed, make_user, message, referral, signed_in, submitted, words_of
from tests.referrals.retention.conftest import (
    CHANGE,
    PROPOSED,
    VIEW,
    is_there,
    old_message,
    old_referral,
)

pytestmark = pytest.mark.django_db
RULE = "/admin/referrals/retentionrule/"
SIGN = f"{RULE}sign/"
SIGNED = {**PROPOSED, "sure": "on"}


@pytest.fixture
def staff(client, robin):
    return confirmed(client, robin)


@pytest.fixture
def asked(robin):
    """A referral that Robin asks to erase."""
    enquiry = submitted(referral())
    return verbs.ask_erasure(enquiry=enquiry, by=robin, note="The patient rang: canary-reason.")


def erase_page(enquiry):
    return f"{enquiry.get_admin_url().removesuffix('change/')}erase/"


def words(response):
    return words_of(response.text)


def test_the_front_page_speaks_of_the_rule_only_while_none_is_signed(staff):
    assert "No rule on keeping is signed" in words(staff.get("/admin/"))
    staff.post(SIGN, SIGNED)
    assert "No rule on keeping" not in words(staff.get("/admin/"))


def test_the_front_page_says_nothing_of_it_to_whoever_cannot_sign(client):
    reception = signed_in(client, make_user(VIEW, CHANGE, username="reception"))
    assert "No rule on keeping" not in words(reception.get("/admin/"))


def test_the_page_proposes_a_rule_and_says_what_it_would_let_go(staff, robin):
    enquiry = old_message(robin, days=4000)
    said = words(staff.get(RULE))
    assert "No rule is signed, so nothing is ever purged" in said
    for amount in ["30 days", "1 year", "2 years", "7 years"]:
        assert amount in said
    assert "Nothing goes while no rule is signed" in said
    assert enquiry.reference in said
    assert AccessLog.objects.filter(action="list", reference="keeping", by=robin).count() == 1


def test_signing_says_who_and_when(staff, robin):
    response = staff.post(SIGN, {**SIGNED, "message_years": "3", "referral_for_ever": "on"})
    assert response["Location"] == RULE
    assert in_force().words["message"] == "3 years"
    assert in_force().days["referral"] is None
    said = words(staff.get(RULE))
    assert "Signed by robin" in said
    assert "Kept for ever" in said


def test_what_is_too_short_comes_back_with_the_reason_next_to_it(staff):
    response = staff.post(SIGN, {**SIGNED, "spam_days": "29", "message_years": "4"})
    assert response.status_code == 422
    assert "a real referral can be set aside by mistake" in words(response)
    assert 'value="4"' in response.text
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"message_years": ""}, "Write how many years"),
        ({"message_years": "many"}, "Write a whole number"),
        ({"message_years": "100"}, "At most 99 years"),
        ({"sure": ""}, "Tick the box to sign"),
    ],
)
def test_what_is_missing_is_said(staff, typed, said):
    response = staff.post(SIGN, {**SIGNED, **typed})
    assert (response.status_code, said in words(response)) == (422, True)
    assert not RetentionRule.objects.exists()


def test_signing_asks_for_a_code_first(client, robin):
    late = confirmed(client, robin, ago=3600)
    assert "reauthenticate" in late.get(SIGN)["Location"]


def test_a_code_that_grew_old_loses_nothing_that_was_typed(client, robin):
    late = confirmed(client, robin, ago=3600)
    response = late.post(SIGN, {**SIGNED, "message_years": "5"})
    assert response.status_code == 422
    assert "Type a new code in another tab" in words(response)
    assert 'value="5"' in response.text
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize("address", [RULE, SIGN, f"{RULE}1/change/", f"{RULE}add/"])
def test_whoever_works_through_the_inbox_opens_none_of_it(client, address):
    reception = confirmed(client, make_user(VIEW, CHANGE, username="reception"))
    assert reception.get(address).status_code == 403
    assert reception.post(address, SIGNED).status_code == 403


# --- One enquiry ---------------------------------------------------------------------------


def test_the_page_of_an_enquiry_has_the_buttons_for_administrators_alone(client, robin):
    enquiry = submitted(message())
    page = signed_in(client, robin).get(enquiry.get_admin_url()).text
    assert "Place a legal hold" in page
    assert "Erase it because somebody asked" in page
    reception = signed_in(client, make_user(VIEW, CHANGE, username="reception"))
    page = reception.get(enquiry.get_admin_url()).text
    assert "Place a legal hold" not in page
    assert "Erase it because" not in page
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/hold/"
    assert reception.post(press, {"note": "Mine."}).status_code == 403


def test_a_hold_is_shown_to_all_who_read_it(client, robin):
    enquiry = submitted(message())
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/hold/"
    staff = confirmed(client, robin)
    staff.post(press, {"note": "A complaint is under way."})
    reception = signed_in(client, make_user(VIEW, CHANGE, username="reception"))
    said = words(reception.get(enquiry.get_admin_url()))
    assert "Legal hold. It is kept until an administrator lifts the hold" in said
    assert "A complaint is under way." in said


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("hold", ()),
        ("ask_erasure", ()),
        ("lift_hold", ("hold",)),
        ("withdraw_erasure", ("ask_erasure",)),
    ],
)
def test_a_session_left_open_neither_holds_nor_asks(client, robin, name, first):
    enquiry = submitted(message())
    for step in first:
        getattr(verbs, step)(enquiry=enquiry, by=robin, note="Words.")
    lines = enquiry.events.count()
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/{name}/"
    late = confirmed(client, robin, ago=7200)
    response = late.post(press, {"note": "canary-typed"})
    assert response.status_code == 409
    assert "Type a new code in another tab" in words(response)
    assert ("canary-typed" in response.text) == (name != "withdraw_erasure")  # which has no field
    assert enquiry.events.exclude(kind="opened").count() == lines
    confirmed(client, robin).post(press, {"note": "canary-typed"})
    assert enquiry.events.exclude(kind="opened").count() == lines + 1


def test_a_receptionist_needs_no_fresh_code_for_her_own_buttons(client):
    enquiry = submitted(message())
    reception = confirmed(client, make_user(VIEW, CHANGE, username="reception"), ago=7200)
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/mark_spam/"
    assert reception.post(press).status_code == 302


def test_without_words_the_button_says_so(client, robin):
    enquiry = submitted(message())
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/ask_erasure/"
    response = signed_in(client, robin).post(press, {"note": ""})
    assert response.status_code == 422
    assert "Write a few words first" in words(response)


def test_who_may_confirm_finds_it_on_the_front_page(client, kim, asked):
    staff = confirmed(client, kim)
    assert f"{asked.reference} is to be erased" in words(staff.get("/admin/"))
    said = words(staff.get(erase_page(asked)))
    assert "robin asked for it" in said
    assert "canary-reason" in said
    assert AccessLog.objects.filter(action="view", reference=asked.reference, by=kim).exists()


def test_the_second_administrator_erases_it(client, kim, asked):
    staff = confirmed(client, kim)
    said = words(staff.post(erase_page(asked), follow=True))
    assert f"{asked.reference} is erased. Backups may still hold a copy until" in said
    assert "robin asked, kim confirmed" in said
    assert not is_there(asked)
    assert staff.get(asked.get_admin_url()).status_code in {302, 404}


def test_whoever_asked_is_told_who_confirms(client, robin, kim, asked):
    staff = confirmed(client, robin)
    assert "Another administrator confirms it, as you asked for it: kim" in words(
        staff.get(erase_page(asked))
    )
    response = staff.post(erase_page(asked), {"reference": asked.reference})
    assert (response.status_code, is_there(asked)) == (409, True)


def test_alone_she_types_the_reference_and_a_slip_is_said(client, robin, asked):
    staff = confirmed(client, robin)
    response = staff.post(erase_page(asked), {"reference": "SIJ-22222222"})
    assert response.status_code == 409
    assert "Type the reference exactly" in words(response)
    assert 'value="SIJ-22222222"' in response.text
    staff.post(erase_page(asked), {"reference": asked.reference})
    assert not is_there(asked)


def test_erasing_asks_for_a_fresh_code(client, kim, asked):
    late = confirmed(client, kim, ago=3600)
    assert "reauthenticate" in late.get(erase_page(asked))["Location"]
    response = late.post(erase_page(asked))
    assert (response.status_code, is_there(asked)) == (409, True)
    assert "Type a new code in another tab" in words(response)


def test_reception_neither_opens_nor_presses_it(client, asked):
    reception = confirmed(client, make_user(VIEW, CHANGE, username="reception"))
    assert reception.get(erase_page(asked)).status_code == 403
    assert reception.post(erase_page(asked)).status_code == 403
    assert is_there(asked)


def test_a_second_press_says_that_it_is_gone(client, kim, asked):
    staff = confirmed(client, kim)
    staff.post(erase_page(asked))
    assert staff.post(erase_page(asked)).status_code == 404
    assert Tombstone.objects.count() == 1


def test_what_nobody_asked_for_leads_back(client, kim):
    enquiry = submitted(message())
    assert confirmed(client, kim).get(erase_page(enquiry))["Location"] == enquiry.get_admin_url()


def test_seen_in_the_practice_software_takes_a_saved_record(client, robin):
    enquiry = old_referral(robin)
    press = f"{enquiry.get_admin_url().removesuffix('change/')}do/note_in_software/"
    staff = signed_in(client, robin)
    response = staff.post(press)
    assert response.status_code == 409
    assert "Nobody has saved it from here yet" in words(response)
    AccessLog.objects.create(
        reference=enquiry.reference, by=robin, at=enquiry.filed_at, action="record"
    )
    assert "it is in the practice software" in words(staff.post(press, follow=True))
    assert Enquiry.objects.get(pk=enquiry.pk).status == "filed"


def test_many_tombstones_have_pages(staff, robin, kim):
    for _ in range(27):
        enquiry = submitted(message())
        verbs.ask_erasure(enquiry=enquiry, by=robin, note="Asked.")
        last = confirmed(staff, kim).post(erase_page(enquiry))
    assert last.status_code == 302
    assert "Page 1 of 2" in words(staff.get(RULE))
    assert staff.get(f"{RULE}?p=2").status_code == 200
    assert staff.get(f"{RULE}?p=x").status_code == 200
