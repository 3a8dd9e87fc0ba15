"""A logo of any shape leaves every page as it was: small, legible, on a ground it is seen on."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route

from clinic_site.admin import ClinicForm
from clinic_site.logos import drawn, small_logo
from clinic_site.models import Clinic
from clinic_site.pictures import NotAPicture
from tests.makers import make_clinic

pytestmark = pytest.mark.django_db
CLEAR = (0, 0, 0, 0)
RATIOS = """() => {
    const image = document.querySelector(".site-name img"), style = getComputedStyle(image);
    const drawn = parseFloat(style.width) / parseFloat(style.height);
    return [drawn, image.naturalWidth / image.naturalHeight];
}"""
BOX = "(selector) => document.querySelector(selector).getBoundingClientRect().toJSON()"


def logo(width, height, ink="navy", ground=CLEAR, margin=0):
    """A frame and a bar, on see-through ground."""
    picture = Image.new("RGBA", (width + 2 * margin, height + 2 * margin), ground)
    inside = (margin, margin, margin + width - 1, margin + height - 1)
    ImageDraw.Draw(picture).rectangle(inside, outline=ink, width=max(2, height // 10))
    return picture


def upload(picture, kind="PNG", **options):
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return SimpleUploadedFile("logo.png", buffer.getvalue(), "image/png")


def with_logo(picture, kind="PNG", **changes):
    clinic = make_clinic(**changes)
    data = {field.name: getattr(clinic, field.name) for field in clinic._meta.fields}
    form = ClinicForm(data, {"logo": upload(picture, kind)}, instance=clinic)
    assert form.is_valid(), form.errors
    return form.save()


SHAPES = {
    "tall": logo(100, 380),
    "square": logo(900, 900),
    "wide": logo(1200, 200),
    "very wide": logo(2300, 200),
    "tiny": logo(16, 16),
    "wide with margins": logo(600, 100, margin=400),
    "a photograph": Image.new("RGB", (1600, 900), "white"),
}


@pytest.fixture
def browse(page: Page, client):
    """Opens an address in Chromium, with what the site answers in this test."""

    def open_at(width, address="/conditions/", scheme="light"):
        logo_url = Clinic.objects.get().logo.url
        answers = {path: client.get(path) for path in [address, logo_url]}

        def answer(route: Route) -> None:
            response = answers.get(urlsplit(route.request.url).path)
            if response is None:
                route.abort()
                return
            body = b"".join(response.streaming_content) if response.streaming else response.content
            route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.route("**/*", answer)
        page.goto(f"http://localhost:8000{address}")
        return page

    return open_at


@pytest.mark.parametrize("shape", SHAPES)
def test_no_logo_makes_the_header_high_or_the_page_wide(browse, shape):
    with_logo(SHAPES[shape])
    page = browse(320)
    assert page.evaluate("document.querySelector('.site-name img').naturalWidth") > 0
    for width in [320, 390, 1280]:
        page.set_viewport_size({"width": width, "height": 800})
        picture = page.evaluate(BOX, ".site-name img")
        assert width == 320 or page.evaluate(BOX, ".band")["height"] <= 120
        assert picture["height"] <= 52
        assert picture["width"] <= 220
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn_ratio, natural_ratio = page.evaluate(RATIOS)
    assert drawn_ratio == pytest.approx(natural_ratio, rel=0.1)


def test_a_long_name_beside_a_logo_stays_in_the_header(browse):
    with_logo(
        SHAPES["square"], name="The Northern Rivers Sacroiliac Joint and Spine Clinic of Sample"
    )
    assert browse(390).evaluate(BOX, ".band")["height"] <= 120


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"), [("navy", "rgb(255, 255, 255)"), ("white", "rgba(0, 0, 0, 0)")]
)
def test_dark_ink_stands_on_a_plate_and_light_ink_on_the_band(browse, ink, ground, scheme):
    with_logo(logo(400, 200, ink=ink))
    page = browse(390, scheme=scheme)
    image = page.locator(".site-name img")
    assert image.evaluate("i => getComputedStyle(i).backgroundColor") == ground


def test_a_wordmark_stands_for_the_name_on_a_telephone_but_not_for_a_screen_reader(browse):
    with_logo(SHAPES["wide"])
    page = browse(390)
    assert page.evaluate(BOX, ".site-name strong")["width"] <= 1
    assert page.get_by_role("link", name="Sacroiliac Joint Clinic").first.is_visible()


def test_a_logo_from_before_and_one_whose_file_is_lost_break_no_page(browse):
    Clinic.objects.update(logo="logo/0123456789abcdef.webp")
    page = browse(390)
    assert page.evaluate(BOX, ".band")["height"] <= 120


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (Image.new("RGBA", (200, 100), CLEAR), "all of it is see-through"),
        (Image.new("RGB", (1300, 100), "red"), "12 times as wide"),
        (Image.new("RGB", (100, 401), "red"), "4 times as high"),
    ],
)
def test_what_cannot_be_a_logo_is_said(picture, why):
    with pytest.raises(NotAPicture, match=why):
        small_logo(upload(picture))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16"])
def test_pictures_of_every_depth_are_taken(mode):
    picture = Image.new(mode, (300, 100), 200 if mode in {"1", "L", "P", "I;16"} else None)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert drawn(small_logo(upload(picture, kind)).name).width == 132


def test_see_through_margins_are_cut_off():
    found = drawn(small_logo(upload(logo(300, 100, margin=500))).name)
    assert (found.width, found.height) == (132, 44)


def test_the_name_of_a_stored_logo_survives_a_second_upload(client):
    with_logo(SHAPES["wide"])
    again = with_logo(SHAPES["wide"])
    assert again.logo_drawn == drawn(small_logo(upload(SHAPES["wide"])).name)
    assert client.get(reverse("media", args=[again.logo.name])).status_code == 200
