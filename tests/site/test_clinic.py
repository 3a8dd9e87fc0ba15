"""The clinic's facts: colours that can be read, a logo that is made small."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict
from PIL import Image, ImageCms

from clinic_site.admin import ClinicForm
from clinic_site.colours import contrast, validate_brand_colour
from clinic_site.logos import SIZE, small_logo
from clinic_site.models import Clinic
from clinic_site.pictures import NotAPicture
from conditions.publishing.verbs import publish_starter
from tests.makers import make_clinic, make_page, rooms_today


def png(width=900, height=900, **extra):
    buffer = BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG", **extra)
    return SimpleUploadedFile("../../logo.png", buffer.getvalue())


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colour", ["#0e5a63", "#000000"])
def test_dark_colours_are_accepted(colour):
    validate_brand_colour(colour)


@pytest.mark.parametrize("colour", ["#ffd84d", "#777777", "red", "#12345", "#0e5a63\n"])
def test_colours_that_white_text_cannot_be_read_on_are_refused(colour):
    with pytest.raises(ValidationError):
        validate_brand_colour(colour)


def test_a_logo_is_made_small_and_named_by_its_content():
    logo = small_logo(png())
    with Image.open(logo) as image:
        assert image.format == "WEBP"
        assert image.width <= SIZE[0]
        assert image.height <= SIZE[1]
    assert "/" not in logo.name


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"BM...", "not a JPEG"),
        (b"<svg onload='alert(1)'/>", "SVG drawings cannot be used"),
        (b'<?xml version="1.0"?>\n<SVG/>', "SVG drawings cannot be used"),
        (b"GIF89a", "GIF pictures cannot be used"),
        (b"\x89PNG\r\n\x1a\nbroken", "damaged"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_picture_gets_a_message(content, why):
    with pytest.raises(NotAPicture, match=why):
        small_logo(SimpleUploadedFile("logo.png", content))


def test_a_moving_logo_is_refused():
    frames = [Image.new("RGB", (90, 90), colour) for colour in ("teal", "navy")]
    buffer = BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(NotAPicture, match="Moving"):
        small_logo(SimpleUploadedFile("logo.webp", buffer.getvalue()))


def test_a_logo_is_shown_in_the_colours_that_its_profile_means():
    """Here red stands for green: a profile that is dropped and not applied leaves it red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    swapped = bytearray(profile)
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    buffer = BytesIO()
    Image.new("RGB", (90, 90), (200, 30, 30)).save(buffer, "PNG", icc_profile=bytes(swapped))
    with Image.open(small_logo(SimpleUploadedFile("logo.png", buffer.getvalue()))) as logo:
        shown = logo.convert("RGB").getpixel((9, 9))
    assert shown[1] > 150 > 100 > shown[0]


@pytest.mark.django_db
def test_the_message_stands_beside_the_field():
    clinic = make_clinic()
    file = SimpleUploadedFile("logo.svg", b"<svg/>", "image/svg+xml")
    form = ClinicForm(model_to_dict(clinic), {"logo": file}, instance=clinic)
    assert form.errors["logo"] == [
        "SVG drawings cannot be used: they can carry programs. Save it as PNG."
    ]


@pytest.mark.django_db
def test_own_colours_come_in_a_style_sheet_of_their_own(client):
    assert "brand.css" not in client.get("/conditions/").content.decode()
    make_clinic(brand_colour="#401060")
    assert "brand.css?v=401060" in client.get("/conditions/").content.decode()
    assert "--brand:#401060" in client.get("/brand.css").content.decode()


@pytest.mark.django_db
def test_a_site_without_a_clinic_row_shows_the_sample(client):
    Clinic.objects.all().delete()
    assert client.get("/conditions/").status_code == 200


@pytest.mark.django_db
def test_a_closure_is_announced_four_weeks_ahead_and_no_longer_than_it_lasts(client):
    clinic, today = make_clinic(), rooms_today()
    publish_starter(page=make_page(section="site", slug="home", stage=None))
    for days, reason in [(-1, "Burst pipe"), (10, "Soon"), (60, "Far off")]:
        day = today + timedelta(days=days)
        clinic.closures.create(first_day=day, last_day=day, reason=reason)
    html = client.get("/").content.decode()
    assert "Soon" in html
    assert "Burst pipe" not in html
    assert "Far off" not in html


@pytest.mark.django_db
def test_the_team_page_names_the_people_of_today(client):
    publish_starter(page=make_page(section="site", slug="team", stage=None))
    make_clinic().clinicians.create(name="Dr Sam Sampledoctor", role="Surgeon")
    assert "Dr Sam Sampledoctor" in client.get("/team/").content.decode()


def test_the_second_address_is_another_one(db):
    """It is for when the first does not answer."""

    clinic = make_clinic()
    fields = {**model_to_dict(clinic), "second_email": clinic.email.upper()}
    assert "second_email" in ClinicForm(fields, instance=clinic).errors
    fields["second_email"] = "manager@home.example"
    assert ClinicForm(fields, instance=clinic).is_valid()
