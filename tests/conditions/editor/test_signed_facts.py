"""What a clinician signed stays as she read it, whoever opens the page editor or its buttons."""

import re

import pytest

from conditions.models import Page, Review, ReviewFact
from conditions.publishing import reviewing, verbs
from tests.makers import make_page, make_user, signed_in

pytestmark = pytest.mark.django_db
SIGNED = "F21 a safety check\nbefore the cut"
FACT_RIGHTS = [f"{verb}_reviewfact" for verb in ("view", "add", "change", "delete")]
EDITOR = ["view_page", "change_page", *FACT_RIGHTS]
ANYBODY = [EDITOR, [*EDITOR, "publish_page"], [*EDITOR, "publish_page", "sign_review"]]


@pytest.fixture
def page():
    page = make_page()
    page.review_facts.create(text=SIGNED)
    verbs.publish_starter(page=page)
    return page


@pytest.fixture
def clinician():
    return make_user("conditions.view_page", "conditions.sign_review", username="clara")


@pytest.fixture
def signed(page, clinician):
    reviewing.sign(page=page, by=clinician)
    return page.review_facts.get()


def browser_of(client, names):
    return signed_in(client, make_user(*[f"conditions.{name}" for name in names]))


def change_url(page):
    return f"/admin/conditions/page/{page.pk}/change/"


def opened(browser, page):
    """The fields of the page editor as it is opened, as a browser would post them."""
    context = browser.get(change_url(page)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [field for form in forms for field in form]
    values = {field.html_name: field.value() for field in fields if field.name != "DELETE"}
    return {name: "" if value is None else value for name, value in values.items()}


def save(browser, page, form, **changes):
    names = {name.replace("fact_", "review_facts-0-"): v for name, v in changes.items()}
    return browser.post(change_url(page), {**form, **names})


def added(text):
    name = "review_facts-{}-{}".format
    return {"review_facts-TOTAL_FORMS": 2, name(1, "text"): text, name(1, "id"): ""}


@pytest.mark.parametrize("rights", ANYBODY)
def test_nobody_writes_over_a_signed_fact(client, page, signed, rights):
    browser = browser_of(client, rights)
    answer = save(browser, page, opened(browser, page), fact_text="Something else")
    assert "A clinician has signed this fact" in answer.text
    assert "Something else" in answer.text  # what was typed is still there
    assert ReviewFact.objects.get().text == SIGNED


@pytest.mark.parametrize("rights", ANYBODY)
def test_nobody_deletes_a_signed_fact_by_a_forged_tick(client, page, signed, rights):
    browser = browser_of(client, rights)
    answer = save(browser, page, opened(browser, page), fact_DELETE="on")
    assert "A clinician has signed this fact" in answer.text
    assert ReviewFact.objects.get().signed_by == signed.signed_by


@pytest.mark.parametrize("rights", ANYBODY)
def test_a_signed_fact_is_shown_to_be_read(client, page, signed, rights):
    html = browser_of(client, rights).get(change_url(page)).text
    (box,) = re.findall(r'<textarea name="review_facts-0-text"[^>]*>', html)
    assert "readonly" in box
    tick = re.findall(r'<input type="checkbox" name="review_facts-0-DELETE"[^>]*>', html)
    assert all("disabled" in one for one in tick)


def test_a_page_with_a_signed_fact_is_saved_and_takes_a_new_one(client, page, signed):
    """A browser writes the ends of its lines its own way."""
    browser = browser_of(client, EDITOR)
    form = {**opened(browser, page), **added("A new fact"), "title": "A new title"}
    answer = save(browser, page, form, fact_text=SIGNED.replace("\n", "\r\n"))
    assert answer.status_code == 302
    assert Page.objects.get().title == "A new title"
    assert [fact.text for fact in page.review_facts.all()] == [SIGNED, "A new fact"]


def test_what_was_signed_after_the_editor_opened_it_stays(client, page, clinician):
    browser = browser_of(client, EDITOR)
    form = opened(browser, page)
    reviewing.sign(page=page, by=clinician)
    assert "has signed this fact" in save(browser, page, form, fact_text="Other words").text
    assert ReviewFact.objects.get().text == SIGNED


def test_an_editor_changes_an_open_fact_and_adds_one(client, page):
    browser = browser_of(client, EDITOR)
    form = {**opened(browser, page), **added("A new fact")}
    assert save(browser, page, form, fact_text="Better words").status_code == 302
    assert [fact.text for fact in page.review_facts.all()] == ["Better words", "A new fact"]


@pytest.mark.parametrize(("right", "left"), [("publish_page", 1), ("sign_review", 0)])
def test_only_who_may_sign_deletes_an_open_fact(client, page, right, left):
    browser = browser_of(client, [*EDITOR, right])
    assert save(browser, page, opened(browser, page), fact_DELETE="on").status_code == 302
    assert ReviewFact.objects.count() == left


def test_a_draft_with_open_facts_can_still_be_deleted(client):
    draft = make_page()
    draft.review_facts.create(text="An open fact")
    browser = signed_in(client, make_user(is_superuser=True))
    answer = browser.post(f"/admin/conditions/page/{draft.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not Page.objects.exists()


def press_sign(browser, page, **form):
    form = {"sure": "on", **form}
    return browser.post(f"/admin/conditions/page/{page.pk}/sign/", form, follow=True).text


def button(browser, page):
    html = browser.get(f"/admin/conditions/page/{page.pk}/preview/").text
    return re.search(r'name="seen" value="(\w+)"', html)[1]


def test_the_button_signs_what_was_on_the_screen(client, page, clinician):
    browser = signed_in(client, clinician)
    assert "The next review is due" in press_sign(browser, page, seen=button(browser, page))
    assert ReviewFact.objects.get().signed_by == clinician


def test_an_old_button_does_not_sign_what_was_published_since(client, page, clinician):
    browser = signed_in(client, clinician)
    old = button(browser, page)
    Page.objects.update(title="Words she never saw")
    verbs.publish(page=page, by=make_user("conditions.publish_page"))
    page.review_facts.create(text="A fact she never saw")
    assert "changed since you read it. Read it once more." in press_sign(browser, page, seen=old)
    assert not Review.objects.exists()
    assert not ReviewFact.objects.exclude(signed_by=None).exists()
    assert "The next review is due" in press_sign(browser, page, seen=button(browser, page))


@pytest.mark.parametrize("form", [{}, {"seen": ""}, {"seen": "0" * 64}])
def test_a_button_that_does_not_say_what_was_read_signs_nothing(client, page, clinician, form):
    html = press_sign(signed_in(client, clinician), page, **form)
    assert "Read it once more." in html
    assert not Review.objects.exists()


@pytest.mark.parametrize("rights", [EDITOR, [*EDITOR, "publish_page"]])
def test_an_editor_and_a_publisher_sign_nothing(client, page, rights):
    browser = browser_of(client, rights)
    live = page.publications.get()
    seen = reviewing.read_now(live, reviewing.open_facts(page))
    url = f"/admin/conditions/page/{page.pk}/sign/"
    assert browser.post(url, {"seen": seen}).status_code == 403
    assert not Review.objects.exists()
