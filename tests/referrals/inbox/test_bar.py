"""The bar “What next?”: what is done next stands first, and daily work is in reach under “More”."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.models import Enquiry
from referrals.workflow import verbs
from tests.makers import make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"


@pytest.fixture
def robin():
    return make_user(READ, CHANGE)


def bar_of(client, enquiry):
    html = client.get(enquiry.get_admin_url()).content.decode()
    return html.partition('<aside class="enquiry-decide"')[2].partition("</aside>")[0]


def labels(html):
    """What the buttons and summaries say, in their order."""
    found = re.findall(r"<(?:summary|button|a)\b[^>]*>(.*?)</(?:summary|button|a)>", html, re.S)
    words = [re.sub(r"<span class=.in-short.*?</span>|<[^>]+>", "", one) for one in found]
    return [" ".join(one.split()) for one in words]


def at_hand(bar):
    return labels(bar.partition('class="enquiry-further"')[0])


def accepted(robin, **facts):
    enquiry = submitted(referral(**facts))
    verbs.open_(enquiry=enquiry, by=robin)
    return verbs.accept(enquiry=enquiry, by=robin)


def test_after_accept_somebody_rings_and_books(client, robin):
    bar = bar_of(signed_in(client, robin), accepted(robin))
    found = [name for name in at_hand(bar) if name in {"Rang", "Booked", "File"}]
    assert found == ["Rang", "Booked", "File"]
    assert "Ask for more information" not in at_hand(bar)
    assert "Ask for more information" in labels(bar)


def test_booked_is_one_form_with_the_day(client, robin):
    enquiry, day = accepted(robin), timezone.localdate() + timedelta(days=9)
    staff = signed_in(client, robin)
    typed = {"drawn": "book", "outcome": "booked", "booked_on": day, "seen": "accepted"}
    typed["all_the_same"] = "on"  # on whatever day of the week it falls
    staff.post(f"{enquiry.get_admin_url()[:-7]}do/file/", typed)
    enquiry.refresh_from_db()
    assert (enquiry.status, enquiry.outcome) == ("filed", "booked")


def test_a_day_that_does_not_fit_comes_back_in_the_form_it_was_typed_in(client, robin):
    enquiry = accepted(robin)
    typed = {"drawn": "book", "outcome": "booked", "booked_on": "soon", "note": "Sample note"}
    response = signed_in(client, robin).post(f"{enquiry.get_admin_url()[:-7]}do/file/", typed)
    bar = response.content.decode().partition('<aside class="enquiry-decide"')[2]
    opened = re.search(r"<details name=\"step\" open>.*?</details>", bar, re.S)[0]
    assert labels(opened)[0] == "Booked"
    assert "Sample note" in opened
    assert 'value="soon"' in opened
    assert bar.count("Sample note") == 1


def test_before_accept_the_decision_stands_first_and_calls_under_more(client, robin):
    enquiry = submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    bar = bar_of(signed_in(client, robin), enquiry)
    assert at_hand(bar)[0] == "Accept"
    assert "Rang" not in at_hand(bar)
    assert "Rang" in labels(bar)


def test_a_red_flag_is_rung_before_all_else(client, robin):
    enquiry = submitted(referral(red_flags=["leg_weakness"], urgency="urgent"))
    verbs.open_(enquiry=enquiry, by=robin)
    assert at_hand(bar_of(signed_in(client, robin), enquiry))[0] == "Rang"


def test_a_message_is_answered_and_rung_about_at_hand(client, robin):
    enquiry = submitted(message(sender_email="alex@sample.example"))
    verbs.open_(enquiry=enquiry, by=robin)
    found = at_hand(bar_of(signed_in(client, robin), enquiry))
    assert {"Reply", "Rang"} <= set(found)


@pytest.mark.parametrize("status", ["opened", "accepted", "filed"])
def test_daily_work_is_in_reach_in_every_state(client, robin, status):
    enquiry = accepted(robin) if status != "opened" else submitted(referral())
    verbs.open_(enquiry=enquiry, by=robin)
    if status == "filed":
        verbs.file(enquiry=enquiry, outcome=Enquiry.Outcome.BOOKED, by=robin)
    found = labels(bar_of(signed_in(client, robin), enquiry))
    assert {"Note", "Correct", "Attach a file", "Hand on, remind", "Rang"} <= set(found)


def test_who_may_only_read_gets_none_of_it(client, robin):
    enquiry = accepted(robin)
    reader = make_user(READ, username="reader")
    bar = bar_of(signed_in(client, reader), enquiry)
    assert not {"Rang", "Booked", "Note", "Hand it on"} & set(labels(bar))


def test_filing_into_the_practice_software_says_that_it_ends_there(client, robin):
    bar = bar_of(signed_in(client, robin), accepted(robin))
    words = "this ends it here. The sender hears nothing, and no visit is noted."
    assert bar.count(words) == 1
    assert words in bar.partition('value="in_software"')[2].partition("</label>")[0]


def test_what_happened_names_how_it_was_filed(client, robin):
    enquiry = accepted(robin)
    verbs.file(enquiry=enquiry, outcome="elsewhere", by=robin)
    html = signed_in(client, robin).get(enquiry.get_admin_url()).text
    assert "Filed as seen elsewhere" in html


def test_what_is_filed_leads_to_its_pdf_and_then_to_what_was_seen_in_the_software(client, robin):
    enquiry, staff = accepted(robin), signed_in(client, robin)
    record = f'href="{enquiry.get_admin_url()[:-7]}record.pdf"'
    html = staff.get(enquiry.get_admin_url()).content.decode()
    assert html.count(record) == 3  # at the top, and in each step that files it
    assert html.index(record) < html.index('class="enquiry-decide"')
    verbs.file(enquiry=enquiry, by=robin, outcome="booked")
    assert "I have seen it in the practice software" in at_hand(bar_of(staff, enquiry))


def test_what_ends_outside_the_software_asks_for_no_look_into_it(client, robin):
    enquiry = accepted(robin)
    verbs.file(enquiry=enquiry, by=robin, outcome="withdrawn")
    bar = bar_of(signed_in(client, robin), enquiry)
    assert "I have seen it in the practice software" in labels(bar)
    assert "I have seen it in the practice software" not in at_hand(bar)


def test_the_day_of_the_visit_stands_at_the_top(client, robin):
    enquiry, day = accepted(robin), timezone.localdate() + timedelta(days=9)
    verbs.file(enquiry=enquiry, by=robin, outcome="booked", booked_on=day)
    html = signed_in(client, robin).get(enquiry.get_admin_url()).content.decode()
    facts = html.partition('class="enquiry-facts"')[2].partition("</dl>")[0]
    assert "Booked for" in facts
    assert f"{day.day} {day:%b %Y}" in facts
