"""The caller on the telephone is found in one step, by whatever she says first."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.finding import looking
from referrals.models import AccessLog, Enquiry, Referral
from referrals.retention.erasing import erase
from referrals.workflow import verbs
from tests.makers import make_user, message, referral, signed_in, submitted, words_of
from tests.referrals.retention.conftest import administrator

pytestmark = pytest.mark.django_db
FIND = "/admin/referrals/enquiry/find/"
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{ 7|add:7 }} \"'><img src=x onerror=x>"


@pytest.fixture
def reader(client):
    return signed_in(client, make_user("referrals.view_enquiry"))


@pytest.fixture
def ann():
    return submitted(
        referral(
            patient_given_names="Ann-Marie",
            patient_family_name="O’Brien Samplewood",
            patient_birth_date=date(1970, 4, 3),
            medicare_number="3278851195",
            sender_name="Dr Ruth van der Samplegp",
            sender_phone="(02) 5550 7788",
        )
    )


@pytest.fixture
def other():
    return submitted(
        referral(
            patient_given_names="Bo",
            patient_family_name="Else",
            patient_birth_date=date(1990, 2, 1),
            patient_phone="0491 570 157",
            sender_name="Dr Otto Someoneelse",
        )
    )


def found(reader, text, **more):
    page = reader.post(FIND, {"q": text, **more})
    assert page.status_code == 200, words_of(page.content.decode())
    return [hit.reference for hit in page.context["hits"]]


@pytest.mark.parametrize(
    "text",
    [
        "samplewood",
        "OBRIEN samplewood",
        "o'brien",
        "ann",
        "Ann-Marie",
        "marie samplewood",
        "3/4/1970",
        "Samplewood 3 Apr 1970",
        "0491570156",
        "+61 491 570 156",
        "3278 85119 5",
        "Samplegp",
        "dr ruth van der samplegp",
        "02 5550 7788",
        "5550 7788",
        "Brien",
        "annmarie",
        "obriensamplewood ann",
        "vandersamplegp ruth",
    ],
)
def test_one_is_found_among_others(reader, ann, other, text):
    assert found(reader, text) == [ann.reference]


@pytest.mark.parametrize("text", ["mplewo", "samplegp amplewoo", "amplewood 3/4/1970"])
def test_a_part_of_a_name_finds_her_too(reader, ann, other, text):
    assert found(reader, text) == [ann.reference]


def test_a_reference_or_a_part_of_it_finds_it(reader, ann, other):
    code = ann.reference[-8:]
    for text in [ann.reference.lower(), code, f"{code[:4]} {code[4:]}", code.lower()]:
        assert found(reader, text) == [ann.reference]


@pytest.mark.parametrize(
    "text", ["GJHTXDMC", "gjht xdmc", "sij gjhtxdmc", "SIJGJHTXDMC", "sij-gjht"]
)
def test_a_reference_of_letters_alone_is_found_too(reader, ann, other, text):
    Enquiry.objects.filter(pk=ann.pk).update(reference="SIJ-GJHTXDMC")
    assert found(reader, text) == ["SIJ-GJHTXDMC"]


def test_some_signs_of_a_reference_are_enough(reader, ann, other):
    Enquiry.objects.filter(pk=ann.pk).update(reference="SIJ-7KH2M9PD")
    assert found(reader, "kh2m") == ["SIJ-7KH2M9PD"]


def test_the_writer_of_a_message_is_found_by_name_and_telephone(reader, ann):
    alex = submitted(message())
    for text in ["samplewriter", "(02) 5550 0123", "alex 0255500123"]:
        assert found(reader, text) == [alex.reference]


def test_every_word_narrows_it(reader, ann, other):
    assert found(reader, "samplewood 4/4/1970") == []
    assert found(reader, "samplewood 0491 570 157") == []


def test_a_hit_shows_who_it_is_and_how_far(reader, ann):
    page = words_of(reader.post(FIND, {"q": "samplewood"}).content.decode())
    for words in ["O’Brien Samplewood, Ann-Marie", "3 April 1970", "0491 570 156"]:
        assert words in page
    assert "Dr Ruth van der Samplegp" in page
    assert "Received" in page


def test_what_came_last_stands_first(reader, ann):
    again = submitted(referral(patient_family_name="Samplewood"), at=timezone.now())
    old = submitted(referral(patient_family_name="Samplewood"), at=date_ago(days=400))
    assert found(reader, "samplewood") == [again.reference, ann.reference, old.reference]


def date_ago(**ago):
    return timezone.now() - timedelta(**ago)


# --- Parts of names -------------------------------------------------------------------------


def test_parts_are_looked_for_in_what_is_open_or_young(reader):
    old = submitted(referral(patient_family_name="Samplewood"), at=date_ago(days=100))
    assert found(reader, "plewo") == [old.reference]
    filed(old)
    assert found(reader, "plewo") == []
    assert found(reader, "samplewood") == [old.reference]
    page = reader.post(FIND, {"q": "plewo"}).content.decode()
    assert "younger than 90 days" in words_of(page)


@pytest.mark.parametrize(
    "text",
    [
        "Samplwood",
        "Sampelwood",
        "samplewoot",
        "Ann-Mary O’Brian",
        "anne mari",
        "Samplwood 3/4/1970",
    ],
)
def test_a_name_misheard_on_the_telephone_finds_who_is_written_nearly_so(reader, ann, other, text):
    page = reader.post(FIND, {"q": text})
    assert [hit.reference for hit in page.context["hits"]] == [ann.reference]
    assert "Nobody by this name. 1 written nearly like it" in words_of(page.content.decode())


@pytest.mark.parametrize("text", ["Woodward", "Samplwood 4/4/1970", "Fletcher", "Samplwood Otto"])
def test_a_quite_different_name_still_finds_nobody(reader, ann, other, text):
    assert found(reader, text) == []


def test_a_name_written_as_it_is_brings_no_other_along(reader, ann):
    submitted(referral(patient_family_name="Sampelwood"))
    assert found(reader, "samplewood", parts="on") == [ann.reference]


def filed(enquiry):
    now = timezone.now()
    Enquiry.objects.filter(pk=enquiry.pk).update(
        status="filed", opened_at=now, filed_at=now, outcome="booked"
    )


def test_whole_names_come_alone_until_somebody_wants_more(reader, ann):
    longer = submitted(referral(patient_family_name="Annelong"))
    assert found(reader, "ann") == [ann.reference]
    assert set(found(reader, "ann", parts="on")) == {ann.reference, longer.reference}


def test_where_not_all_was_read_nobody_is_said_of_what_was_read_alone(reader, other, ann):
    with mock.patch.object(looking, "READ_AT_MOST", 1):
        page = words_of(reader.post(FIND, {"q": "Samplwood"}).content.decode())
    assert "Nobody by this name in what was read. 1 written nearly like it" in page


def test_the_reading_ends_and_says_so(reader, ann, other):
    with mock.patch.object(looking, "READ_AT_MOST", 1):
        page = words_of(reader.post(FIND, {"q": "mplewo"}).content.decode())
    assert "looked for in the newest 1 that are open or younger than 90 days" in page
    with mock.patch.object(looking, "SECONDS", -1):
        page = words_of(reader.post(FIND, {"q": "mplewo"}).content.decode())
    assert "in the newest 0 " in page


def test_one_that_no_key_opens_takes_no_other_with_it(reader, ann, other):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_referral SET patient_family_name = 'broken'"
            f" WHERE enquiry_ptr_id = {other.pk}"
        )
    assert found(reader, "mplewo") == [ann.reference]
    page = reader.post(FIND, {"q": "0491 570 157"})
    assert "Sealed with a key that is missing" in words_of(page.content.decode())


# --- Nothing found, nothing typed -----------------------------------------------------------


def test_who_finds_nobody_hears_what_was_looked_for_and_what_to_try(reader, ann):
    page = words_of(reader.post(FIND, {"q": "nobodyatall 5/6/1950"}).content.decode())
    assert "Looked for birth date 5 June 1950, and the name nobodyatall" in page
    assert "one detail alone" in page


@pytest.mark.parametrize("text", ["", "dr", "x", "31/2/1980", "19"])
def test_what_cannot_be_looked_for_is_told_and_what_was_typed_stays(reader, ann, text):
    page = reader.post(FIND, {"q": text})
    assert page.status_code == 422
    assert f'value="{text}"' in page.content.decode()
    assert not AccessLog.objects.exists()


def test_what_was_erased_is_told_by_its_reference(reader, ann):
    robin, kim = administrator("erika"), administrator("kim")
    verbs.ask_erasure(enquiry=ann, by=robin, note="She asked.")
    erase(enquiry=ann, by=kim)
    page = words_of(reader.post(FIND, {"q": ann.reference[-8:]}).content.decode())
    assert f"{ann.reference} was erased" in page
    assert found(reader, "samplewood") == []


# --- Who, how, and the log ------------------------------------------------------------------


def test_each_look_up_is_noted_before_it_is_shown(reader, ann, other):
    found(reader, "samplewood")
    found(reader, "nobodyatall")
    rows = AccessLog.objects.order_by("pk").values_list("reference", "action")
    assert list(rows) == [(ann.reference, "search"), ("nobody found", "search")]
    assert "samplewood" not in str(AccessLog.objects.values()).casefold()


def test_nothing_typed_is_read_from_an_address(reader, ann):
    page = reader.get(f"{FIND}?q=samplewood")
    assert ann.reference not in page.content.decode()
    assert not AccessLog.objects.exists()


def test_who_may_not_read_the_inbox_has_no_box_and_no_answer(client, ann):
    stranger = signed_in(client, make_user("conditions.view_page"))
    assert stranger.post(FIND, {"q": "samplewood"}).status_code == 403
    assert "find-box" not in stranger.get("/admin/").content.decode()


@pytest.mark.parametrize("address", ["/admin/", "/admin/referrals/enquiry/"])
def test_the_caller_is_found_from_the_page_that_is_open(reader, ann, address):
    page = reader.get(address).content.decode()
    assert f'<form class="find-box" method="post" action="{FIND}"' in page
    assert 'name="q"' in page
    assert 'method="get" role="search"' not in page


def test_hostile_words_are_only_words(reader):
    hostile = submitted(
        referral(
            patient_given_names=HOSTILE,
            patient_family_name=f"Hostilename {HOSTILE}",
            sender_name=HOSTILE,
            practice_name=HOSTILE,
            patient_phone=HOSTILE,
        )
    )
    page = reader.post(FIND, {"q": "hostilename"}).content.decode()
    assert hostile.reference in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    page = reader.post(FIND, {"q": HOSTILE}).content.decode()
    assert "<script>alert" not in page


def test_queries_do_not_grow_with_what_is_found(reader):
    counts = []
    found(reader, "samplewood")  # what is asked once in a process
    for number in (1, 8):
        for _ in range(number):
            submitted(referral(patient_family_name="Samplewood"))
        with CaptureQueriesContext(connection) as queries:
            found(reader, "samplewood")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
    assert Referral.objects.count() == 9
