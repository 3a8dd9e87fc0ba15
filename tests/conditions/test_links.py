"""A link leads to the web, a mailbox, a telephone or a page of ours, whatever way it came in."""

import re
from pathlib import Path
from unittest import mock

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models

from conditions.blocks import BLOCK_OF_KIND
from conditions.blocks.kind import Role
from conditions.links import LeadsSomewhereGood, clean_links, is_allowed
from conditions.models import Page, Source
from conditions.prepared.bodies import render_body
from conditions.publishing import starter_files, verbs
from tests.makers import add_block, confirmed, make_page, make_source, make_user, words_of

pytestmark = pytest.mark.django_db
BAD = [
    "javascript:alert(1)",
    " java\tscript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "https:evil",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https://site.example@evil.example",
    "https://site.example:word@evil.example/",
    "https://evil.example/\u202egpj.exe",
    "https://evil.example/\x00",
    "https://[",
    "https://a℀b.example",
    "www.evil.example",
    "mailto:",
]
GOOD = [
    "https://doi.org/10.14444/3028?x=1&y=2#z",
    "http://x.example",
    "HTTPS://x.example/a_(b)",
    "mailto:rooms@clinic.example",
    "tel:+61 2 5550 1234",
    "tel:000",
    "/treatments/steroid-injection/",
    "/",
    "#symptoms",
    "https://größe.example/ä",
]
OURS = [
    m
    for m in apps.get_models()
    if m.__module__.split(".")[0] in {"clinic_site", "conditions", "referrals"}
]
KEYS = {"link_key"}  # random letters of ours, of which a token is made
URLISH = [
    (model, field)
    for model in OURS
    for field in model._meta.concrete_fields
    if not field.is_relation and field.name not in KEYS
    if isinstance(field, models.URLField) or re.search("url|link|href|uri", field.name)
]
RICH = [
    (kind, name)
    for kind in BLOCK_OF_KIND.values()
    for name in sorted(kind.parts_that_are(Role.RICH))
]
# What may stand in an attribute that a browser follows, besides what Django and our code address.
EXPRESSION = re.compile(r'\b(?:href|src|action|formaction|poster|data)="(\{\{[^"]*)"')
MADE_BY_CODE = {
    "another_url",
    "block.picture.src",
    "canonical",
    "choice.clear",
    "clinic.logo.url",
    "drawing.src",
    "facts_url",
    "file_url",
    "form.helper.form_action",
    "form_action",
    "group.address",
    "hit.address",
    "href",
    "kept.path",
    "map.address",
    "more_address",
    "no_mail_link",
    "older_url",
    "one.address",
    "page.address",
    "page.picture.src",
    "part.query_string",
    "place.address",
    "place.url",
    "record_url",
    "request.get_full_path",  # Django writes two slashes at its start as one
    "request.path",
    "site_url",
    "square_uri",
    "status_url",
    "totp_url",
}


@pytest.mark.parametrize("address", BAD)
def test_a_bad_address_is_none(address):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", GOOD)
def test_a_good_address_stays(address):
    assert is_allowed(address)


def test_every_field_that_holds_an_address_is_one_of_ours():
    """A new one is found here by its name or its type."""
    assert {f"{m.__name__}.{f.name}" for m, f in URLISH} == {"Source.url", "TreatmentOption.link"}
    assert all(isinstance(field, LeadsSomewhereGood) for _, field in URLISH)


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize(("model", "field"), URLISH, ids=str)
def test_code_saves_no_bad_address(model, field, address):
    """By `full_clean`, and past it: at saving, at changing many, at making many."""
    row = make_source() if model is Source else add_block(make_page(), model.kind)
    setattr(row, field.name, address)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert field.name in refusal.value.message_dict
    with pytest.raises(ValidationError):
        row.save()
    with pytest.raises(ValidationError):
        model.objects.update(**{field.name: address})
    row.pk = None
    with pytest.raises(ValidationError):
        model.objects.bulk_create([row])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://site@evil.example", "ftp://x.example"]
)
def test_a_form_says_so_next_to_the_field(client, address):
    staff = confirmed(client, make_user(is_superuser=True))
    typed = {"code": "R9", "citation": "Sample A.", "url": address}
    response = staff.post("/admin/conditions/source/add/", typed)
    assert "no address that a link may lead to" in words_of(response.content.decode())
    assert "url" in response.context["adminform"].form.errors
    assert not Source.objects.filter(code="R9").exists()


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize(("kind", "name"), RICH, ids=str)
def test_rich_text_keeps_the_words_of_a_bad_link_alone(kind, name, address):
    block = add_block(make_page(), kind.kind)
    escaped = address.replace('"', "&quot;")
    row = block.passage if name in kind.from_lists else block
    setattr(row, name, f'<p>Go <a href="{escaped}">here</a></p>')
    row.full_clean()
    row.save()
    for html in (getattr(row, name), block.payload()[name]):
        assert "<a" not in clean_links(html)
        assert "here" in html


@pytest.mark.parametrize("address", BAD)
def test_drawing_refuses_what_was_published_before_a_rule_was_made(address):
    source = {"code": "R1", "citation": "Sample A.", "url": address}
    blocks = []
    for kind in BLOCK_OF_KIND.values():
        block = dict(kind.specimens()[0])
        here = f'<p><a href="{address}">here</a></p>'
        block |= dict.fromkeys(kind.parts_that_are(Role.RICH), here)
        block |= {"link": address} if "link" in block else {}
        block |= {"source": source} if "source" in block else {}
        blocks.append(block)
    payload = {"format": 1, "blocks": blocks, "glossary": [], "sources": [source]}
    html = str(render_body(payload, emergency_number="000").html)
    leads_to = re.findall(r'href="([^"]*)"', html)
    assert leads_to
    assert all(is_allowed(there) or there.startswith("./#") for there in leads_to)


def test_an_older_version_comes_back_without_its_bad_link():
    page = make_page()
    add_block(page, "treatment_option")
    add_block(page, "risk_figure", ordering=30)
    published = verbs.publish_starter(page=page)
    bad = [
        {**b, **({"link": "javascript:x"} if "link" in b else {})}
        for b in published.payload["blocks"]
    ]
    bad = [
        {
            **b,
            **(
                {"source": {"code": "R7", "citation": "B.", "url": "//evil"}}
                if "source" in b
                else {}
            ),
        }
        for b in bad
    ]
    published.payload = {**published.payload, "blocks": bad}
    verbs.restore(page=page, publication=published, by=make_user(is_superuser=True))
    assert "javascript" not in str(verbs.snapshot(page))
    assert Source.objects.get(code="R7").url == ""


def test_a_file_with_a_bad_link_is_not_loaded(tmp_path):
    page = make_page()
    add_block(page, "treatment_option", link="/treatments/")
    starter_files.write_all(folder=tmp_path)
    file = tmp_path / "conditions-sample-page.toml"
    data = starter_files.read_starter_file(file)
    data["blocks"][1]["link"] = "javascript:alert(1)"
    Page.objects.all().delete()
    with pytest.raises(ValidationError, match="no address"):
        starter_files.load_page(data)


def test_every_address_in_a_template_passes_the_one_check():
    """An address out of the database goes through the filter `address`."""
    found = {
        (str(path), expression)
        for path in Path("templates").rglob("*.html")
        for expression in EXPRESSION.findall(path.read_text())
        if "get_absolute_url" not in expression and "get_admin_url" not in expression
    }
    bare = {(path, e.partition("#")[0]) for path, e in found if not e.endswith("|address }}")}
    assert {e.strip("{} ") for _, e in bare} <= MADE_BY_CODE, bare


def test_the_rules_need_no_migration():
    with mock.patch("builtins.print"):
        call_command("makemigrations", "--check", "--dry-run")
