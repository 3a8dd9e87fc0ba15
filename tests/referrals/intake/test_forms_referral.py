"""Refer in two minutes: ten answers and a letter, or all in the form; one look back at most."""

import re
from datetime import UTC, datetime
from unittest import mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from referrals.intake import rebate
from referrals.intake.paper import ON_PAPER, paper_sheets
from referrals.intake.rebate import WARNINGS
from referrals.intake.referral_forms import FullReferralForm, QuickReferralForm
from referrals.models import Attachment, Referral
from tests.makers import quick_post, referral_post, sample_letter

pytestmark = pytest.mark.django_db
NOT_ASKED = {"form_key", "extra_line", "mode", "warned", "tries", "file_count", "without_file"}
NOT_ASKED |= {"letter_for", "one_name", "is_report"}
NOT_ON_PAPER = {
    "letter",
    "sex_term",
    "patient_email",
    "patient_agrees_mail",
}  # mail is for who uses mail


def page(client, data, **kwargs):
    return client.post("/refer/", data, **kwargs).content.decode()


def kept_in(html):
    return re.findall(r'name="kept" value="([^"]+)"', html)


def value_of(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def hidden_of(html):
    """What stands beside a letter that was kept, as a browser posts it again."""
    hidden = {name: value_of(html, name) for name in ("form_key", "letter_for")}
    return {**hidden, "letter": [""], "kept": kept_in(html)}


def test_the_quick_form_asks_ten_things_at_most():
    form = QuickReferralForm()
    required = [name for name, field in form.fields.items() if field.required]
    assert len(required) == 10
    assert required[0] == "letter"


def test_the_quick_form_comes_first_and_the_full_form_is_one_link_away(client):
    html = client.get("/refer/").content.decode()
    assert value_of(html, "mode") == "quick"
    assert 'href="/refer/?mode=full"' in html
    assert value_of(client.get("/refer/?mode=full").content.decode(), "mode") == "full"


def test_whoever_has_no_letter_yet_takes_the_template_from_the_form(client):
    link = re.search(r'<a href="([^"]+)">Word \(RTF\)</a>', client.get("/refer/").text)
    assert client.get(link[1]).headers["Content-Disposition"].endswith('"referral-letter.rtf"')


@pytest.mark.parametrize("path", ["/refer/", "/contact/"])
def test_a_form_posts_to_its_path_so_no_fragment_hides_the_next_problem(client, path):
    for html in [client.get(f"{path}?mode=full").content.decode(), page_of(client, path)]:
        assert f' action="{path}"' in re.search(r'<form class="form"[^>]*>', html)[0]


def test_a_wrong_telephone_number_says_whose_it_is(client):
    html = page(client, quick_post(patient_phone="02 5550 1111 (daughter)"))
    assert html.count("Patient’s telephone: use digits, spaces and + ( ) - only.") == 2


def page_of(client, path):
    return client.post(path, {}).content.decode()


def test_ten_answers_and_a_letter_are_a_referral(client):
    response = client.post("/refer/", quick_post(), follow=True)
    referral = Referral.objects.get()
    assert referral.reference in response.content.decode()
    assert (referral.mode, referral.urgency) == ("quick", "routine")
    assert referral.attachments.get().name == "letter.pdf"


def test_the_quick_form_asks_for_its_letter(client):
    html = page(client, quick_post(letter=[""]))
    assert "Attach the referral letter, or use the full form." in html
    assert 'href="#id_letter"' in html


def test_one_look_finds_the_mistake_and_the_number_that_does_not_add_up(client):
    html = page(client, quick_post(patient_phone="", provider_number="2426621C"))
    assert "There is a problem" in html
    beside = html.partition("Look at this too.")[2].partition("</ul>")[0]
    assert 'href="#id_provider_number"' in beside
    assert "Look at this too." not in page(client, quick_post(patient_phone=""))


def test_the_full_form_needs_no_letter(client):
    client.post("/refer/", referral_post(allergies="nil known", imaging="MRI 2026"))
    referral = Referral.objects.get()
    assert (referral.mode, referral.allergies) == ("full", "nil known")
    assert not referral.attachments.exists()


@time_machine.travel(datetime(2026, 11, 30, tzinfo=UTC))  # while the letter is valid
def test_everything_that_may_be_added_is_stored(client):
    extra = {
        "medicare_number": "3278851195",
        "medicare_irn": "2",
        "dva_number": "NX123456",
        "patient_address": "1 Sample Street\nSampleton",
        "interpreter": "Auslan",
        "reason": "Please ring after 5.",
        "practice_name": "Sample Practice",
        "practice_address": "2 Sample Street",
        "referrer_type": "gp",
        "referral_date": "20/11/2026",
        "validity": "12",
        "copy_to": "Dr Other Sample",
    }
    client.post("/refer/", quick_post(**extra, phone="02 5550 1111"))
    referral = Referral.objects.get()
    stored = {name: getattr(referral, name) for name in extra}
    assert {**stored, "referral_date": "20/11/2026"} == extra
    assert referral.sender_phone == "02 5550 1111"


@pytest.mark.parametrize(
    ("flags", "chosen", "stored"),
    [
        (["none"], "routine", "routine"),
        (["cancer"], "routine", "urgent"),
        (["cancer"], "", "urgent"),
        (["cancer"], "soon", "soon"),
        (["cauda_equina"], "soon", "urgent"),
        (["none"], "urgent", "urgent"),
    ],
)
def test_a_red_flag_makes_routine_urgent_unless_the_sender_chose(client, flags, chosen, stored):
    client.post("/refer/", quick_post(red_flags=flags, urgency=chosen))
    assert Referral.objects.get().urgency == stored


def test_emergencies_come_before_the_form_with_the_clinics_numbers(client):
    html = client.get("/refer/").content.decode()
    before = html.partition("<main")[2].partition("<form")[0]
    assert 'call <a href="tel:000">000</a>' in before
    assert "tel:0255501234" in before.split("Some patients cannot wait")[1]


def test_switching_keeps_what_was_typed_and_attached(client):
    typed = quick_post(switch="1", patient_address="1 Sample Street", signed="")
    html = page(client, typed)
    assert value_of(html, "mode") == "full"
    assert "Samplepatient" in html
    assert "1 Sample Street" in html
    assert "There is a problem" not in html
    assert kept_in(html) == [str(Attachment.objects.get().pk)]
    assert value_of(html, "form_key") == typed["form_key"]


def test_switching_back_loses_nothing_of_the_full_form(client):
    html = page(client, referral_post(switch="1", history="A fall in 2020", imaging="MRI"))
    assert value_of(html, "mode") == "quick"
    for words in ["A fall in 2020", "MRI", "Left buttock pain for a year."]:
        assert words in html


def test_a_file_refused_while_switching_is_told(client):
    program = SimpleUploadedFile("letter.pdf", b"MZ program")
    assert "We cannot read “letter.pdf”" in page(client, quick_post(switch="1", letter=program))


def test_the_letter_survives_a_mistake(client):
    html = page(client, quick_post(patient_birth_date="never"))
    assert "<strong>letter.pdf</strong>" in html
    again = quick_post(**hidden_of(html), file_count="0")
    client.post("/refer/", again)
    assert Referral.objects.get().attachments.get().name == "letter.pdf"


def test_the_letter_of_a_finished_form_is_found_when_it_is_sent_again(client):
    html = page(client, quick_post(patient_birth_date="never"))
    again = quick_post(**hidden_of(html))
    first, second = client.post("/refer/", again), client.post("/refer/", again)
    assert first["Location"] == second["Location"]
    assert Referral.objects.count() == Attachment.objects.count() == 1


def test_a_second_click_stores_one_letter(client):
    data = quick_post()
    first = client.post("/refer/", data)
    second = client.post("/refer/", {**data, "letter": sample_letter()})
    assert first["Location"] == second["Location"]
    assert Attachment.objects.count() == 1


def test_going_back_and_editing_makes_a_second_referral_with_its_own_receipt(client):
    data = quick_post()
    first = client.post("/refer/", data)
    edited = {**data, "letter": sample_letter(), "patient_phone": "0491 570 157"}
    second = client.post("/refer/", edited, follow=True)
    assert second.redirect_chain[0][0] != first["Location"]
    later = Referral.objects.get(resend_of__isnull=False)
    assert later.reference in second.content.decode()
    assert later.attachments.count() == 1


def test_a_removed_letter_is_asked_for_again(client):
    html = page(client, quick_post(patient_birth_date="never"))
    (pk,) = kept_in(html)
    again = quick_post(letter=[""], form_key=value_of(html, "form_key"), kept=[pk], remove=[pk])
    assert "Attach the referral letter" in page(client, again)
    assert not Attachment.objects.exists()


def test_a_missing_file_is_noticed_once(client):
    html = page(client, quick_post(file_count="2"))
    assert "sent 2 files, but 1 arrived" in html
    again = quick_post(**hidden_of(html), file_count="0")
    assert client.post("/refer/", again).status_code == 302


def old(**changes):
    """A quick form whose date of referral is past the twelve months."""
    return quick_post(referral_date="1/1/2020", **changes)


def test_what_would_cost_the_rebate_is_listed_before_sending(client):
    html = page(client, old())
    assert "<title>Before you send: " in html
    assert "more than 12 months old" in html
    assert 'href="#id_referral_date"' in html
    assert '<details class="form-more" open>' in html
    assert not Referral.objects.exists()


def test_a_warned_form_goes_through_as_it_is_the_second_time(client):
    html = page(client, old())
    again = old(**hidden_of(html), warned=value_of(html, "warned"))
    assert client.post("/refer/", again).status_code == 302
    referral = Referral.objects.get()
    assert referral.warnings == ["date_old"]
    assert referral.attachments.count() == 1


def test_a_corrected_form_carries_no_warning(client):
    client.post("/refer/", quick_post(warned="date_old", referral_date=""))
    assert Referral.objects.get().warnings == []


def test_a_new_problem_after_a_correction_is_told_as_well(client):
    data = quick_post(warned="date_old", referral_date="1/1/2999")
    assert "in the future" in page(client, data)


@pytest.fixture
def _wrong_numbers(monkeypatch):
    monkeypatch.setattr(rebate, "provider_number_problem", lambda number: "provider_check")
    monkeypatch.setattr(rebate, "medicare_problem", lambda number, irn: "medicare_check")


@pytest.mark.usefixtures("_wrong_numbers")
def test_wrong_numbers_warn_and_do_not_block(client):
    html = page(client, quick_post(medicare_number="1"))
    assert value_of(html, "warned") == "provider_check practice_address medicare_check"
    for words in ["provider number does not add up", "Medicare number does not add up"]:
        assert words in html


def test_a_wrong_last_letter_is_not_answered_with_the_shape_that_it_has(client):
    html = page(client, quick_post(provider_number="2426621C"))
    assert "The last letter of the provider number does not fit the rest" in html
    assert "has 6 digits" not in html


def test_whoever_has_no_provider_number_is_asked_for_an_address_and_for_no_shape(client):
    html = page(client, quick_post(provider_number="none"))
    assert value_of(html, "warned") == "practice_address"
    assert "has 6 digits" not in html
    with_address = quick_post(provider_number="none", practice_address="2 Sample Street")
    assert client.post("/refer/", with_address).status_code == 302


@pytest.mark.usefixtures("_wrong_numbers")
def test_the_practice_address_stands_in_for_the_provider_number(client):
    html = page(client, quick_post(practice_address="2 Sample Street"))
    assert value_of(html, "warned") == "provider_check"


@pytest.mark.usefixtures("_wrong_numbers")
def test_a_strict_site_asks_for_right_numbers(client, settings):
    settings.IDENTIFIER_CHECKS = "strict"
    html = page(client, quick_post(warned="provider_check practice_address"))
    assert 'id="id_provider_number_error"' in html
    assert not Referral.objects.exists()


@pytest.mark.usefixtures("_wrong_numbers")
def test_a_site_elsewhere_checks_no_numbers(client, settings):
    settings.IDENTIFIER_CHECKS = "off"
    assert client.post("/refer/", quick_post()).status_code == 302


def test_each_warning_has_plain_words_and_a_field_of_the_form():
    for warned in WARNINGS:
        assert warned.field in QuickReferralForm().fields
        assert max(len(s.split()) for s in re.split(r"[.:]", warned.words)) < 20
    assert rebate.warned_of("medicare_new").field == "medicare_number"


def test_the_referral_says_nothing_of_a_year_to_an_indefinite_one(client):
    client.post("/refer/", quick_post(referral_date="1/1/2020", validity="indefinite"))
    assert Referral.objects.get().warnings == []


@pytest.mark.parametrize("form_class", [QuickReferralForm, FullReferralForm])
def test_each_form_draws_every_field_that_has_something_in_it(form_class):
    form = form_class(initial=dict.fromkeys(QuickReferralForm.from_full, "typed"))
    drawn = {pointer.name for pointer in form.helper.layout.get_field_names()}
    assert set(form.fields) - NOT_ASKED <= drawn


@pytest.mark.parametrize(
    ("url", "ring"), [("/refer/", "Do not only write, but ring:"), ("/refer/paper/", "Urgent:")]
)
def test_who_cannot_stand_after_a_fall_goes_to_an_emergency_department(client, url, ring):
    words = " ".join(strip_tags(client.get(url).content.decode()).split())
    emergency, urgent = words.split("emergency department now", 1)[1].split(ring, 1)
    assert "a fall after which the patient cannot stand" in emergency
    assert urgent.strip().startswith("suspected cancer, or you are not sure.")


def test_the_paper_form_asks_what_the_form_asks(client):
    html = client.get("/refer/paper/").content.decode()
    for name, field in FullReferralForm().fields.items():
        if name not in NOT_ASKED | NOT_ON_PAPER:
            assert ON_PAPER.get(name, (str(field.label), ""))[0] in html, name
    assert "Suspected cancer or spinal tumour" in html
    sheets = paper_sheets()
    asked_once = sum(len(fields) for sheet in sheets for _, fields in sheet.groups)
    assert asked_once + len(sheets[0].patient) == len(
        set(FullReferralForm().fields) - NOT_ASKED - NOT_ON_PAPER
    )


def test_each_sheet_of_paper_names_the_patient_and_itself(client):
    sheets = client.get("/refer/paper/").content.decode().split('<table class="sheet"')[1:]
    assert len(sheets) == 2
    for number, sheet in enumerate(sheets, start=1):
        top = sheet.partition("</thead>")[0]
        for words in ["family name", "given names", "Date of birth", "reference"]:
            assert words in top
        assert f"Sheet {number} of 2" in top


def test_the_paper_form_is_true_at_any_hour(client):
    html = client.get("/refer/paper/").content.decode()
    assert "while they are open: Monday to Friday 8 am to 5 pm (Sydney time)" in html
    assert "as it says below" not in html


def test_a_full_disk_gives_the_form_back_with_a_way_round(client):
    with mock.patch("referrals.files.storage.write", side_effect=OSError):
        response = client.post("/refer/", quick_post(file_count="1"))
    html = response.content.decode()
    assert response.status_code == 507
    assert "We could not store your file" in html
    assert "tel:0255501234" in html
    assert 'value="Samplepatient"' in html
    assert not Referral.objects.exists()
    assert "0 arrived" not in html
    client.post("/refer/", quick_post(letter=[""], without_file="on"))
    assert Referral.objects.get().warnings == ["letter_missing"]


def test_a_disk_that_fills_up_later_keeps_the_files_it_has(client):
    html = page(client, quick_post(patient_birth_date="never"))
    again = quick_post(
        letter=sample_letter(words="two"), form_key=value_of(html, "form_key"), kept=kept_in(html)
    )
    with mock.patch("referrals.files.storage.write", side_effect=OSError):
        assert kept_in(page(client, again)) == kept_in(html)


def test_a_letter_that_could_not_be_read_is_not_called_optional(client):
    html = page(client, quick_post(letter=SimpleUploadedFile("scan.webp", b"RIFF....WEBPVP8 ")))
    assert "We cannot read “scan.webp”" in html
    label = html.partition("The referral letter")[2].partition("</label>")[0]
    assert "optional" not in label
