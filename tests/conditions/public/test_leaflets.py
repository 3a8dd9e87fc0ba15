"""A page as a PDF: two sides for a ward's leaflet, drawn once, and never by a crowd."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from conditions.models import GlossaryTerm, Publication, Source
from conditions.public import leaflets
from conditions.publishing.verbs import publish_starter, withdraw
from tests.makers import add_block, cite, make_clinic, make_page, make_user

pytestmark = pytest.mark.django_db
WORDS = "".join(f"<h2>Part {n}</h2><p>{'Some words to read at home. ' * 25}</p>" for n in range(6))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "leaflets"


@pytest.fixture
def drawings(monkeypatch):
    """What was to be drawn; nothing is."""
    asked = []
    monkeypatch.setattr("referrals.files.own_words.pdf_of", lambda html: asked.append(html) or PDF)
    return asked


PDF = b"%PDF-1.7 drawn"


def leaflet_page(**changes):
    page = make_page(**{"section": "guides", "slug": "consent-talk", **changes})
    publish_starter(page=page)
    return page


def address(page):
    return f"{page.get_absolute_url()}leaflet.pdf"


def test_a_leaflet_has_two_tagged_pages_with_the_rooms_and_their_number(client):
    make_clinic(name="Sample rooms", telephone="(02) 5550 1234")
    page = make_page(section="guides", slug="consent-talk", words=f"{WORDS}<p>Less [R1].</p>")
    cite(page, "R1")
    add_block(page, "figure")
    publish_starter(page=page)
    response = client.get(address(page))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    reader = PdfReader(BytesIO(response.content))
    text = " ".join(leaf.extract_text() for leaf in reader.pages)
    assert len(reader.pages) == 2
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert all(words in text for words in ["Sample rooms", "(02) 5550 1234", "Page 2 of 2"])


def test_it_is_drawn_once_for_all_who_ask(client, drawings, folder):
    page = leaflet_page()
    answers = [client.get(address(page)) for _ in range(3)]
    assert [answer.content for answer in answers] == [PDF] * 3
    assert len(drawings) == 1
    assert len(list(folder.iterdir())) == 1


def test_whoever_has_it_gets_nothing_again_and_nothing_is_drawn(client, drawings):
    page = leaflet_page()
    etag = client.get(address(page)).headers["ETag"]
    leaflets.folder().rename(leaflets.folder().with_name("thrown-away"))
    assert client.get(address(page), HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert len(drawings) == 1


def test_new_words_and_new_facts_are_drawn_anew_and_the_old_file_goes(client, drawings, folder):
    page = leaflet_page()
    client.get(address(page))
    publish_starter(page=page)
    make_clinic(telephone="(02) 5550 9999")
    client.get(address(page))
    assert "(02) 5550 9999" in drawings[1]
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_takes_nothing_costs_no_leaflet(client, drawings, folder):
    folder.write_text("in the way")
    assert client.get(address(leaflet_page())).content == PDF


@pytest.mark.parametrize(("found", "asks"), [(b"", 1), (None, 2)])
def test_what_cannot_be_drawn_says_when_to_try_again(client, monkeypatch, found, asks):
    asked = []
    monkeypatch.setattr("referrals.files.own_words.pdf_of", lambda _: asked.append(1) or found)
    page = leaflet_page()
    answers = [client.get(address(page)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["Retry-After"] == "30"
    assert "no-store" in answers[0].headers["Cache-Control"]
    assert len(asked) == asks


def test_a_crowd_does_not_take_all_threads(client, drawings):
    page = leaflet_page()
    for _ in range(leaflets.MOST_WAITING):
        leaflets._waiting.acquire()
    try:
        assert client.get(address(page)).status_code == 503
    finally:
        for _ in range(leaflets.MOST_WAITING):
            leaflets._waiting.release()
    assert drawings == []


def test_a_page_that_is_gone_has_no_leaflet(client, drawings):
    page = leaflet_page()
    withdraw(page=page, by=make_user("conditions.publish_page"))
    assert client.get(address(page)).status_code == 410
    assert client.get("/guides/never/leaflet.pdf").status_code == 404
    assert drawings == []


def test_pictures_are_inside_and_nothing_else_is_named(drawings, client):
    page = make_page(section="guides", slug="walk")
    add_block(page, "figure")
    publish_starter(page=page)
    client.get(address(page))
    assert 'src="data:image/svg+xml;base64,PH' in drawings[0]
    assert leaflets.with_pictures_inside('<img src="/media/../secrets.env">').count("secrets") == 0


def test_a_word_explained_is_plain_on_paper_and_its_meaning_stays(drawings, client):
    GlossaryTerm.objects.create(term="Pelvis", definition="The ring of bone below your belly.")
    page = leaflet_page(words="<p>The wing of your (pelvis). One small cut.</p>")
    client.get(address(page))
    assert "of your (pelvis). One small cut." in drawings[0]
    assert "The ring of bone below your belly." in drawings[0]
    assert "popovertarget" in client.get(page.get_absolute_url()).content.decode()


def test_a_number_on_a_leaflet_leads_to_a_source_and_every_source_says_what_it_is_for(
    drawings, client
):
    page = make_page(section="guides", slug="consent-talk", words="<p>Less pain [R2].</p>")
    cite(page, "R1", "R2")
    for code, words in [("R1", "Early AB, Other C. One. 2011."), ("R2", "Late CD. Two. 2012.")]:
        Source.objects.filter(code=code).update(citation=words)
    publish_starter(page=page)
    client.get(address(page))
    sources = drawings[0].partition("Sources, in full on the web page")[2]
    assert "<b>2</b> Late 2012" in sources
    assert "<b>1</b>" not in sources
    assert "Also used:" in sources.partition("Early 2011")[0]


def test_the_space_before_a_link_stands_in_it_so_that_no_line_ends_after_its_first_word(
    drawings, client
):
    page = leaflet_page(words='<p>Not sure? Ring us on <a href="/contact/">this page</a>.</p>')
    client.get(address(page))
    assert 'Ring us on<a href="/contact/"> this page</a>.' in drawings[0]


def test_the_page_offers_it(client):
    page = leaflet_page()
    assert "Download as PDF (two pages)" in client.get(page.get_absolute_url()).content.decode()
    other = leaflet_page(slug="walk", title="Other")
    html = client.get(other.get_absolute_url()).content.decode()
    assert "two pages" not in html
    assert 'href="/guides/walk/leaflet.pdf"' in html
    assert Publication.objects.count() == 2


@pytest.mark.parametrize("slug", ["preparing-for-surgery", "your-first-appointment"])
def test_a_page_that_asks_to_be_printed_offers_it_at_its_top_too(client, slug):
    page = leaflet_page(slug=slug, title="Prepare")
    html = client.get(page.get_absolute_url()).content.decode()
    assert html.count(f'href="/guides/{slug}/leaflet.pdf"') == 2
    assert "Open as PDF, to print or keep" in html.partition("</h1>")[2][:600]
