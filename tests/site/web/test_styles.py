"""The style sheets are light, and shortening them changes no rule."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from django.template import Context, Template, TemplateSyntaxError

from clinic_site.web.style_sheets import shortened
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_page

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[3] / "static" / "css"
KB = 1024


def weight(name):
    return len(brotli.compress(shortened((FOLDER / name).read_text()).encode()))


def test_all_styles_of_the_public_site_weigh_ten_and_a_half_kilobytes_at_most():
    assert sum(map(weight, ["site.css", "more.css", "figures.css"])) <= 10.5 * KB


def test_a_page_to_read_needs_five_and_a_half_kilobytes_of_styles():
    assert weight("site.css") <= 5.5 * KB


def test_no_sheet_says_a_rule_twice():
    for name in ["site.css", "more.css", "figures.css"]:
        for layer in re.split("@layer|@media|@supports", shortened((FOLDER / name).read_text())):
            rules = re.findall(r"[^{}]+(?=\{)", layer)
            assert not [rule for rule in rules if rules.count(rule) > 1], name


@pytest.mark.parametrize(
    ("css", "short"),
    [
        ("/* why */\na { color: red; }\n", "a{color:red}"),
        ('a::after { content: " ; : "; }', 'a::after{content:" ; : "}'),
        ("a b > c + d ~ e { margin: 0 auto; }", "a b>c + d~e{margin:0 auto}"),
        ("p { width: calc(1px + 2 * 3px) ; }", "p{width:calc(1px + 2 * 3px)}"),
        ("p { margin: -0.5em 10.5px 0.25em v0.1; }", "p{margin:-.5em 10.5px .25em v0.1}"),
        ("a :is(b, c) { x: y }", "a :is(b,c){x:y}"),
        (
            "@media (min-width: 60rem) { .a { b: c; } }",
            "@media (min-width:60rem){.a{b:c}}",
        ),
    ],
)
def test_shortening_takes_only_what_means_nothing(css, short):
    assert shortened(css).strip() == short


@pytest.mark.parametrize("name", ["site.css", "more.css", "figures.css"])
def test_no_rule_is_lost(name):
    css = (FOLDER / name).read_text()
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert without_what_means_nothing(shortened(css)) == without_what_means_nothing(rules)


def without_what_means_nothing(css):
    return re.sub(r"[\s;]|\b0(?=\.)", "", css)


def test_the_page_holds_its_styles_and_the_policy_names_exactly_them(client):
    response = client.get("/contact/")
    html = response.content.decode()
    held = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    policy = response.headers["Content-Security-Policy"]
    assert len(held) == 2
    for css in held:
        digest = b64encode(sha256(css.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy


def test_a_sheet_that_the_policy_does_not_name_is_refused():
    with pytest.raises(TemplateSyntaxError):
        Template("{% load clinic_facts %}{% style_sheet 'admin.css' %}").render(Context())


@pytest.mark.parametrize(
    ("kind", "rule"), [("risk_figure", ".people"), ("recovery_stage", ".timeline")]
)
def test_rules_for_pictures_of_numbers_and_weeks_come_with_them_only(client, kind, rule):
    page = make_page()
    publish_starter(page=page)
    assert f"{rule}{{" not in client.get(page.get_absolute_url()).content.decode()
    add_block(page, kind)
    publish_starter(page=page)
    assert f"{rule}{{" in client.get(page.get_absolute_url()).content.decode()


def test_the_planner_draws_weeks_as_a_guide_does(client):
    assert ".timeline{" in client.get("/recovery/").content.decode()
