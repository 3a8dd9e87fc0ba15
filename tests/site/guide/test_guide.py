"""The staff guide: what it names is there, every page leads to it, everybody may read it."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from clinic_site.guide import pages, text
from clinic_site.guide.sections import SECTIONS, section_for
from clinic_site.guide.text import FILE, PICTURES, drawn, guide
from conditions.publishing.readability import grade, longer_than, sentences
from tests.codes import PASSWORD, with_phone
from tests.makers import make_user, signed_in
from tests.tables import ROOT

pytestmark = pytest.mark.django_db
TEXT = FILE.read_text()
GUIDE = "/admin/guide/"
MOST_BYTES = 1_200_000
LEAST_PICTURES = 10
STAFF_PAGES = {
    "/admin/": "what-each-banner-means",
    "/admin/referrals/enquiry/": "a-referral-from-mail-to-filed",
    "/admin/conditions/page/": "publish-a-page",
    "/admin/auth/user/": "a-colleague-starts",
    "/admin/account/": "a-lost-phone",
    "/admin/health/": "when-the-site-is-down",
}


@pytest.fixture(autouse=True)
def _drawn_anew():
    guide.cache_clear()
    yield
    guide.cache_clear()


def ids():
    return set(re.findall(r'<h[23] id="([\w-]+)"', guide().body))


def all_words_of_the_site():
    folders = [ROOT / "templates", *(ROOT / name for name in ("clinic_site", "conditions"))]
    paths = [path for folder in [*folders, ROOT / "referrals"] for path in folder.rglob("*.*")]
    texts = [path.read_text() for path in paths if path.suffix in {".html", ".py"}]
    return " ".join(" ".join(texts).split())


def test_each_picture_that_is_named_is_there_and_none_is_left_over():
    named = re.findall(r"!\[[^\]]+\]\(\.\./static/guide/([\w-]+\.webp)\)", TEXT)
    assert sorted(named) == sorted(path.name for path in PICTURES.iterdir())
    assert len(named) >= LEAST_PICTURES
    assert TEXT.count("![") == len(named)


def test_all_pictures_together_are_light():
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) <= MOST_BYTES


def test_each_section_that_a_page_leads_to_is_there():
    assert set(SECTIONS.values()) - ids() == set()
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) - ids() == set()


BY_DJANGO = {"Add another Closure", "Save"}
BY_DJANGO |= {"Notified addresses"}
NO_BUTTON = {"bold", "You are signed out"}


def test_each_button_that_is_named_stands_on_the_site():
    """As the whole of what is pressed. What ends a sentence is no button; Django writes a few."""
    site = all_words_of_the_site()
    found = {words for words in re.findall(r"\*\*([^*]+)\*\*", TEXT) if words[-1] not in ".?:"}
    ours = found - BY_DJANGO - NO_BUTTON
    whole = {w for w in ours if re.search(rf"""[>"“'}}] ?{re.escape(w)}(?: ?[<"”'{{]|…)""", site)}
    assert ours - whole == set()
    assert len(ours) > 30


def test_it_reads_easily():
    """Steps are for somebody in a hurry: about as hard as a book for ten-year-olds."""
    text = re.sub(r"<table>.*?</table>", "", guide().body, flags=re.DOTALL)
    steps = "".join(re.findall(r"<ol>.*?</ol>", text, re.DOTALL))
    assert grade(steps) <= 6
    assert grade(text) <= 6
    assert longer_than(25, sentences(text)) == []


def test_the_page_shows_every_section_and_leads_to_each(client):
    html = client.get(GUIDE).content.decode()
    for anchor, words in guide().contents:
        assert f'<a href="#{anchor}">{words}</a>' in html
        assert f'<h2 id="{anchor}">{words}</h2>' in html
    assert html.count("<h1") == 1


def test_a_mail_that_came_back_has_steps_that_end_with_the_news_sent_again():
    """The site sees a refused mail; one that a server sends back later lies in a mailbox."""
    steps = guide().body.partition('id="a-mail-came-back"')[2].partition("</ol>")[0]
    assert "Who was told" in steps
    assert "Send the receipt and the last news to this address" in steps


def test_a_picture_has_its_place_before_it_comes():
    assert re.findall(
        r'<img src="/static/guide/inbox.webp"[^>]* width="\d+" height="\d+"', guide().body
    )
    assert guide().body.count("<img ") == guide().body.count('loading="lazy"')


def test_a_picture_that_is_gone_or_not_collected_yet_never_breaks_the_guide(monkeypatch):
    gone = drawn("# A\n\n![What was on it](../static/guide/gone.webp)\n").body
    assert 'alt="What was on it"' in gone

    def not_collected(name):
        raise ValueError(name)

    monkeypatch.setattr(text, "static", not_collected)
    body = drawn("# A\n\n![The inbox](../static/guide/inbox.webp)\n").body
    assert 'src="/static/guide/inbox.webp"' in body


def test_what_looks_like_markup_in_the_file_is_shown_and_does_nothing():
    body = drawn("# A\n\n## B\n\n<script>x</script> [y](javascript:z)\n").body
    assert "<script" not in body
    assert 'href="javascript' not in body


@pytest.mark.parametrize(("path", "section"), STAFF_PAGES.items())
def test_each_staff_page_leads_to_the_section_that_fits_it(client, path, section):
    staff = signed_in(client, with_phone())
    html = staff.get(path).content.decode()
    assert html.count(f'href="/admin/guide/#{section}" target="guide"') == 1
    assert html.count('class="guide-link"') == 1


def test_the_sign_in_pages_lead_to_it_too():
    with_phone()
    stranger = Client()
    assert "/admin/guide/#a-lost-phone" in stranger.get("/admin/account/login/").content.decode()
    stranger.post("/admin/account/login/", {"login": "robin", "password": PASSWORD})
    html = stranger.get("/admin/account/2fa/authenticate/").content.decode()
    assert "/admin/guide/#a-lost-phone" in html


def test_it_opens_to_who_lost_her_phone_and_to_nobody_more_of_the_staff_site():
    html = Client().get(GUIDE).content.decode()
    assert "Ring the colleague who looks after accounts" in html
    assert "logout-form" not in html
    password_only = Client()
    password_only.force_login(make_user())
    assert password_only.get(GUIDE).status_code == 200
    assert password_only.get("/admin/").status_code == 302


def test_it_takes_nothing(client):
    assert client.post(GUIDE).status_code == 405


def test_a_server_without_the_file_says_not_found(client, monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(pages, "guide", gone)
    assert client.get(GUIDE).status_code == 404


def test_a_page_that_no_line_names_leads_to_the_beginning():
    assert section_for("conditions:home") == ""
    assert section_for("admin:referrals_enquiry_change") == "a-referral-from-mail-to-filed"
    assert section_for("admin:referrals_enquiry_erase") != section_for("admin:referrals_enquiry_do")


def test_the_narrower_line_stands_above_the_wider():
    """Else it would never count."""
    names = list(SECTIONS)
    for number, name in enumerate(names):
        assert section_for(name.replace("*", "x")) == SECTIONS[name], (number, name)


def test_every_staff_page_has_a_section_but_what_is_named_here():
    """A new room of the staff site gets a line in `sections.py`."""
    without = {
        name
        for name in names_of_staff_pages()
        if not section_for(name) and not name.startswith("admin:(")
    }
    assert without <= {
        "admin:guide",
        "admin:login",
        "admin:logout",
        "admin:password_change",
        "admin:password_change_done",
        "admin:autocomplete",
        "admin:jsi18n",
        "admin:view_on_site",
        "admin:app_list",
        "staff_session",
        "end_session",
        "end_other_sessions",
        "kept_forms",
    }


def names_of_staff_pages():
    resolver = get_resolver()
    admin = {
        f"admin:{name}"
        for name in resolver.namespace_dict["admin"][1].reverse_dict
        if isinstance(name, str)
    }
    account = next(one for one in resolver.url_patterns if str(one.pattern) == "admin/account/")
    return admin | {pattern.name for pattern in account.url_patterns}


def test_the_file_is_where_a_code_host_finds_it():
    assert FILE == settings.BASE_DIR / "docs" / "staff-guide.md"
