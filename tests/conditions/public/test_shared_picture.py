"""What a message shows beside the address of a page that somebody shares."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from conditions.public.sharing import DEFAULT, MADE_OF, digest_of, shared_picture
from conditions.publishing.verbs import publish_starter
from tests.makers import add_block, make_page

pytestmark = pytest.mark.django_db
STATIC = Path(settings.BASE_DIR) / "static"
DRAWINGS = sorted((STATIC / "illustrations").glob("*.svg"))
DEFAULT_ADDRESS = f"http://localhost:8000/static/shared/{DEFAULT[0]}.png"


def told(client, address):
    """What the head of a page says of its picture, by name."""
    head = client.get(address).content.decode().partition("</head>")[0]
    return dict(re.findall(r'<meta property="og:(image[a-z:]*)" content="(.*?)">', head))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_each_drawing_has_a_picture_of_the_asked_size_made_of_it_as_it_is_now(drawing):
    with Image.open(STATIC / "shared" / f"{drawing.stem}.png") as picture:
        assert picture.size == (1200, 630)
        assert picture.text[MADE_OF] == digest_of(drawing), "run: make shared-pictures"


def test_no_picture_is_left_of_a_drawing_that_is_gone():
    pictures = {path.stem for path in (STATIC / "shared").iterdir()}
    assert pictures == {path.stem for path in DRAWINGS}


def test_a_page_shows_its_first_picture_and_says_what_it_is(client):
    page = make_page()
    for place, name in enumerate(["pain-map", "broach"]):
        add_block(page, "figure", ordering=40 + place, illustration=name, alt=f"A {name} “&”")
    publish_starter(page=page)
    assert told(client, page.get_absolute_url()) == {
        "image": "http://localhost:8000/static/shared/pain-map.png",
        "image:width": "1200",
        "image:height": "630",
        "image:alt": "A pain-map “&amp;”",
    }


@pytest.mark.parametrize("address", ["/conditions/sample-page/", "/recovery/", "/contact/"])
def test_a_page_without_one_has_the_picture_of_the_site(client, address):
    publish_starter(page=make_page())
    assert told(client, address)["image"] == DEFAULT_ADDRESS
    assert told(client, address)["image:alt"] == DEFAULT[1]


def test_an_uploaded_picture_goes_as_it_is_in_its_largest_size(settings):
    settings.SITE_URL = "https://clinic.example"
    files = [{"name": "a-480.webp", "width": 480}, {"name": "a-960.webp", "width": 960}]
    picture = {"image": 1, "width": 1920, "height": 1000, "renditions": files}
    shared = shared_picture([{"kind": "figure", "picture": picture, "alt": "A room"}])
    assert shared == ("https://clinic.example/media/images/a-960.webp", 960, 500, "A room")


def test_a_drawing_that_is_gone_leaves_the_next_one(monkeypatch):
    def gone(path):
        if "lost" in path:
            raise ValueError(path)
        return f"/static/{path}"

    monkeypatch.setattr("conditions.public.sharing.static", gone)
    figures = [
        {"kind": "figure", "picture": None, "alt": ""},
        {"kind": "figure", "picture": {"illustration": "lost"}, "alt": "Lost"},
        {"kind": "figure", "picture": {"illustration": "broach"}, "alt": "A broach"},
    ]
    assert shared_picture(figures).alt == "A broach"
    assert shared_picture(figures[:2]).alt == DEFAULT[1]


@pytest.mark.parametrize("address", ["/search/?q=pain", "/none/"])
def test_pages_that_are_nobodys_business_have_none(client, address):
    assert told(client, address) == {}
