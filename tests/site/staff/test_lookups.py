"""A list answers what its filters offer: no pattern that never ends, no column sign by sign."""

import pytest

from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
ENDLESS = "((([0-9a-f]%2B)%2B)%2B)%2BZ"
LISTS = [
    "/admin/referrals/enquiry/",
    "/admin/referrals/notification/",
    "/admin/conditions/page/",
    "/admin/clinic_site/signinevent/",
]


@pytest.fixture
def boss(client):
    return signed_in(client, make_user(is_superuser=True))


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "asked",
    [f"id__regex={ENDLESS}", "id__startswith=1", "id__range=1", "pk__in=1", "nothing__year=99999"],
)
def test_what_no_filter_offers_is_refused(boss, address, asked):
    assert boss.get(f"{address}?{asked}").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "/admin/referrals/enquiry/?content_digest__regex=.",
        "/admin/referrals/enquiry/?form_key__startswith=a",
        "/admin/referrals/enquiry/?received_at__year=99999",
        "/admin/conditions/page/?lead__regex=.",
        "/admin/conditions/feedback/?at__year=99999",
    ],
)
def test_columns_are_not_read_sign_by_sign(boss, asked):
    assert boss.get(asked).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "/admin/referrals/enquiry/?show=all&kind__exact=referral&urgency__exact=soon",
        "/admin/referrals/notification/?state__in=dead,queued,sending",
        "/admin/referrals/notification/?state__exact=sent&kind__exact=receipt",
        "/admin/referrals/accesslog/?action__exact=view",
    ],
)
def test_what_filters_and_links_of_ours_ask_is_answered(boss, asked):
    assert boss.get(asked).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("app_label=conditions&model_name=citation&field_name=source", 200),
        ("app_label=referrals&model_name=notification&field_name=enquiry", 403),
        ("app_label=referrals&model_name=accesslog&field_name=by", 403),
        ("app_label=conditions&model_name=page&field_name=stage", 403),
        ("", 403),
    ],
)
def test_only_fields_that_ask_for_it_are_completed(boss, asked, status):
    assert boss.get(f"/admin/autocomplete/?{asked}&term=").status_code == status
