"""What patients, GPs, physiotherapists and carers type has a good first answer."""

import tomllib
from pathlib import Path

import pytest

from clinic_site.models import Clinic
from conditions.search.direct import direct_answers
from conditions.search.find import search
from tests.makers import make_clinic

pytestmark = [pytest.mark.usefixtures("starter_pages"), pytest.mark.django_db]

FILE = Path(__file__).with_name("searches.toml")
SEARCHES = {
    query: good
    for searches in tomllib.loads(FILE.read_text(encoding="utf-8")).values()
    for query, good in searches.items()
}


def first_answer(query):
    """The heading of a fact or tool, else the end of the address of the first page."""
    direct = direct_answers(query, Clinic.with_rooms())
    if direct:
        return direct[0].heading
    found = search(query, emergency_number="000").found
    return found[0].address.partition("#")[0].strip("/").rpartition("/")[2] if found else ""


@pytest.mark.parametrize("query", SEARCHES)
def test_the_first_answer_is_good(query):
    make_clinic()
    first, good = first_answer(query), SEARCHES[query]
    assert first == good or first in good.split(", ")
