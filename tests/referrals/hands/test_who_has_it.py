"""One colleague has it, everybody sees who, and nobody who left hides a referral."""

import pytest
from django.core.exceptions import PermissionDenied

from referrals.hands.verbs import assign
from referrals.models import Enquiry, Event
from referrals.workflow.verbs import CannotMove, ChangedMeanwhile
from tests.makers import make_user, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
INBOX = "/admin/referrals/enquiry/"
RIGHTS = ["referrals.view_enquiry", "referrals.change_enquiry"]


@pytest.fixture
def robin():
    return make_user(*RIGHTS, username="robin", first_name="Robin", last_name="Sample")


@pytest.fixture
def kim():
    return make_user(*RIGHTS, username="kim", first_name="Kim", last_name="Sample")


@pytest.fixture
def enquiry():
    return submitted(referral())


@pytest.fixture
def staff(client, robin):
    return signed_in(client, robin)


def address(enquiry):
    return f"{INBOX}{enquiry.pk}/hands/"


def lines(enquiry):
    return [event.note for event in enquiry.events.filter(kind=Event.Kind.HANDED)]


def test_it_is_taken_handed_on_and_given_back_with_names_in_the_timeline(enquiry, robin, kim):
    assign(enquiry=enquiry, to=robin, by=robin)
    assign(enquiry=enquiry, to=kim, by=robin)
    assign(enquiry=enquiry, to=None, by=kim)
    assert Enquiry.objects.get(pk=enquiry.pk).assigned_to is None
    assert lines(enquiry) == [
        "Robin Sample took it.",
        "Robin Sample handed it to Kim Sample.",
        "Kim Sample gave it back: nobody has it.",
    ]


def test_of_two_who_take_it_at_once_the_second_hears_who_has_it(enquiry, robin, kim):
    seen_by_kim = Enquiry.objects.get(pk=enquiry.pk)
    assign(enquiry=enquiry, to=robin, by=robin)
    with pytest.raises(ChangedMeanwhile, match="Robin Sample has it now"):
        assign(enquiry=seen_by_kim, to=kim, by=kim)
    assert Enquiry.objects.get(pk=enquiry.pk).assigned_to == robin
    assert lines(enquiry) == ["Robin Sample took it."]


def test_a_page_that_shows_nobody_takes_it_from_nobody_else(staff, enquiry, kim):
    assign(enquiry=enquiry, to=kim, by=kim)
    response = staff.post(address(enquiry), {"what": "take", "seen": ""})
    assert response.status_code == 409
    assert "Kim Sample has it now" in response.content.decode()
    assert Enquiry.objects.get(pk=enquiry.pk).assigned_to == kim


def test_a_second_press_changes_nothing(enquiry, robin):
    assign(enquiry=enquiry, to=robin, by=robin)
    assign(enquiry=enquiry, to=robin, by=robin)
    assert len(lines(enquiry)) == 1


@pytest.mark.parametrize("rights", [[], ["referrals.view_enquiry"]])
def test_only_who_may_change_enquiries_gives_one(enquiry, robin, rights):
    reader = make_user(*rights, username="reader")
    with pytest.raises(PermissionDenied):
        assign(enquiry=enquiry, to=robin, by=reader)
    assert not lines(enquiry)


def test_nobody_gets_one_who_may_not_decide_or_has_left(enquiry, robin, kim):
    reader = make_user("referrals.view_enquiry", username="reader")
    kim.is_active = False
    kim.save()
    for cannot in (reader, kim):
        with pytest.raises(CannotMove, match="cannot have it"):
            assign(enquiry=enquiry, to=cannot, by=robin)
    assert not lines(enquiry)


def test_what_a_colleague_had_who_left_is_nobodys_and_stands_on_the_front_page(staff, enquiry, kim):
    assign(enquiry=enquiry, to=kim, by=kim)
    assert enquiry.reference not in staff.get(f"{INBOX}?who=nobody").content.decode()
    kim.is_active = False
    kim.save()
    assert enquiry.reference in staff.get(f"{INBOX}?who=nobody").content.decode()
    html = staff.get(f"{INBOX}?now=left").content.decode()
    assert "Nobody (Kim Sample has left)" in html
    assert "Take it" in html
    assert "1 with somebody who has left" in staff.get("/admin/").content.decode()


def test_the_list_shows_mine_nobodys_and_a_colleagues(staff, robin, kim):
    mine, hers, free = (submitted(referral()) for _ in range(3))
    assign(enquiry=mine, to=robin, by=robin)
    assign(enquiry=hers, to=kim, by=kim)
    for value, wanted in {"mine": mine, "nobody": free, str(kim.pk): hers}.items():
        html = staff.get(f"{INBOX}?who={value}").content.decode()
        shown = [one for one in (mine, hers, free) if f'reference">{one.reference}<' in html]
        assert shown == [wanted], value


def test_taken_in_the_list_it_stays_in_the_list_as_it_was(staff, enquiry, robin):
    response = staff.post(address(enquiry), {"take": "", "back": "?show=todo&who=nobody"})
    assert response["Location"] == f"{INBOX}?show=todo&who=nobody"
    assert Enquiry.objects.get(pk=enquiry.pk).assigned_to == robin
    assert Enquiry.objects.get(pk=enquiry.pk).opened_at is None


def test_a_press_leads_nowhere_but_to_the_list(staff, enquiry):
    response = staff.post(address(enquiry), {"take": "", "back": "//evil.example/"})
    assert response["Location"] == INBOX


@pytest.mark.parametrize("to", ["", "0", "x", "9" * 40, "-1", "²"])
def test_a_colleague_who_is_not_listed_is_refused_on_the_page(staff, enquiry, to):
    response = staff.post(address(enquiry), {"what": "hand_on", "to": to, "seen": ""})
    assert response.status_code == 409
    assert "Choose a colleague" in response.content.decode()


def test_in_the_head_stands_who_has_it_with_its_button(staff, enquiry, robin):
    for holder, label in [(None, "Take it"), (robin, "Give it back")]:
        Enquiry.objects.filter(pk=enquiry.pk).update(assigned_to=holder)
        html = staff.get(enquiry.get_admin_url()).content.decode()
        head = html.partition('class="enquiry-facts"')[2].partition("</dl>")[0]
        assert f">{label}</button>" in head.partition("<dt>Who has it</dt>")[2]
        assert html.count(f">{label}</button>") == 1


def test_who_may_only_read_sees_who_has_it_and_no_button(client, enquiry, robin):
    assign(enquiry=enquiry, to=robin, by=robin)
    reader = signed_in(client, make_user("referrals.view_enquiry", username="reader"))
    html = reader.get(enquiry.get_admin_url()).content.decode()
    assert "Robin Sample" in html
    assert "Take it" not in html
    assert reader.post(address(enquiry), {"what": "take"}).status_code == 403
