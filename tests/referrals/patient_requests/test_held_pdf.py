"""Everything held about a patient as one PDF: all of it, nobody else's, never without its rows."""

from io import BytesIO

import pytest
from django.db import OperationalError, connection
from pypdf import PdfReader

from referrals.files import records
from referrals.inspecting import bounded
from referrals.intake.submitting import submit
from referrals.models import AccessLog, Enquiry, Notification
from referrals.patient_requests import pages, verbs
from referrals.patient_requests.held import held_of, held_pdf, other_requests
from referrals.timeline import add_line
from referrals.workflow import verbs as workflow
from tests.makers import confirmed, form_key, hold_letter, make_user, message, referral, submitted
from tests.referrals.patient_requests.asking import (
    LIST,
    PROOF,
    administrator,
    correction,
    noted,
    proved,
    receptionist,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee():
    return administrator()


@pytest.fixture
def hers():
    key = form_key()
    letter = hold_letter(key, name="letter of a sample.pdf")
    return submit(enquiry=referral(), form_key=key, attachments=[letter])


@pytest.fixture
def ask(lee, hers):
    """Open, proved, with a referral and a message of hers."""
    wrote = submitted(message(sender_phone="0491 570 156", text="May I drive?"))
    ask = proved(by=lee)
    references = [hers.reference, wrote.reference]
    return verbs.choose(patient_request=ask, references=references, by=lee)


@pytest.fixture
def browser(client, lee):
    return confirmed(client, lee)


def copy(ask):
    return f"{LIST}{ask.pk}/copy/"


def drawn(ask):
    references = verbs.chosen(ask)
    others = other_requests(ask, references)
    return held_pdf(patient_request=ask, references=references, others=others)


def words_of_pdf(content):
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


def test_it_holds_the_referral_the_message_the_steps_the_mails_and_the_request(lee, ask, hers):
    colleague = make_user("referrals.view_enquiry", "referrals.change_enquiry", username="kim")
    opened = workflow.open_(enquiry=Enquiry.objects.get(pk=hers.pk), by=colleague)
    workflow.ask(enquiry=opened, by=colleague, note="Which side is it?")
    text = words_of_pdf(drawn(ask))
    for words in (
        *("Jo Samplepatient", "31 January 1980", "Left buttock pain for a year.", "2426621B"),
        *("letter of a sample.pdf", "PDF", "May I drive?", "Which side is it?"),
        *("More information asked for", "sam@practice.example", "Acknowledgement, to the sender"),
        *(ask.reference, hers.reference, PROOF, "2 enquiries"),
    ):
        assert words in text, words


def test_it_holds_nothing_of_another_patient(ask):
    submitted(referral(patient_family_name="Sampleother", reason="Canary pain"))
    text = words_of_pdf(drawn(ask))
    assert "Sampleother" not in text
    assert "Canary" not in text


def test_an_earlier_request_about_the_same_enquiries_is_in_it(lee, ask, hers):
    earlier = noted(correction(), by=lee)
    verbs.choose(patient_request=earlier, references=[hers.reference], by=lee)
    text = words_of_pdf(drawn(ask))
    assert earlier.reference in text
    assert "The right side." in text


def logged_as_held():
    return set(AccessLog.objects.filter(action="held").values_list("reference", flat=True))


def tied_to(hers, new_request, *, by):
    other = proved(new_request, by=by)
    return verbs.choose(patient_request=other, references=[hers.reference], by=by)


GUARDIAN = {
    "asked_for_by": "Ex Samplehusband, guardian",
    "contact": "1 Canarystreet",
    "note": "Canary note of staff",
    "patient_phone": "0491 570 159",
    "is_wrong": "Canary wrong",
    "should_say": "Canary right",
}


@pytest.mark.parametrize(
    "whose",
    [
        {"patient_given_names": "Max"},
        {"patient_family_name": "Sampleother"},
        {"patient_birth_date": None},
    ],
)
def test_a_request_of_somebody_else_about_the_same_enquiry_is_not_in_it(
    browser, lee, ask, hers, whose
):
    other = tied_to(hers, correction(**GUARDIAN, **whose), by=lee)
    verbs.end(patient_request=other, outcome="refused", note="Canary answer", by=lee)
    text = words_of_pdf(browser.post(copy(ask)).content)
    for word in ("Canary", "Samplehusband", "Max", PROOF + " " + PROOF, other.reference):
        assert word not in text, word
    assert other.reference not in logged_as_held()


def test_of_another_request_of_hers_there_is_neither_who_asked_nor_where_it_went(
    browser, lee, ask, hers
):
    spelt = {"patient_family_name": "SAMPLE-Patient", "patient_given_names": "JO"}
    other = tied_to(hers, correction(**GUARDIAN, **spelt), by=lee)
    text = words_of_pdf(browser.post(copy(ask)).content)
    assert f"Another request, {other.reference}" in text
    assert text.count(PROOF) == 2  # of the request itself, and the line of what we did
    for word in ("Canary", "Samplehusband", "0491 570 159"):
        assert word not in text, word
    assert other.reference in logged_as_held()


def test_an_enquiry_that_was_taken_off_while_it_was_drawn_leaves_with_nobody(
    browser, lee, ask, hers, monkeypatch
):
    def slow(**drawn):
        content = held_pdf(**drawn)
        verbs.choose(patient_request=ask, references=[], by=lee)
        return content

    monkeypatch.setattr(pages, "held_pdf", slow)
    answer = browser.post(copy(ask))
    assert answer.status_code == 422
    assert "A colleague changed which enquiries" in answer.text
    assert not answer.content.startswith(b"%PDF")
    assert logged_as_held() == set()


def test_where_nothing_is_held_it_says_so(lee):
    assert "None is held." in words_of_pdf(drawn(proved(by=lee)))


def test_long_texts_are_whole_and_do_not_stand_in_a_table(lee):
    long = submitted(referral(reason="word " * 2000 + "the end"))
    ask = proved(by=lee)
    verbs.choose(patient_request=ask, references=[long.reference], by=lee)
    assert "the end" in words_of_pdf(drawn(ask))


def test_it_is_saved_by_a_button_once_and_kept_by_nobody(browser, ask):
    page = browser.get(copy(ask))
    assert "Save the PDF" in page.text
    answer = browser.post(copy(ask))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="{ask.reference}_held.pdf"'
    )
    assert ask.lines.last().kind == "copied"


def test_each_enquiry_in_it_has_its_row_and_counts_as_opened(browser, ask, hers):
    browser.post(copy(ask))
    rows = set(AccessLog.objects.filter(action="held").values_list("reference", flat=True))
    assert rows == {ask.reference, *verbs.chosen(ask)}
    assert Enquiry.objects.get(pk=hers.pk).opened_at is not None


def test_no_row_no_pdf(browser, ask):
    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "referrals_accesslog" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        answer = browser.post(copy(ask))
    assert answer.status_code == 503
    assert b"%PDF" not in answer.content
    assert ask.lines.last().kind != "copied"


def test_nobody_gets_it_before_the_proof(browser, lee):
    ask = noted(by=lee)
    assert "First make sure who asks" in browser.get(copy(ask)).text
    answer = browser.post(copy(ask))
    assert answer.status_code == 422
    assert not AccessLog.objects.filter(action="held").exists()


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_code_is_asked_for_that_was_typed_lately(client, lee, ask, way):
    browser = confirmed(client, lee, ago=3600)
    answer = getattr(browser, way)(copy(ask))
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/account/")


def test_a_receptionist_gets_none(client, ask):
    browser = confirmed(client, receptionist())
    assert browser.get(copy(ask)).status_code == 403
    assert browser.post(copy(ask)).status_code == 403


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (bounded.Busy(), "Press again in a minute"),
        (bounded.TookTooLong(), "took too long"),
        (bounded.ClockRanOut(), "took too long"),
        (bounded.Failed(1), "could not be made"),
        (bounded.Failed(records.NO_PANGO), "libpango"),
    ],
)
def test_where_it_cannot_be_made_the_page_says_what_to_do(
    browser, ask, monkeypatch, problem, words
):
    def child(*args, **kwargs):
        raise problem

    monkeypatch.setattr(records, "child", child)
    answer = browser.post(copy(ask))
    assert answer.status_code == 503
    assert words in answer.text
    assert not AccessLog.objects.filter(action="held").exists()


def test_a_child_that_runs_out_of_time_ends_in_words(browser, ask, monkeypatch):
    bounds = {"data": b"", "cpu_seconds": 5, "wall_seconds": 0.5, "memory": records.MEMORY}
    sleeper = ("timeit", "-n1", "-r1", "import time; time.sleep(60)")
    monkeypatch.setattr(records, "child", lambda *_, **__: bounded.run(*sleeper, **bounds))
    answer = browser.post(copy(ask))
    assert answer.status_code == 503
    assert "Making it took too long." in answer.text


def test_the_press_is_for_once_and_says_how_long_it_takes(browser, ask):
    page = browser.get(copy(ask)).text
    assert "Press once" in page
    assert 'data-once="It is being made…"' in page
    assert "js/press_once" in page


def test_a_mail_that_was_refused_stands_in_it_as_such(ask, hers):
    mail = hers.notifications.first()
    refused = {"state": "dead", "failure": "refused", "failures_in_a_row": 1}
    Notification.objects.filter(pk=mail.pk).update(**refused)
    assert "Could not be delivered" in words_of_pdf(drawn(ask))


def test_a_corrected_field_is_named_without_what_stood_there_before(hers):
    note = "Family name: “Right”. Before: “Anotherpatient”.\nWhy: misread, was Anotherpatient"
    add_line("details_corrected", enquiry=hers, at=hers.received_at, note=note)
    lines = [event.note for event in held_of(hers, set()).events]
    assert "Corrected: Family name." in lines
    assert "Anotherpatient" not in str(lines)
