"""Two referrals side by side, and one button that joins them."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from referrals.intake.submitting import submit
from referrals.models import AccessLog, Enquiry
from referrals.workflow.joining import join
from referrals.workflow.verbs import CannotMove
from tests.makers import (
    form_key,
    hold_letter,
    make_user,
    referral,
    signed_in,
    submitted,
    words_of,
)

pytestmark = pytest.mark.django_db
READ, CHANGE = "referrals.view_enquiry", "referrals.change_enquiry"


@pytest.fixture
def pair():
    first = submitted(referral(reason="First words."))
    return first, submitted(referral(reason="Other words."))


@pytest.fixture
def staff(client):
    return signed_in(client, make_user(READ, CHANGE))


def address(one, other, end=""):
    return f"/admin/referrals/enquiry/{one.pk}/beside/{other.pk}/{end}"


def test_both_stand_there_and_what_differs_is_marked(staff, pair):
    said = words_of(staff.get(address(*pair)).content.decode())
    assert "Reason and question differs First words. Other words." in said
    assert "Name Jo Samplepatient Jo Samplepatient" in said


def test_files_that_differ_are_marked_and_stay_with_the_duplicate(staff):
    key = form_key()
    one = submit(enquiry=referral(), form_key=key, attachments=[hold_letter(key)])
    other = submitted(referral())
    said = words_of(staff.get(address(one, other)).content.decode())
    assert "Files differs" in said
    assert "keeps its own answers and files" in said


def test_two_without_a_file_do_not_differ_in_their_files(staff, pair):
    assert "Files differs" not in words_of(staff.get(address(*pair)).content.decode())


def test_the_same_address_and_number_do_not_differ_as_their_links_do(staff, pair):
    said = words_of(staff.get(address(*pair)).content.decode())
    assert "Email differs" not in said
    assert "Telephone differs" not in said


def test_once_joined_neither_page_asks_again_whether_it_is_the_same(staff, pair):
    assert "Perhaps the same patient" in staff.get(pair[0].get_admin_url()).text
    staff.get(address(*pair))
    staff.post(address(*pair, "join/"), {"seen": "opened"})
    for one in pair:
        assert "Perhaps the same patient" not in staff.get(one.get_admin_url()).text


def test_one_that_no_key_opens_is_named_and_the_other_one_stands_there(staff, pair):
    first, lost = pair
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_enquiry SET sender_name = 'x' WHERE id = %s", [lost.pk])
    for answer in [staff.get(address(*pair), follow=True), staff.post(address(*pair, "join/"))]:
        said = words_of((answer if answer.content else staff.get("/admin/")).content.decode())
        assert f"No key of this site opens {lost.reference}" in said
    assert staff.get(address(*pair))["Location"] == first.get_admin_url()
    assert Enquiry.objects.only("status").get(pk=lost.pk).status == "received"


def test_both_are_noted_as_read_and_opened(staff, pair):
    staff.get(address(*pair))
    noted = AccessLog.objects.filter(action="view").values_list("reference", flat=True)
    assert set(noted) == {one.reference for one in pair}
    assert set(Enquiry.objects.values_list("status", flat=True)) == {"opened"}


def test_the_page_of_each_leads_there(staff, pair):
    first, second = pair
    html = staff.get(second.get_admin_url()).content.decode()
    assert address(second, first) in html


@pytest.mark.parametrize("way_round", [1, -1])
def test_one_button_ends_the_later_one_whichever_way_round(staff, pair, way_round):
    first, second = pair
    staff.get(address(first, second))
    answer = staff.post(address(*pair[::way_round], "join/"), {"seen": "opened"}, follow=True)
    assert Enquiry.objects.get(pk=second.pk).joined_to_id == first.pk
    said = words_of(answer.content.decode())
    assert f"{second.reference} is filed as a duplicate" in said
    assert f"{second.reference} of" in said
    assert "was joined with this one" in said


def test_a_later_one_with_a_red_flag_is_the_one_that_goes_on(staff, pair):
    first, second = pair
    Enquiry.objects.filter(pk=second.pk).update(is_red_flagged=True)
    assert f"go on with {second.reference}" in staff.get(address(first, second)).content.decode()
    staff.post(address(first, second, "join/"), {"seen": "opened"})
    assert Enquiry.objects.get(pk=first.pk).joined_to_id == second.pk


def test_the_duplicate_says_which_one_goes_on(staff, pair):
    first, second = pair
    staff.get(address(first, second))
    staff.post(address(first, second, "join/"), {"seen": "opened"})
    assert f"The rooms go on with {first.reference}" in words_of(
        staff.get(second.get_admin_url()).content.decode()
    )


def test_two_at_once_the_slower_is_told_and_nothing_is_joined(staff, pair):
    staff.get(address(*pair))
    Enquiry.objects.filter(pk=pair[1].pk).update(status="accepted")
    answer = staff.post(address(*pair, "join/"), {"seen": "opened"}, follow=True)
    assert "A colleague was faster" in words_of(answer.content.decode())
    assert Enquiry.objects.get(pk=pair[1].pk).joined_to is None


def test_a_reader_sees_no_button_and_presses_none(client, pair):
    signed_in(client, make_user(READ))
    assert "Join them" not in client.get(address(*pair)).content.decode()
    assert client.post(address(*pair, "join/"), {"seen": "opened"}).status_code == 403


def test_a_link_from_elsewhere_opens_neither(pair):
    client = signed_in(Client(), make_user(READ))
    answer = client.get(address(*pair), headers={"Referer": "https://evil.example/"})
    assert "Press to open it" in answer.content.decode()
    assert not Enquiry.objects.exclude(opened_at=None).exists()


def test_whoever_may_read_nothing_learns_nothing(client, pair):
    signed_in(client, make_user("conditions.view_page"))
    assert client.get(address(*pair)).status_code == 403
    assert client.get("/admin/referrals/enquiry/1/beside/999/").status_code == 403


def test_one_beside_itself_is_no_page(staff, pair):
    assert staff.get(address(pair[0], pair[0])).status_code == 404


@pytest.mark.parametrize("closed", ["filed", "returned"])
def test_a_living_red_flag_is_never_joined_into_a_closed_one(staff, pair, closed):
    first, second = pair
    over = {"filed_at": first.received_at, "outcome": "booked"} if closed == "filed" else {}
    staff.get(address(first, second))
    Enquiry.objects.filter(pk=second.pk).update(is_red_flagged=True)
    flagged = {"is_red_flagged": True, "status": closed, **over}
    Enquiry.objects.filter(pk=first.pk).update(**flagged)
    living, other = Enquiry.objects.get(pk=second.pk), Enquiry.objects.get(pk=first.pk)
    with pytest.raises(CannotMove, match=r"is closed\. Open it again first"):
        join(enquiry=living, other=other, by=User.objects.get())
    staff.post(address(first, second, "join/"), {"seen": closed})
    assert Enquiry.objects.get(pk=second.pk).status == "opened"


def test_where_they_cannot_be_joined_the_page_says_why(staff, pair):
    first, second = pair
    staff.get(address(first, second))
    filed = {"status": "filed", "filed_at": first.received_at, "outcome": "booked"}
    Enquiry.objects.filter(pk=first.pk).update(**filed)
    html = staff.get(address(first, second)).content.decode()
    assert "Join them" not in html
    assert f"{first.reference} is “Filed” already." in words_of(html)


@pytest.mark.parametrize(
    ("address_of", "says"),
    [("sam@practice.example", "Its sender hears by email"), ("", "Its sender gets no email")],
)
def test_the_button_says_whether_the_sender_hears(staff, pair, address_of, says):
    Enquiry.objects.filter(pk=pair[1].pk).update(sender_email=address_of)
    assert says in words_of(staff.get(address(*pair)).content.decode())
