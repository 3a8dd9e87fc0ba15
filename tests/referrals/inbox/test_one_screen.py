"""One enquiry on one screen: who it is about, what to do, and which one comes next."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.inbox import enquiry_page
from referrals.inbox.enquiry_page import age
from referrals.models import AccessLog, Enquiry
from tests.makers import make_user, message, referral, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"


@pytest.fixture
def robin():
    return make_user(READ, CHANGE, first_name="Robin", last_name="Sampleperson")


@pytest.fixture
def staff(client, robin):
    return signed_in(client, robin)


def page(client, enquiry):
    return client.get(enquiry.get_admin_url()).content.decode()


def head(html):
    return words_of(f"<body>{html.partition('enquiry-head')[2].partition('</dl>')[0]}")


def press(client, enquiry, verb, **fields):
    seen = Enquiry.objects.get(pk=enquiry.pk).status
    address = f"/admin/referrals/enquiry/{enquiry.pk}/do/{verb}/"
    return client.post(address, {"seen": seen, **fields}, follow=True).content.decode()


def test_the_head_says_who_it_is_and_how_to_reach_everybody(staff):
    facts = {"medicare_number": "3278851195", "sender_phone": "02 5550 7788"}
    html = page(staff, submitted(referral(**facts)))
    said = head(html)
    for words in ["Jo Samplepatient", "31 Jan 1980", "0491 570 156", "3278851195", "Nobody yet"]:
        assert words in said
    assert 'href="tel:+61255507788"' in html or 'href="tel:0255507788"' in html


def test_a_red_flag_says_which_and_its_line_in_the_list_says_that_it_is_one(staff):
    html = page(staff, submitted(referral(red_flags=["leg_weakness", "cancer"])))
    said = "Red flag: leg weakness that is getting worse; suspected cancer or spinal tumour"
    assert said in head(html)
    submitted(referral(urgency="urgent"))
    rows = staff.get("/admin/referrals/enquiry/").content.decode()
    assert rows.count('<strong class="state-alarm">Red flag</strong>') == 1


def test_a_mail_to_the_sender_bears_the_reference_and_nothing_of_the_patient(staff):
    enquiry = submitted(referral())
    links = set(re.findall(r'href="(mailto:[^"]*)"', page(staff, enquiry)))
    assert links == {f"mailto:sam@practice.example?subject={enquiry.reference}"}


def test_an_address_with_marks_adds_nothing_to_the_mail(staff):
    enquiry = submitted(referral())
    enquiry.sender_email = "sam?bcc=evil@practice.example"
    enquiry.save(update_fields=["sender_email"])
    assert "mailto:sam%3Fbcc%3Devil@practice.example?subject=" in page(staff, enquiry)


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(1980, 1, 31), date(2026, 1, 30), 45),
        (date(1980, 1, 31), date(2026, 1, 31), 46),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
    ],
)
def test_an_age_counts_from_the_birthday_on(born, today, years):
    assert age(born, today) == years


def test_people_are_called_by_their_names(staff):
    html = page(staff, submitted(referral()))
    assert "Robin Sampleperson" in html
    assert "robin" not in words_of(html)


def test_whoever_has_it_is_named(staff):
    enquiry = submitted(referral())
    pat = make_user(
        READ,
        "referrals.change_enquiry",
        username="pat",
        first_name="Pat",
        last_name="Samplecolleague",
    )
    Enquiry.objects.update(assigned_to=pat)
    assert "Who has it Pat Samplecolleague" in head(page(staff, enquiry))


def test_after_a_decision_the_next_one_is_the_first_of_the_list(staff):
    one, _ = submitted(referral()), submitted(referral(urgency="routine"))
    urgent = submitted(referral(urgency="urgent"))
    page(staff, one)
    html = press(staff, one, "accept")
    assert f'<a href="{urgent.get_admin_url()}">Next one to do: {urgent.reference}</a>' in html
    aside = html.partition("enquiry-decide")[2]
    assert urgent.get_admin_url() in aside


def test_what_a_colleague_has_in_hand_and_what_is_decided_is_not_next(staff, robin):
    one, taken, mine = (submitted(referral()) for _ in range(3))
    pat = make_user(READ, CHANGE, username="pat")
    Enquiry.objects.filter(pk=taken.pk).update(assigned_to=pat)
    Enquiry.objects.filter(pk=mine.pk).update(assigned_to=robin)
    assert mine.reference in page(staff, one).partition("enquiry-after")[2]
    Enquiry.objects.filter(pk=mine.pk).update(status="accepted", opened_at=timezone.now())
    assert "Nothing else waits for you." in page(staff, one)


def test_when_nothing_waits_the_message_says_so_calmly(staff):
    one = submitted(referral())
    page(staff, one)
    assert "Accepted. Nothing else waits for you." in words_of(press(staff, one, "accept"))


def test_earlier_ones_of_the_patient_stand_there_with_date_state_and_referrer(staff):
    old = submitted(referral(sender_name="Dr Kim Sampleold"))
    Enquiry.objects.update(received_at=timezone.now() - timedelta(days=400))
    html = page(staff, submitted(referral()))
    said = words_of(html.partition('id="earlier"')[0] + "<body" + html.partition('id="earlier"')[2])
    assert f"{old.reference}" in said
    assert "Received" in said
    assert "Dr Kim Sampleold" in said
    assert "/beside/" not in html
    assert AccessLog.objects.filter(reference=old.reference, action="search").exists()


def test_another_person_of_the_same_family_is_no_earlier_one(staff):
    submitted(referral(patient_birth_date=date(1990, 5, 5), patient_phone="0491 570 157"))
    assert "Other referrals of this patient" not in page(staff, submitted(referral()))


def test_the_queries_do_not_grow_with_what_is_there(staff):
    one = submitted(referral())
    page(staff, one)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(staff, one)
    for _ in range(4):
        submitted(referral(patient_family_name="Sampleother", patient_phone="0491 570 158"))
        submitted(message())
    with CaptureQueriesContext(connection) as many:
        page(staff, one)
    assert len(many) <= len(few) + 1


def test_the_navigation_has_five_words_at_most_and_only_where_its_person_may_go(client):
    signed_in(client, make_user("conditions.view_page"))
    links = navigation(client)
    assert links == ["Pages", "Clinic", "Guide"]
    User.objects.update(is_superuser=True)
    assert navigation(client) == ["Inbox", "Find", "Pages", "Clinic", "Guide"]


def navigation(client):
    html = client.get("/admin/clinic/").content.decode()
    nav = html.partition('aria-label="Staff site"')[2].partition("</nav>")[0]
    return [words.split("<")[0] for words in re.findall(r"<a [^>]*>\s*(.*?)</a>", nav, re.DOTALL)]


def test_the_lists_stay_reachable_under_clinic(client):
    signed_in(client, make_user("conditions.view_page"))
    html = client.get("/admin/clinic/").content.decode()
    assert "/admin/conditions/page/" in html.partition("<main")[2]
    assert "/admin/auth/user/" not in html


def test_what_a_leaver_had_is_offered_next_and_names_her_as_no_keeper():
    now, later = submitted(referral()), submitted(referral())
    gone = make_user("referrals.change_enquiry", username="gone")
    Enquiry.objects.update(assigned_to=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    reader = make_user("referrals.change_enquiry", username="here")
    told = enquiry_page.head(Enquiry.objects.get(pk=now.pk), reader=reader)
    assert told.next_one.pk == later.pk
    assert dict(told.facts)["Who has it"] == "Nobody (gone has left)"
