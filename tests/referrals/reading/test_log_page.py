"""“Who read what”: found by patient, enquiry, colleague and day, in words."""

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from clinic_site.zone import in_clinic_time
from referrals.access_log import note_access, readers_of
from referrals.models import AccessLog, Enquiry, Tombstone
from tests.makers import make_user, message, referral, signed_in, submitted
from tests.triggers import lifted

pytestmark = pytest.mark.django_db
LOG = "/admin/referrals/accesslog/"
FIND = "/admin/referrals/enquiry/find/"
ADA = {"family_name": "Samplewood", "given_names": "Ada", "birth_date": "14/3/1979"}
RIGHTS = ["referrals.view_enquiry", "referrals.view_accesslog"]


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", first_name="Robin", last_name="Reception")


@pytest.fixture
def boss(client):
    lee = make_user(*RIGHTS, username="lee", first_name="Lee", last_name="Administrator")
    return signed_in(client, lee)


def ada(**changes):
    born = {"patient_birth_date": date(1979, 3, 14), "patient_phone": "0491 570 006"}
    names = {"patient_family_name": "Samplewood", "patient_given_names": "Ada"}
    return submitted(referral(**{**names, **born, **changes}))


def read(enquiry, by, action="view", **more):
    note_access(references=[enquiry.reference], by=by, action=action, **more)


def shown(client, **asked):
    return words_of(client.post(LOG, asked, follow=True).content.decode())


def words_of(html):
    """The words of a page in a row; each cell and each line by itself."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", html.partition("<body")[2])).split())


def last_noted():
    return list(AccessLog.objects.order_by("pk").values_list("action", "reference"))[-1]


def test_a_patient_is_found_by_name_and_date_of_birth(boss, robin):
    mine, other = ada(), submitted(referral())
    read(mine, robin)
    read(other, robin)
    page = shown(boss, family_name="SAMPLE wood", birth_date="14.3.1979")
    assert "Robin Reception read it" in page
    assert mine.reference in page
    assert other.reference not in page


@pytest.mark.parametrize("asked", [{"phone": "+61 491 570 006"}, {"medicare": "3278851195"}])
def test_a_patient_is_found_by_a_number_alone(boss, robin, asked):
    read(mine := ada(medicare_number="3278 85119 5"), robin)
    page = shown(boss, **asked)
    assert mine.reference in page
    assert "Robin Reception read it" in page


def test_a_message_of_the_patient_is_found_by_its_telephone(boss, robin):
    words = submitted(message(sender_name="Ada Samplewood", sender_phone="0491 570 006"))
    read(words, robin)
    page = shown(boss, **ADA, phone="0491570006")
    assert "Its sender’s name and telephone number are as you wrote." in page
    assert "Robin Reception read it" in page


@pytest.mark.parametrize("write", [str, str.lower, lambda r: r[4:], lambda r: f" sij {r[4:]} "])
def test_an_enquiry_is_found_however_its_reference_is_written(boss, robin, write):
    read(mine := ada(), robin)
    assert f"{mine.reference} " in shown(boss, reference=write(mine.reference))
    assert last_noted() == ("log", mine.reference)


def test_a_colleague_and_days_narrow_it_down(boss, robin):
    sandy = make_user(username="sandy", first_name="Sandy", last_name="Sample")
    mine, now = ada(), timezone.now()
    read(mine, robin, at=now - timedelta(days=40))
    read(mine, sandy, action="record", at=now)
    page = shown(boss, reference=mine.reference, person=str(sandy.pk))
    assert "Sandy Sample saved all of it as a PDF" in page
    assert "read it 1" not in page
    day = timezone.localdate() - timedelta(days=30)  # in any zone between the two
    page = shown(boss, reference=mine.reference, until=f"{day:%d/%m/%Y}")
    assert "Robin Reception read it" in page
    assert "Sandy Sample saved" not in page


def test_a_day_begins_at_midnight_in_the_rooms(boss, robin):
    mine = ada()
    with in_clinic_time():
        midnight = timezone.make_aware(datetime(2026, 11, 3))  # noqa: DTZ001
    read(mine, robin, at=midnight - timedelta(minutes=1))
    asked = {"reference": mine.reference, "since": "3/11/2026", "until": "3/11/2026"}
    assert "Robin Reception" not in shown(boss, **asked).partition("newest first")[2]
    read(mine, robin, at=midnight)
    assert "Tuesday 3 November 2026" in shown(boss, **asked)


def test_look_ups_that_found_nobody_are_found_by_the_patient(boss, client, robin):
    signed_in(client, robin).post(FIND, {"family_name": "Samplewood", "birth_date": "14/3/1979"})
    client.post(FIND, {"family_name": "Samplewood", "birth_date": "1/1/1950"})
    signed_in(client, make_user(*RIGHTS, username="ash"))
    page = shown(client, **ADA)
    assert page.count("Robin Reception looked for somebody and found nobody") == 1


def test_a_look_up_by_a_number_of_a_referral_that_is_surely_hers_is_found_too(client, boss, robin):
    signed_in(client, robin).post(FIND, {"medicare": "3278851195"})
    ada(medicare_number="3278851195")
    signed_in(client, make_user(*RIGHTS, username="ash"))
    assert "looked for somebody and found nobody" in shown(client, **ADA)
    other_names = {**ADA, "given_names": "Zoe"}
    assert "looked for somebody and found nobody" not in shown(client, **other_names)


def erase(enquiry):
    with lifted():
        for table in ["personindex", "event", "notification"]:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM referrals_{table} WHERE enquiry_id = %s", [enquiry.pk])
        Enquiry.objects.get(pk=enquiry.pk).delete()
    digests = {f"{one}_digest": f"{enquiry.pk} {one}" for one in ("form", "receipt", "status")}
    Tombstone.objects.create(
        number=enquiry.pk,
        reference=enquiry.reference,
        kind=enquiry.kind,
        received_at=enquiry.received_at,
        erased_at=timezone.now(),
        copies_until=timezone.now().date(),
        why="request",
        asked_by=User.objects.first(),
        by=User.objects.last(),
        lines=0,
        **digests,
    )


def test_what_was_erased_is_found_by_reference_and_by_look_ups_of_old(client, boss, robin):
    mine = ada()
    signed_in(client, robin).post(FIND, {"family_name": "Samplewood", "birth_date": "14/3/1979"})
    read(mine, robin)
    erase(mine)
    signed_in(client, make_user(*RIGHTS, username="ash"))
    for asked in [ADA, {"reference": mine.reference}]:
        page = shown(client, **asked)
        assert f"{mine.reference} not held here any more" in page
        assert "read it" in page


def test_a_twin_is_shown_and_said_to_be_perhaps_another(boss):
    mine, twin = ada(), ada(patient_given_names="Amy", patient_phone="0491 570 110")
    html = boss.post(LOG, ADA).content.decode()
    ticked = re.findall(r'name="of" value="([^"]+)"[^>]*\bchecked', html)
    assert ticked == [mine.reference]
    assert twin.reference in html
    assert "It may be a twin." in html


def test_no_address_names_a_patient(boss):
    ada()
    answer = boss.get(LOG, ADA)
    assert "What may be about this patient" not in answer.text
    assert boss.post(LOG, ADA).status_code == 200  # no redirect: it would have an address
    assert boss.post(LOG, {"reference": "7kh2m9pd"})["Location"] == f"{LOG}?reference=7kh2m9pd"


def test_nothing_of_the_patient_is_shown_but_what_was_typed(boss):
    ada(medicare_number="3278851195", reason="Canary pain")
    page = shown(boss, phone="0491 570 006")
    assert not [word for word in ("Samplewood", "Ada", "1979", "3278", "Canary") if word in page]


def test_looking_is_written_down_before_anything_is_shown(boss):
    mine = ada()
    boss.post(LOG, ADA)
    row = AccessLog.objects.first()
    assert (row.action, row.reference) == ("log", mine.reference)
    assert len(row.looked_for.split()) == 2
    boss.post(LOG, {**ADA, "family_name": "Nobodycanary"})
    assert last_noted() == ("search", "nobody found")
    boss.get(LOG, {"reference": "SIJ-22222222"})
    assert last_noted() == ("search", "nobody found")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"reference": "SIJ-IOSZ"}, "A reference has eight letters and digits"),
        ({"given_names": "Ada"}, "Write the family name too"),
        ({"since": "3/11/2026", "until": "2/11/2026"}, "This day is before the first one."),
        ({"since": "yesterday"}, "write the date as day, month, year"),
        ({"person": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said_next_to_its_field_and_stays_typed(boss, asked, words):
    answer = boss.post(LOG, asked)
    assert answer.status_code == 422
    assert words in answer.text
    assert next(iter(asked.values())) in answer.text or "person" in asked


def test_a_long_log_is_read_page_by_page(boss, robin):
    mine, now = ada(), timezone.now()
    for number in range(150):
        read(mine, robin, action="copy", at=now - timedelta(minutes=number))
    first = boss.get(LOG, {"reference": mine.reference})
    older = re.search(r'href="([^"]*before=[^"]*)"', first.text)[1].replace("&amp;", "&")
    second = words_of(boss.get(older).text)
    with in_clinic_time():
        oldest = timezone.localtime(now - timedelta(minutes=149))
    assert f"{oldest:%B %Y}" in second
    assert "Older readings" in second
    assert "before=" not in second


def test_one_page_asks_the_same_few_questions_however_long_the_log(
    boss, robin, django_assert_max_num_queries
):
    for _ in range(30):
        read(ada(), robin)
    with django_assert_max_num_queries(16):
        boss.get(LOG)


@pytest.mark.parametrize("before", ["0", "-1", "9" * 30, "x", "٣"])
def test_a_place_in_the_log_that_is_none_is_its_beginning(boss, robin, before):
    read(ada(), robin)
    assert "Robin Reception read it" in words_of(boss.get(LOG, {"before": before}).text)


def test_who_may_not_see_the_log_sees_no_way_to_it(client, robin):
    mine = ada()
    signed_in(client, robin)
    assert client.get(LOG).status_code == client.post(LOG, ADA).status_code == 403
    assert "Who has read it" not in client.get(f"/admin/referrals/enquiry/{mine.pk}/change/").text
    assert "Who read what" not in client.get("/admin/").text


def test_the_enquiry_and_the_front_page_lead_there(boss, robin):
    read(mine := ada(), robin)
    page = boss.get(f"/admin/referrals/enquiry/{mine.pk}/change/").text
    assert f'href="{LOG}?reference={mine.reference}"' in page
    assert "2 people, 2 times" in words_of(page)
    assert "Today 2 people read something" in words_of(boss.get("/admin/").text)


def test_what_a_list_showed_stands_with_each_enquiry_and_the_list_once_among_all(boss, robin):
    enquiry = ada()
    note_access(references=["inbox", enquiry.reference], by=robin, action="list")
    everything = shown(boss)
    assert "The inbox" in everything
    assert enquiry.reference not in everything
    page = shown(boss, reference=enquiry.reference)
    assert "Robin Reception looked at the list" in page


def test_to_see_a_name_in_a_list_is_not_counted_as_reading_it(boss, robin):
    enquiry = ada()
    note_access(references=[enquiry.reference], by=robin, action="list")
    assert readers_of(enquiry.reference).readings == 0
    read(enquiry, robin)
    assert readers_of(enquiry.reference) == (1, 1)
