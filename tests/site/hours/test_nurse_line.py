"""Who is not sure how urgent it is finds a nurse to ring: a fact of the clinic like its number."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from clinic_site.models import Clinic
from conditions.publishing.verbs import publish_starter
from conditions.search.direct import direct_answers
from tests.makers import add_block, make_clinic, make_page, words_of

pytestmark = pytest.mark.django_db

SYDNEY = ZoneInfo("Australia/Sydney")
SUNDAY = datetime(2026, 11, 22, 21, tzinfo=SYDNEY)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SYDNEY)
OTHER = {"nurse_line": "0800 555 611", "nurse_line_name": "Sampleline"}
LINK = '<a href="tel:0800555611">0800 555 611</a>. A nurse answers day and night.'


@pytest.fixture
def told_today(settings):
    """It tells people to ring the rooms today, and has words about where to go that wait."""
    settings.SITE_IS_LOOPBACK = False  # as on a public site, where they wait
    page = make_page()
    add_block(page, "care_card", heading="Call our rooms today if:")
    add_block(page, "care_card", level="urgent", instructs="triage")
    publish_starter(page=page, at=datetime(2026, 1, 1, tzinfo=SYDNEY))
    return page.get_absolute_url()


@pytest.fixture
def parts(client):
    """The words of a page and its footer, read at a moment."""

    def read(address, moment=SUNDAY):
        with time_machine.travel(moment, tick=False):
            html = client.get(address).content.decode()
        main, _, footer = html.partition("<main")[2].partition("<footer")
        return main, footer

    return read


@pytest.mark.parametrize("address", ["/contact/", "/refer/?as=self", "/nowhere/"])
def test_a_closed_clinic_names_the_nurse_after_the_hospital(parts, address):
    make_clinic(**OTHER)
    main, _ = parts(address)
    assert f"Not sure how urgent it is? Ring Sampleline on {LINK}" in main
    assert main.index("hospital emergency department") < main.index("Ring Sampleline")


def test_by_day_the_rooms_are_rung_and_only_the_footer_names_the_nurse(parts):
    make_clinic(**OTHER)
    main, footer = parts("/contact/", MONDAY)
    assert "Ring Sampleline" not in main
    assert LINK in footer


def test_no_doctor_with_an_urgent_patient_is_sent_to_a_nurse_line(parts):
    assert "Not sure how urgent" not in parts("/refer/")[0]
    assert "Not sure how urgent" in parts("/refer/?as=self")[0]


def test_an_urgent_card_and_words_that_wait_name_the_nurse_of_today(parts, told_today):
    assert "1800 022 222" in parts(told_today)[0]
    make_clinic(**OTHER)
    main, footer = parts(told_today)
    assert main.count(LINK) == 3  # the card now and on paper, and the box in the place of words
    assert LINK in footer
    assert "1800 022 222" not in main + footer


@pytest.mark.parametrize("address", ["/contact/", "/nowhere/", "page"])
def test_a_clinic_without_a_nurse_line_says_nothing_of_one(parts, page, address):
    make_clinic(nurse_line="")
    main, footer = parts(told_today if address == "page" else address)
    assert "nurse" not in (main + footer).lower()
    assert 'href="tel:000"' in main


def test_a_number_without_a_name_is_still_a_nurse():
    clinic = make_clinic(nurse_line="0800 555 611", nurse_line_name="")
    assert str(clinic.nurse_step).startswith("Not sure how urgent it is? Ring a nurse on 0800")


def test_a_name_cannot_bring_markup(parts):
    make_clinic(**{**OTHER, "nurse_line_name": "<b>x"})
    assert "Ring &lt;b&gt;x on" in parts("/contact/")[1]


@pytest.mark.parametrize("number", ["ring the hospital", "1800 022 222 (free)"])
def test_a_number_that_cannot_be_dialled_is_refused(number):
    with pytest.raises(ValidationError, match="Write the number alone"):
        make_clinic(nurse_line=number).full_clean()


def test_with_the_database_away_the_last_known_nurse_is_named():
    make_clinic(**OTHER)
    Clinic.with_rooms()
    with time_machine.travel(SUNDAY, tick=False):
        html = render_to_string("errors/503.html", {"clinic": Clinic.last_known()})
    assert "Sampleline on 0800 555 611" in words_of(html)


@pytest.mark.parametrize("typed", ["healthdirect", "nurse line", "can I talk to a nurse tonight"])
def test_a_search_for_a_nurse_finds_the_number(typed):
    first = direct_answers(typed, make_clinic(**OTHER))[0]
    assert (first.heading, first.telephone) == (
        "Sampleline: a nurse answers day and night",
        "0800 555 611",
    )


def test_a_search_for_a_nurse_finds_the_rooms_where_there_is_no_nurse_line():
    [answer] = direct_answers("talk to a nurse", make_clinic(nurse_line=""))
    assert answer.heading == "Ring or write to us"
