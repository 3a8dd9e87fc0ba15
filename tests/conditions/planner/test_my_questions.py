"""The sheet of questions: from what is published, the same for everybody."""

import re

import pytest

from conditions.publishing.verbs import publish, withdraw
from tests.makers import add_block, make_page, make_user

pytestmark = pytest.mark.django_db

QUESTIONS = "How long?\nWhat if <not>?\nThe fee: $ ____"


@pytest.fixture
def published():
    page = make_page(menu_title="Fusion")
    add_block(
        page,
        "checklist",
        purpose="ask",
        heading="Ask",
        lines="How long?\nWhat if <not>?\nThe fee: $ ____",
    )
    add_block(page, "checklist", ordering=30, purpose="bring", heading="Bring", lines="Your scans")
    publish(page=page, by=make_user("conditions.publish_page"))
    return page


def test_questions_stand_under_the_page_they_come_from(client, published):
    html = client.get("/my-questions/").content.decode()
    assert "Fusion</legend>" in html
    assert "How long?" in html
    assert "What if &lt;not&gt;?" in html
    assert "Your scans" not in html


def test_the_box_for_own_questions_stands_above_the_lists(client, published):
    html = client.get("/my-questions/").content.decode()
    assert html.index('id="own"') < html.index('class="question-group"')


def test_a_line_with_a_blank_to_fill_in_is_no_question(client, published):
    assert "The fee" not in client.get("/my-questions/").content.decode()


def test_a_withdrawn_page_asks_nothing(client, published):
    withdraw(page=published, by=published.publications.get().published_by)
    assert "How long?" not in client.get("/my-questions/").content.decode()


def test_the_sheet_sets_no_cookie_and_sends_nothing(client, published):
    response = client.get("/my-questions/")
    assert not response.cookies
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "name=" not in main


def opened(html):
    return re.findall(r'<details class="question-group" id="([\w-]+)" open>', html)


def test_the_sheet_opens_at_the_page_one_came_from(client, starter_pages):
    fusion = client.get("/treatments/minimally-invasive-fusion/").content.decode()
    link = re.search(r'href="(/my-questions/\?page=[^"#]+)#', fusion)[1]
    assert opened(client.get(link).content.decode()) == ["treatments-minimally-invasive-fusion"]


def test_without_a_page_or_with_an_unknown_one_the_first_questions_are_open(client, starter_pages):
    first = opened(client.get("/my-questions/").content.decode())
    assert len(first) == 1
    assert opened(client.get("/my-questions/?page=<b>").content.decode()) == first


def test_the_pages_stand_in_the_order_of_the_menu(client, starter_pages):
    html = client.get("/my-questions/").content.decode()
    links = re.findall(r'<a href="(/[^"]+/)"', html.partition('aria-label="All pages"')[2])
    menu = list(dict.fromkeys(links))
    asked = re.findall(r'<a href="(/[^"]+/)">Read about it', html)
    assert [link for link in menu if link in asked] == [link for link in asked if link in menu]
    prepare, recover = "/guides/preparing-for-surgery/", "/guides/recovery-after-fusion/"
    assert asked.index(prepare) < asked.index(recover)
