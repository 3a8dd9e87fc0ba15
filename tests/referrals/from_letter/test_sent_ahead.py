"""A script sends the letter ahead: it is held for its form, read, and answered."""

from xml.etree.ElementTree import tostring

import pytest
import tinyhtml5

from referrals.files import quotas
from referrals.intake.letter_views import OF_ANOTHER
from referrals.models import Attachment, Enquiry
from referrals.references import new_form_key, read_form_key
from tests.makers import PATIENT, aged_form_key, quick_post, sample_letter
from tests.referrals.from_letter.conftest import ALL

pytestmark = pytest.mark.django_db
ADDRESS = "/refer/letter/"


def told(response):
    """What the page of an answer tells, by its parts."""
    page = tinyhtml5.parse(response.text, namespace_html_elements=False)

    def part(name):
        return tostring(page.find(f".//*[@id='{name}']"), "unicode")

    return {
        "fields": {
            one.get("data-field"): (one.get("data-value"), tostring(one[0], "unicode"))
            for one in page.iterfind(".//*[@data-field]")
        },
        "emptied": [one.get("data-emptied") for one in page.iterfind(".//*[@data-emptied]")],
        "problems": [one.text for one in page.iterfind(".//*[@data-problem]")],
        "said": page.find(".//*[@id='said']").text,
        "files": part("files"),
        "urgency": part("urgency"),
    }


def ahead(client, key=None, **changes):
    fields = {"form_key": key or aged_form_key(), "mode": "quick", "letter": sample_letter()}
    return client.post(ADDRESS, {**fields, **changes})


def test_the_letter_is_held_and_its_answers_come_back_with_marks(client, letter_says):
    letter_says()
    key = new_form_key()
    page = told(ahead(client, key))
    assert Attachment.objects.get().held_for == read_form_key(key)
    assert set(page["fields"]) == set(ALL)
    assert page["fields"]["patient_birth_date"][0] == "31/1/1980"
    assert "please check" in page["fields"]["name"][1]
    assert "letter.pdf" in page["files"]
    assert "We filled in 9 fields" in page["said"]


def test_the_empty_field_below_a_kept_letter_is_for_another_file(client, letter_says):
    letter_says()
    assert "To attach another file:" in told(ahead(client))["files"]
    assert "To attach another file:" not in client.get("/refer/").content.decode()


def test_a_field_that_was_typed_is_left_out(client, letter_says):
    letter_says()
    page = told(ahead(client, patient_phone="0491 570 157"))
    assert "patient_phone" not in page["fields"]


def test_a_letter_of_another_patient_is_said_and_fills_in_nothing(client, letter_says):
    letter_says()
    page = told(ahead(client, patient_family_name="Othersample"))
    assert page["fields"] == {}
    assert "Another patient’s letter?" in page["files"]
    assert page["said"].endswith(OF_ANOTHER)


@pytest.mark.parametrize(
    ("state", "said"), [("scan", "Please read the note"), ("read", "We found nothing in it")]
)
def test_why_nothing_was_filled_in_is_said_once(client, letter_says, state, said):
    letter_says({}, state=state)
    page = told(ahead(client))
    assert said in page["said"]
    assert ("we cannot read its words" in page["files"]) == (state == "scan")


def test_what_it_says_of_the_urgency_comes_back_for_its_place(client, letter_says):
    letter_says(urgency_words=("urgently",))
    assert "The letter says “urgently”." in told(ahead(client))["urgency"]


def test_the_same_limits_hold_as_for_the_form(client, letter_says):
    letter_says()
    page = told(ahead(client, letter=sample_letter("letter.pdf", "x" * 11_000_000)))
    assert "A file may have 10 MB" in page["problems"][0]
    assert Attachment.objects.count() == 0


def test_the_same_quota_holds_as_for_the_form(client, letter_says, monkeypatch):
    letter_says()
    monkeypatch.setattr(quotas, "refusal", lambda *_, **__: "Too many files came.")
    assert told(ahead(client))["problems"] == ["Too many files came."]
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    "headers", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://other.example"}]
)
def test_another_site_cannot_send_one(client, letter_says, headers):
    letter_says()
    fields = {"form_key": aged_form_key(), "letter": sample_letter()}
    client.handler.enforce_csrf_checks = True
    assert client.post(ADDRESS, fields, **headers).status_code == 403
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("key", ["forged", ""])
def test_without_a_key_of_ours_nothing_is_held(client, letter_says, key):
    letter_says()
    fields = {"form_key": key, "letter": sample_letter()}
    assert client.post(ADDRESS, fields).status_code == 409
    assert Attachment.objects.count() == 0


def test_a_form_that_was_sent_takes_no_letter_ahead(client, letter_says):
    letter_says()
    sent = quick_post()
    client.post("/refer/", sent)
    assert ahead(client, sent["form_key"]).status_code == 409
    assert Attachment.objects.filter(enquiry=None).count() == 0


def test_a_full_disk_leaves_the_letter_to_the_form(client, letter_says, monkeypatch):
    letter_says()
    monkeypatch.setattr("referrals.files.storage.write", no_room)
    assert ahead(client).status_code == 507
    assert Attachment.objects.count() == 0


def no_room(**_):
    raise OSError("No space left on device")


def test_the_answer_is_kept_nowhere(client, letter_says):
    letter_says()
    assert "no-store" in ahead(client)["Cache-Control"]


def test_only_a_post_is_answered(client):
    assert client.get(ADDRESS).status_code == 405


def test_a_removed_letter_empties_what_it_filled_in_and_nothing_else(client, letter_says):
    letter_says()
    key = aged_form_key()
    ahead(client, key)
    pk = str(Attachment.objects.get().pk)
    stands = {"patient_family_name": PATIENT, "patient_phone": ALL["patient_phone"]}
    marks = {"kept": [pk], "remove": [pk], "from_letter": ["patient_family_name"]}
    page = told(ahead(client, key, letter="", **stands, **marks))
    assert page["emptied"] == ["patient_family_name"]
    assert Attachment.objects.count() == 0


def test_a_form_that_was_brought_back_has_its_marks_again(client, letter_says):
    letter_says()
    key = aged_form_key()
    ahead(client, key)
    kept = {"kept": [str(Attachment.objects.get().pk)], "recheck": "1", "letter": ""}
    page = told(ahead(client, key, patient_given_names="Jo", name="Dr Kim Othergp", **kept))
    assert set(page["fields"]) == {"patient_given_names"}


def test_the_referral_then_goes_with_the_letter_that_was_sent_ahead(client, letter_says):
    letter_says()
    key = aged_form_key()
    ahead(client, key)
    kept = [str(Attachment.objects.get().pk)]
    assert (
        client.post("/refer/", quick_post(form_key=key, kept=kept, letter=[""])).status_code == 302
    )
    assert Enquiry.objects.get().attachments.count() == 1
