"""The style guide is for staff and DEBUG only."""

import re
from pathlib import Path

import pytest

from clinic_site.colours import contrast
from conditions.blocks import BLOCKS
from conditions.public.specimens import LIGHT
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db

CSS = Path(__file__).parents[3] / "static" / "css"


def test_a_stranger_does_not_find_it(client):
    assert client.get("/styleguide/").status_code == 404


def test_a_password_alone_does_not_open_it(client):
    client.force_login(make_user())
    assert client.get("/styleguide/").status_code == 404


def test_staff_see_every_drawing_in_every_scheme(client):
    html = signed_in(client, make_user()).get("/styleguide/").content.decode()
    assert html.count("three-implants.svg") == 6


def test_debug_opens_it(client, settings):
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


def test_every_kind_of_block_and_every_state_of_a_review_is_shown(client, settings):
    settings.DEBUG = True
    html = client.get("/styleguide/").content.decode()
    for kind in BLOCKS:
        for block in kind.specimens():
            assert all(line.text in html for line in kind.search_lines(block) if line.level), kind
    for state in ("pending", "signed", "changed", "overdue"):
        assert f'data-state="{state}"' in html


def test_a_scheme_is_chosen_by_its_name_alone(client, settings):
    settings.DEBUG = True
    assert "styleguide sheet sheet-dark" in client.get("/styleguide/?scheme=dark").content.decode()
    assert "sheet-evil" not in client.get("/styleguide/?scheme=evil").content.decode()


def tokens(css, start):
    """The custom properties of the rule that begins with `start`."""
    rule = css[css.index(start) :].partition("}")[0]
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", rule))


def test_the_style_guide_shows_the_colours_of_the_site():
    site, guide = (CSS / "site.css").read_text(), (CSS / "styleguide.css").read_text()
    dark = tokens(site[site.index("prefers-color-scheme: dark") :], ":root {")
    light = tokens(site, ":root {")
    assert tokens(guide, ".sheet-dark {") == dark
    assert tokens(guide, ".sheet-light {") == {name: light[name] for name in dark}
    assert {f"--{name}": value for name, value in LIGHT.items()}.items() <= light.items()


@pytest.mark.parametrize("ground", ["paper", "card", "sand", "tint"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_seven_to_one_on_every_ground(scheme, ground):
    css = (CSS / "site.css").read_text()
    css = css[css.index("prefers-color-scheme: dark") :] if scheme == "dark" else css
    values = tokens(css, ":root {")
    for name in ("ink", "soft-ink", "link"):
        assert contrast(values[f"--{name}"], values[f"--{ground}"]) >= 7, name
