"""A name with a slip of the pen finds who was meant, and says that it is spelt differently."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from referrals.finding.slips import is_one_slip
from referrals.models import Referral
from referrals.workflow import verbs
from tests.makers import make_user, referral, signed_in, submitted, words_of

pytestmark = pytest.mark.django_db
FIND = "/admin/referrals/enquiry/find/"
DIFFERENTLY = "written nearly like it"


@pytest.fixture
def reader(client):
    return signed_in(client, make_user("referrals.view_enquiry"))


@pytest.fixture
def isla():
    names = {"patient_given_names": "Isla", "patient_family_name": "Samplebrook-Stevens"}
    return submitted(
        referral(**names, patient_birth_date=date(1970, 4, 3), sender_name="Dr Al Oak")
    )


def looked_for(reader, text):
    return reader.post(FIND, {"q": text})


@pytest.mark.parametrize(
    "text",
    [
        "Sampelbrook",
        "Samplebroook",
        "Samplbrook",
        "Izla Samplebruok",
        "Stephens",
        "isla sampelbrook 3/4/1970",
        "sampelbrookstevens",
    ],
)
def test_one_slip_in_each_word_is_forgiven(reader, isla, text):
    page = looked_for(reader, text)
    assert [hit.reference for hit in page.context["hits"]] == [isla.reference]
    assert DIFFERENTLY in words_of(page.content.decode())


@pytest.mark.parametrize(
    "text", ["Semplebruok", "Izla Nobody", "Izl", "Sampelbrook 4/4/1970", "Oka"]
)
def test_more_slips_or_another_detail_find_nobody(reader, isla, text):
    assert looked_for(reader, text).context["hits"] == []


def test_whoever_is_called_so_comes_alone(reader, isla):
    other = submitted(referral(patient_family_name="Sampelbrook"))
    page = looked_for(reader, "sampelbr")
    assert [hit.reference for hit in page.context["hits"]] == [other.reference]
    assert DIFFERENTLY not in words_of(page.content.decode())


def test_a_slip_is_forgiven_in_what_is_young_and_beside_a_birth_date(reader, isla):
    verbs.mark_spam(enquiry=isla, by=make_user("referrals.change_enquiry", username="colleague"))
    Referral.objects.update(received_at=timezone.now() - timedelta(days=91))
    assert looked_for(reader, "Sampelbrook").context["hits"] == []
    page = looked_for(reader, "Sampelbrook 3/4/1970")
    assert [hit.reference for hit in page.context["hits"]] == [isla.reference]
    assert "younger than 90 days" not in words_of(page.content.decode())


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("isla", "isla", True),
        ("isla", "izla", True),
        ("isla", "isal", True),
        ("isla", "islas", True),
        ("isla", "sla", True),
        ("isla", "izle", False),
        ("isla", "isl", True),
        ("isla", "sali", False),
        ("aab", "bba", False),
        ("anna", "annnna", False),
    ],
)
def test_one_slip_is_one_letter_or_two_neighbours(one, other, is_so):
    assert is_one_slip(one, other) is is_so
    assert is_one_slip(other, one) is is_so
