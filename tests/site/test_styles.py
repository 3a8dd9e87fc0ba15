"""The style sheets are light, and shortening them changes no rule."""

import re
from pathlib import Path

import brotli
import pytest
from django.core.files.base import ContentFile

from clinic_site.static_files import SmallStylesStorage, shortened

FOLDER = Path(__file__).parents[2] / "static" / "css"
KB = 1024


def weight(name):
    return len(brotli.compress(shortened((FOLDER / name).read_text()).encode()))


def test_all_styles_of_the_public_site_weigh_nine_kilobytes_at_most():
    assert weight("site.css") + weight("more.css") <= 9 * KB


def test_a_page_to_read_needs_five_kilobytes_of_styles():
    assert weight("site.css") <= 5.25 * KB


@pytest.mark.parametrize(
    ("css", "short"),
    [
        ("/* why */\na { color: red; }\n", "a{color:red}"),
        ('a::after { content: " ; : "; }', 'a::after{content:" ; : "}'),
        ("a b > c + d ~ e { margin: 0 auto; }", "a b > c + d ~ e{margin:0 auto}"),
        ("p { width: calc(1px + 2 * 3px) ; }", "p{width:calc(1px + 2 * 3px)}"),
        ("a :is(b, c) { x: y }", "a :is(b,c){x:y}"),
        (
            "@media (min-width: 60rem) { .a { b: c; } }",
            "@media (min-width:60rem){.a{b:c}}",
        ),
    ],
)
def test_shortening_takes_only_what_means_nothing(css, short):
    assert shortened(css).strip() == short


@pytest.mark.parametrize("name", ["site.css", "more.css"])
def test_no_rule_is_lost(name):
    css = (FOLDER / name).read_text()
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert re.sub(r"[\s;]", "", shortened(css)) == re.sub(r"[\s;]", "", rules)


@pytest.mark.parametrize(
    ("name", "kept"), [("css/site.css", "a{}"), ("admin/css/base.css", "a {  }")]
)
def test_only_our_own_sheets_are_shortened(tmp_path, name, kept):
    storage = SmallStylesStorage(location=tmp_path)
    content = ContentFile(b"a {  }")
    content.read()  # as Django does to find its hash
    storage.save(name, content)
    assert (tmp_path / name).read_text() == kept
