"""Every field of every kind reaches page, preview, search, comparison and planner, or its kind says
why not. A reason that is no longer true is found as well."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django_prose_editor.fields import ProseEditorField

from conditions.blocks import BLOCKS
from conditions.blocks.kind import Role
from conditions.illustrations import illustration_names
from conditions.links import LinkField
from conditions.models import Image, Passage, Source
from conditions.publishing.comparing import compare
from conditions.publishing.verbs import publish_starter
from conditions.search import find
from conditions.search.site.passages import reading
from tests.makers import add_block, cite, make_page, make_passage, make_user, signed_in

pytestmark = pytest.mark.django_db

WORD = "zebrawort"
FIELDS = [(kind, field) for kind in BLOCKS for field in kind.draft_fields]
SEEN_AS = {"page": "page", "preview": "page", "search": "search"}
SEEN_AS |= {"comparison": "comparison", "planner": "planner"}


def new_values(kind, name, old):
    """Other values for a field: the sentinel word wherever it may stand."""
    field = kind._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return [RELATED[field.related_model]()]
    if field.choices:
        return [{name: value} for value, _ in field.choices if value != old]
    if isinstance(field, models.IntegerField):
        near = [(old or 0) + 1, (old or 0) - 1, *range(100)]
        return [{name: number} for number in near if number != old]
    if isinstance(field, ProseEditorField):
        return [{name: f"<p>{WORD}</p>{old}"}]
    if isinstance(field, LinkField):
        return [{name: f"/{WORD}/"}]
    drawings = [{name: drawing} for drawing in illustration_names() if drawing != old]
    return [{name: f"{WORD} {old}"}, *drawings]


def another_source():
    words = {"citation": f"{WORD} A. A study. 2020.", "url": f"https://{WORD}.example"}
    return {"source": Source.objects.get_or_create(code="R9", defaults=words)[0]}


def another_image():
    renditions = [{"name": f"{WORD}.webp", "width": 640}]
    image = Image.objects.create(title="A", width=640, height=400, renditions=renditions)
    return {"image_id": image.pk, "illustration": ""}


def another_passage():
    words = {"heading": f"{WORD} if:", "html": f"<ul><li>{WORD}</li></ul>"}
    return {"passage": make_passage("another", **words)}


RELATED = {Source: another_source, Image: another_image, Passage: another_passage}


def allowed(kind, page, fields):
    block = kind(parent=page, region="main", ordering=20, **fields)
    try:
        block.full_clean()
    except ValidationError:
        return None
    return block


def seen(client, staff, page, block):
    """What stands in each place once the page is published with this block."""
    block.save()
    publication = publish_starter(page=page)
    html = client.get(page.get_absolute_url()).content.decode()
    preview = staff.get(f"/admin/conditions/page/{page.pk}/frame/").content.decode()
    plans = ["/recovery/?surgery_date=2026-12-01", "/my-questions/"]
    lines = [part for change in compare({}, publication.payload) for part in change.parts]
    block.delete()
    texts = {
        "page": html.partition("<main")[2],
        "preview": preview.partition("<main")[2],
        "search": "\n".join(reading(publication.payload).columns),
        "comparison": str(lines),
        "planner": "".join(client.get(plan).content.decode() for plan in plans),
    }
    return {place: text.lower() for place, text in texts.items()}


def reached(before, after):
    """The places that the new value changed; of one that holds the word, those that show it."""
    if any(WORD in text for text in after.values()):
        return {place for place, text in after.items() if WORD in text}
    return {place for place, text in after.items() if text != before[place]}


def expected(kind, name):
    reasons = {place: kind.left_out.get(declared, {}) for place, declared in SEEN_AS.items()}
    return {place for place, why in reasons.items() if not isinstance(why, str) and name not in why}


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda part: getattr(part, "kind", part))
def test_a_field_reaches_every_place_or_its_kind_says_why_not(client, kind, name):
    page = make_page(section="guides", slug="after", in_planner=True)
    cite(page, "R0")
    add_block(page, "recovery_stage", ordering=90, heading="Then", from_week=60, to_week=None)
    staff = signed_in(Client(), make_user("conditions.view_page"))
    found = set()
    for specimen in kind.specimens():
        fields = kind.fields_from(specimen)
        tries = [{**fields, **new} for new in new_values(kind, name, fields.get(name))]
        changed = next((block for new in tries if (block := allowed(kind, page, new))), None)
        assert changed, f"no other value of {name} is allowed: add one to new_values"
        old = seen(client, staff, page, allowed(kind, page, fields))
        found |= reached(old, seen(client, staff, page, changed))
        if found >= expected(kind, name):
            break
    assert found == expected(kind, name)


def test_what_a_page_shows_the_search_finds():
    page = make_page()
    add_block(page, "recovery_stage", driving=f"{WORD} only.", work="")
    publish_starter(page=page)
    [found] = find.search(WORD, emergency_number="000").found
    assert "".join(text for text, _ in found.quote) == f"Driving: {WORD} only."


MARKUP = [
    (kind, name) for kind in BLOCKS for name, part in kind.parts.items() if part.role is Role.RICH
]


@pytest.mark.parametrize(("kind", "name"), MARKUP, ids=lambda part: getattr(part, "kind", part))
def test_a_row_that_was_written_past_the_form_publishes_no_script(kind, name):
    page = make_page()
    cite(page, "R0")
    block = kind(parent=page, region="main", ordering=20, **kind.fields_from(kind.specimens()[0]))
    block.save()
    rows = Passage.objects if name in kind.from_lists else kind.objects
    rows.update(**{name: f"<script>steal()</script><p onclick='steal()'>{WORD}</p>"})
    words = str(publish_starter(page=page).payload)
    assert WORD in words
    assert "script" not in words
    assert "onclick" not in words
