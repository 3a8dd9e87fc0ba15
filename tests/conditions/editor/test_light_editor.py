"""The editor of a long page costs little: few bytes, few queries, nothing listed in each block."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.forms.renderers import DjangoTemplates
from django.test.utils import CaptureQueriesContext

from conditions.blocks.risk_figure import RiskFigure
from conditions.editor.drawing import QuickRenderer
from conditions.models import Image, Page, Source
from conditions.publishing.starter_files import load_all
from tests.makers import add_block, cite, make_page, make_passage, make_source, make_user, signed_in

pytestmark = pytest.mark.django_db
MOST_BYTES, MOST_QUERIES = 300_000, 30
FIGURES = "conditions_riskfigure_set"


@pytest.fixture
def editor(client):
    return signed_in(client, make_user(is_superuser=True))


def address(page):
    return f"/admin/conditions/page/{page.pk}/change/"


def opened(client, page):
    response = client.get(address(page))
    assert response.status_code == 200
    return response.content.decode()


class Fields(HTMLParser):
    """What a browser would post for a page without scripts: what stands in its form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        facts = dict(attrs)
        name = facts.get("name", "")
        if tag == "input" and facts.get("type") not in {"checkbox", "submit"} and name:
            self.found[name] = facts.get("value", "")
        elif tag in {"select", "textarea"} and name:
            self.open = name
            self.found[name] = ""
        elif tag == "option" and "selected" in facts:
            self.found[self.open] = facts["value"] or ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.open:
            self.found[self.open] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.open = "" if tag in {"select", "textarea"} else self.open


def saved(client, page, **changes):
    """What a person without scripts does: open, change some boxes, save."""
    posted = {
        name: value
        for name, value in Fields(opened(client, page)).found.items()
        if "__prefix__" not in name
    }
    return client.post(address(page), {**posted, **changes, "_continue": "1"})


@pytest.fixture
def figure():
    page = make_page()
    make_source("R8")
    return add_block(page, "risk_figure", source=make_source("R7"))


def test_the_longest_page_is_light(editor):
    load_all()
    for page in Page.objects.all():
        with CaptureQueriesContext(connection) as asked:
            html = opened(editor, page)
        assert len(html.encode()) <= MOST_BYTES, page.slug
        assert len(asked) <= MOST_QUERIES, page.slug


def test_more_blocks_ask_no_more_queries(editor, figure):
    opened(editor, figure.parent)  # the first page of a process asks for more
    with CaptureQueriesContext(connection) as few:
        opened(editor, figure.parent)
    for number in range(5):
        source = make_source(f"Q{number}")
        add_block(figure.parent, "risk_figure", ordering=30 + number, source=source)
        cite(figure.parent, source.code)
        add_block(figure.parent, "passage", ordering=60 + number)
    with CaptureQueriesContext(connection) as many:
        opened(editor, figure.parent)
    assert len(many) == len(few)


def test_no_block_lists_what_it_did_not_choose(editor, figure):
    html = opened(editor, figure.parent)
    assert "R7: Sample A." in html
    assert "R8: Sample A." not in html


def test_sources_pictures_and_passages_are_searched(editor, figure):
    Image.objects.create(title="The front door", width=640, height=400, renditions=[])
    make_passage(name="Ring the nurse")
    for model, field, words in [
        ("riskfigure", "source", "R8"),
        ("citation", "source", "R8"),
        ("figure", "image", "front"),
        ("passageblock", "passage", "nurse"),
    ]:
        asked = {"app_label": "conditions", "model_name": model, "field_name": field, "term": words}
        found = editor.get("/admin/autocomplete/", asked).json()["results"]
        assert len(found) == 1, model


def test_what_is_chosen_stays_when_nothing_is_typed(editor, figure):
    assert saved(editor, figure.parent).status_code == 302
    assert RiskFigure.objects.get().source.code == "R7"


@pytest.mark.parametrize("typed", [" R8 ", "“R8”"])
def test_another_source_is_typed_without_scripts(editor, figure, typed):
    response = saved(editor, figure.parent, **{f"{FIGURES}-0-source-typed": typed})
    assert response.status_code == 302
    assert RiskFigure.objects.get().source.code == "R8"


@pytest.mark.parametrize("typed", ["R9", "1", "999", "²", "<b>"])
def test_what_names_no_source_is_refused_and_stays_in_its_box(editor, figure, typed):
    """The key of a row is no name for it: nobody sees it."""
    response = saved(editor, figure.parent, **{f"{FIGURES}-0-source-typed": typed})
    assert response.status_code == 200
    assert RiskFigure.objects.get().source.code == "R7"
    html = response.content.decode()
    assert "Select a valid choice" in html
    assert forms.utils.flatatt({"value": f"“{typed}”"}).strip() in html


def test_two_pictures_of_one_title_are_not_guessed_between(editor):
    page = make_page()
    figure = add_block(page, "figure")
    for _ in range(2):
        Image.objects.create(title="Door", width=640, height=400, renditions=[])
    typed = {"conditions_figure_set-0-image-typed": "Door"}
    assert saved(editor, page, **typed).status_code == 200
    figure.refresh_from_db()
    assert figure.image is None


def test_drawings_stand_in_one_list(editor):
    page = make_page()
    for number in range(3):
        add_block(page, "figure", ordering=30 + number)
    html = opened(editor, page)
    assert html.count('<option value="pain-map">') == 1
    assert html.count('list="our-drawings"') == 4  # and one for a new figure


def test_a_drawing_that_does_not_exist_is_refused(editor):
    page = make_page()
    add_block(page, "figure")
    response = saved(editor, page, **{"conditions_figure_set-0-illustration": "no-such"})
    assert "This drawing does not exist any more." in response.content.decode()


def test_help_that_holds_for_all_blocks_is_said_once_and_heard_at_each(editor, figure):
    html = opened(editor, figure.parent)
    assert html.count("Until a clinician signs the page") == 1
    assert html.count('id="help-instructs"') == 1
    assert html.count('aria-describedby="help-instructs"') > 2


def test_each_description_that_a_field_names_is_there(editor, figure):
    html = opened(editor, figure.parent)
    named = set(re.findall(r'aria-describedby="([^"]+)"', html))
    assert {name for name in named if f'id="{name}"' not in html} == set()


def test_who_may_only_read_gets_words_and_no_fields(client, figure):
    reader = signed_in(client, make_user("conditions.view_page", "conditions.view_riskfigure"))
    html = opened(reader, figure.parent)
    assert "R7: Sample A." in html
    assert f'name="{FIGURES}-0-source"' not in html


class EachWidget(forms.Form):
    words = forms.CharField(initial="a 'b' & <c>", help_text="Help.")
    text = forms.CharField(widget=forms.Textarea, initial='<p>"x"</p>')
    number = forms.IntegerField(initial=12_345, min_value=0)
    tick = forms.BooleanField(initial=True)
    hidden_FORMS = forms.CharField(widget=forms.HiddenInput, initial="3")  # noqa: N815
    one = forms.ChoiceField(
        choices=[("", "-"), ("a", "A & B"), ("Group", [("b", "B")])],
        initial="b",
        widget=forms.Select(attrs={"data-settings": '{"a": "it\'s"}', "class": "wide"}),
    )


def elements(html: str) -> Iterator[Any]:
    parser = HTMLParser()
    found: list[Any] = []
    parser.handle_starttag = lambda tag, attrs: found.append((tag, attrs))  # type: ignore[method-assign]
    parser.handle_data = lambda data: found.append(data.strip())  # type: ignore[method-assign]
    parser.feed(html)
    return (each for each in found if each)


@pytest.mark.parametrize("posted", [None, {"words": "", "number": "x"}])
def test_the_quick_renderer_draws_what_django_draws(posted):
    quick, slow = (EachWidget(posted, renderer=r) for r in (QuickRenderer(), DjangoTemplates()))
    assert list(elements(str(quick))) == list(elements(str(slow)))
    assert list(elements(str(quick))) != []


def test_a_source_knows_its_short_name():
    """The code is what the search box shows first, so it is what people type."""
    assert str(make_source("R7")).startswith("R7")
    assert Source._meta.get_field("code").unique
