"""The letter to fill in and the paper form carry the clinic's own addresses."""

import re

import pytest

from clinic_site.models.rooms import Location
from referrals.from_letter.our_own import without_ours
from referrals.inspecting.sniffing import RTF
from referrals.intake.own_letter import FOLDER, letter_of
from referrals.letter_answers.reading import read_letter
from tests.makers import make_clinic, words_of
from tests.referrals.letter_answers.test_own_template import (
    LINES_ON_A4,
    READ,
    filled_in,
    printed_height,
)

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "Sample {Spine} Clinic é",
    "fax": "(02) 5550 1235",
    "secure_messaging": "HealthLink: samplespine\nArgus: rooms@argus.example",
}
ADDRESS = "12 Sample Street\nSydney NSW 2000"


@pytest.fixture
def clinic():
    made = make_clinic(**FACTS)
    Location.objects.filter(clinic=made).delete()
    Location.objects.create(clinic=made, name="Rooms", address=ADDRESS)
    return type(made).with_rooms()


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize("ending", ["rtf", "txt"])
def test_it_is_addressed_to_the_clinic(client, ending):
    response = client.get(f"/refer/referral-letter.{ending}")
    words = re.sub(r"\s+", " ", response.content.decode())
    for fact in ["12 Sample Street Sydney NSW 2000", FACTS["fax"], "HealthLink: samplespine"]:
        assert fact in words, fact
    assert "attachment" in response["Content-Disposition"]
    assert client.get("/refer/referral-letter.exe").status_code == 404


def test_what_rtf_takes_for_its_own_is_escaped(clinic):
    rtf = letter_of(clinic, "rtf")
    assert rtf.isascii()
    assert r"Sample \{Spine\} Clinic \u233?" in rtf
    assert rtf.count("{") - rtf.count(r"\{") == rtf.count("}") - rtf.count(r"\}")


def test_it_still_prints_on_one_page(clinic):
    rtf, text = letter_of(clinic, "rtf"), letter_of(clinic, "txt")
    top, bottom = (int(re.findall(rf"\\marg{side}(\d+)", rtf)[0]) for side in "tb")
    assert printed_height(rtf) < 16838 - top - bottom
    assert len(text.splitlines()) <= LINES_ON_A4
    assert max(map(len, text.splitlines())) <= 80


def test_filled_in_it_answers_the_form_with_nothing_of_ours(clinic):
    blank = read_letter(data=letter_of(clinic, "rtf").encode(), content_type=RTF)
    values = {name: answer.value for name, answer in blank.answers.items()}
    assert without_ours(values) == {}
    without_to = letter_of(clinic, "rtf")
    returned = read_letter(data=filled_in(without_to), content_type=RTF)
    assert {name: answer.value for name, answer in returned.answers.items()} == READ


def test_the_blank_files_stay_where_older_pages_link_to_them():
    assert (FOLDER / "referral-letter.rtf").exists()


@pytest.mark.usefixtures("clinic")
def test_the_first_sheet_of_paper_has_the_postal_address(client):
    first, second = client.get("/refer/paper/").content.decode().split('class="sheet"')[1:]
    assert "12 Sample Street" in words_of(f"<body>{first}")
    assert "12 Sample Street" not in words_of(f"<body>{second.partition('</table>')[0]}")
