"""A new state is a row: inbox, clock, the sender’s page and its button follow by themselves."""

import re
from dataclasses import replace
from unittest import mock

import pytest

from referrals.mail.texts import write_letter
from referrals.models import Enquiry
from referrals.states.shapes import (
    Button,
    ByMail,
    Clock,
    Hears,
    News,
    Part,
    PublicWord,
    Shown,
    State,
    Style,
    Tone,
    Verb,
    is_referral,
)
from referrals.states.table import STATES, VERBS
from referrals.workflow import verbs
from tests.makers import make_user, message, referral, signed_in, submitted, with_status_link

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
ZEBRA = State(
    status="zebra_scan",
    part=Part.TO_DO,
    clock=Clock.UNDECIDED,
    tone=Tone.PLAIN,
    public=PublicWord(word="Waiting for pictures", shown=Shown.ONLY_HERE),
    says="The rooms wait for the scan, and decide once they have it.",
    is_hidden=False,
    verbs=("accept", "reopen"),
)
AWAIT_ZEBRA = Verb(
    name="await_zebra",
    fits=is_referral,
    target="zebra_scan",
    event="zebra_scan",
    permission="referrals.change_enquiry",
    hears=Hears.REFERRER,
    news=News(
        subject="waiting for the scan",
        heading="We wait for the scan",
        words="The rooms wait for the scan. Please ring {telephone} if none was made.",
        if_undone="We told you that we wait for the scan. We do not any more.",
    ),
    undone_by="reopen",
    dates_the_page=True,
    button=Button(
        label="Wait for the scan",
        style=Style.PRIMARY,
        before=ByMail(told="The doctor hears of it.", not_told="Please ring the doctor."),
        done="Waiting for the scan.",
    ),
)


def await_zebra(*, enquiry, by, at=None):
    return verbs.carry_out("await_zebra", enquiry=enquiry, by=by, at=at)


@pytest.fixture
def robin():
    """Somebody who may use it, once the rows and the function are there."""
    opened = replace(STATES["opened"], verbs=(*STATES["opened"].verbs, "await_zebra"))
    rows = list({**STATES, "opened": opened}.items())
    rows.insert(4, ("zebra_scan", ZEBRA))  # in the order of the way, before “Accepted”
    with (
        mock.patch.dict(STATES, dict(rows), clear=True),
        mock.patch.dict(VERBS, {"await_zebra": AWAIT_ZEBRA}),
        mock.patch.object(verbs, "await_zebra", await_zebra, create=True),
    ):
        yield make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def waiting(robin):
    enquiry = submitted(referral(urgency="urgent"))
    verbs.open_(enquiry=enquiry, by=robin)
    return await_zebra(enquiry=enquiry, by=robin)


def test_its_button_stands_on_the_page_and_leads_there(client, robin):
    staff = signed_in(client, robin)
    enquiry = submitted(referral())
    html = staff.get(enquiry.get_admin_url()).content.decode()
    assert "Wait for the scan</button>" in html
    assert "The doctor hears of it." in html
    staff.post(f"{INBOX}{enquiry.pk}/do/await_zebra/", {"seen": "opened"})
    assert Enquiry.objects.get().status == "zebra_scan"


def test_a_message_is_not_offered_what_is_for_referrals(client, robin):
    enquiry = submitted(message())
    html = signed_in(client, robin).get(enquiry.get_admin_url()).content.decode()
    assert "Wait for the scan" not in html


def test_it_stands_in_its_part_of_the_inbox(client, robin, waiting):
    html = signed_in(client, robin).get(INBOX).content.decode()
    assert waiting.reference in html
    assert "To do (1)" in html


def test_its_clock_runs_so_it_counts_among_the_urgent(client, robin, waiting):
    front = signed_in(client, robin).get("/admin/").content.decode()
    assert "1 urgent</strong>" in front
    assert "All of them were read" in front


def test_the_sender_reads_its_word_and_is_still_told_not_to_wait(client, waiting):
    html = client.get(f"/status/{with_status_link(waiting)}/").content.decode()
    assert re.search(r"<h1[^>]*>Waiting for pictures</h1>", html)
    assert "The rooms wait for the scan" in html
    assert "Do this now" in html
    steps = re.findall(r"<li class=\"(\w+)\".*?<strong>([^<]+)", html, re.DOTALL)
    now = [word for place, word in steps if place == "now"]
    assert now == ["Waiting for pictures"]


def test_its_news_goes_out_with_its_own_words(waiting):
    letter = write_letter(waiting.notifications.get(kind="status"))
    assert letter.subject.endswith("waiting for the scan")
    assert "Please ring (02) 5550 1234 if none was made." in letter.body


def test_its_verbs_leave_it_and_no_others_do(robin, waiting):
    with pytest.raises(verbs.CannotMove):
        verbs.file(enquiry=waiting, outcome="booked", by=robin)
    assert verbs.reopen(enquiry=waiting, by=robin).status == "opened"
    assert [mail.state for mail in waiting.notifications.filter(kind="status")] == ["undone"]
