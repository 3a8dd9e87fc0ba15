"""The planner: a surgery date in, the stages of a published guide as dates out."""

from datetime import date

import pytest

from conditions.planner.dates import dated_stages, read_date
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_page

STAGES = {
    "blocks": [
        {"kind": "recovery_stage", "from_week": 6, "to_week": None},
        {"kind": "prose"},
        {"kind": "recovery_stage", "from_week": 0, "to_week": 6},
    ]
}


def test_stages_are_counted_from_the_day_of_surgery_in_order():
    first, second = dated_stages(STAGES, date(2026, 12, 1))
    assert (first.starts, first.ends) == (date(2026, 12, 1), date(2027, 1, 11))
    assert (second.starts, second.ends) == (date(2027, 1, 12), None)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01", "31/02/2026", "9999-99-99"])
def test_what_is_no_date_is_none(typed):
    assert read_date(typed) is None


@pytest.mark.django_db
def test_the_planner_reads_what_was_published(client):
    page = make_page(section="guides", slug="knee", in_planner=True)
    add_block(page, "recovery_stage")
    publish_starter(page=page)
    html = client.get("/recovery/?surgery_date=2026-12-01").content.decode()
    assert "1 December 2026 to 11 January 2027" in html


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["soon", "9999-12-31", "0001-01-01"])
def test_a_strange_date_is_kept_and_explained_or_planned_never_a_500(client, typed):
    page = make_page(section="guides", slug="knee", in_planner=True)
    add_block(page, "recovery_stage")
    publish_starter(page=page)
    response = client.get("/recovery/", {"surgery_date": typed})
    assert response.status_code == 200
    assert typed in response.content.decode()


@pytest.mark.django_db
def test_without_a_guide_the_planner_says_so(client):
    assert "no recovery guide yet" in client.get("/recovery/").content.decode()
