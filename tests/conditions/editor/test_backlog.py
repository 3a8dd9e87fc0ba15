"""The list of facts to review: a page at a time, nothing typed is lost, on paper and as a table."""

import csv
from io import StringIO

import pytest

from conditions.models import FactDecision, ReviewFact
from tests.makers import make_page, make_source, make_user, signed_in

pytestmark = pytest.mark.django_db
START = "/admin/conditions/page/to-review/"


@pytest.fixture
def facts():
    make_source()
    page = make_page()
    texts = ["F1 most weighty (R1)", "F2 second", "=HYPERLINK(“x”)"]
    return [ReviewFact.objects.create(page=page, text=text) for text in texts]


@pytest.fixture
def desk(client):
    return signed_in(client, make_user("conditions.view_page", "conditions.sign_review"))


def press(desk, fact, decision, **typed):
    seen = {f"seen-{one.pk}": one.text for one in ReviewFact.objects.all()}
    words = {f"words-{key}": value for key, value in typed.pop("words", {}).items()}
    return desk.post(
        f"{START}{fact.page_id}/", {"decision": f"{decision}:{fact.pk}", **seen, **words}
    )


def test_the_list_says_how_far_each_page_is(desk, facts):
    press(desk, facts[0], "agree")
    html = desk.get(START).content.decode()
    assert "1 of 3 facts are done" in html
    assert 'max="3" value="1"' in html


def test_the_source_of_a_fact_is_one_press_away(desk, facts):
    html = desk.get(f"{START}{facts[0].page_id}/").content.decode()
    link = html.partition('href="https://doi.org/10.1000/1"')[2]
    assert link.partition(">")[2].startswith("R1<")


def test_a_press_leads_back_to_the_fact(desk, facts):
    answer = press(desk, facts[0], "agree")
    assert answer.status_code == 302
    assert answer.url.endswith(f"#fact-{facts[0].pk}")


def test_a_change_without_words_says_so_beside_the_field_and_keeps_the_rest(desk, facts):
    answer = press(desk, facts[0], "change", words={facts[1].pk: "half a thought"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Write what it has to say" in html
    assert "half a thought" in html
    assert not FactDecision.objects.exists()


def test_what_is_typed_beside_another_fact_survives_a_press(desk, facts):
    answer = press(desk, facts[0], "agree", words={facts[1].pk: "half a thought"})
    assert "half a thought" in answer.content.decode()
    assert FactDecision.objects.get().fact == facts[0]


def test_who_may_only_read_presses_nothing(client, facts):
    reader = signed_in(client, make_user("conditions.view_page"))
    assert 'value="agree:' not in reader.get(f"{START}{facts[0].page_id}/").content.decode()
    assert press(reader, facts[0], "agree").status_code == 403
    assert not FactDecision.objects.exists()


def test_a_fact_of_another_page_is_not_there(desk, facts):
    other = make_page(slug="other")
    answer = desk.post(f"{START}{other.pk}/", {"decision": f"agree:{facts[0].pk}"})
    assert answer.status_code == 404


@pytest.mark.parametrize("value", ["", "agree", "agree:x", "agree:999999999999"])
def test_an_odd_press_is_no_error(desk, facts, value):
    answer = desk.post(f"{START}{facts[0].page_id}/", {"decision": value})
    assert answer.status_code == 404


def test_the_table_holds_all_and_no_formula(desk, facts):
    press(desk, facts[1], "change", words={facts[1].pk: "+61 is wrong"})
    text = desk.get(f"{START}facts.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["Weight"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["Sources"] == "R1 https://doi.org/10.1000/1"
    assert (rows[1]["Decision"], rows[1]["Words"]) == ("To be changed", "'+61 is wrong")
    assert rows[2]["Fact"].startswith("'=")


def test_the_sheet_has_a_box_for_each_open_fact(desk, facts):
    press(desk, facts[0], "agree")
    html = desk.get(f"{START}sheet/?page={facts[0].page_id}").content.decode()
    assert html.count("☐ agree") == 2


@pytest.mark.parametrize("place", ["", "sheet/", "facts.csv"])
def test_who_may_not_read_pages_reads_no_facts(client, facts, place):
    nobody = signed_in(client, make_user())
    assert nobody.get(f"{START}{place}").status_code == 403
