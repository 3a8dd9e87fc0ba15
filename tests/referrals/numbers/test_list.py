"""A list for a spreadsheet: harmless in every cell, noted for each line, and without people unless
they are ticked by somebody who may."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.utils import timezone

from referrals.models import AccessLog, Enquiry
from referrals.numbers import exporting
from referrals.numbers.columns import safe
from referrals.numbers.exporting import save_list
from referrals.retention.erasing import erase
from referrals.workflow import verbs
from tests.environment import CLINIC_ZONE
from tests.makers import (
    confirmed,
    make_clinic,
    make_user,
    message,
    referral,
    signed_in,
    submitted,
    words_of,
)
from tests.referrals.retention.conftest import administrator

pytestmark = pytest.mark.django_db
LIST = "/admin/referrals/numbers/list/"
SEE, DETAILS = "referrals.view_enquiry", "referrals.export_enquiry"
HOSTILE = '=HYPERLINK("http://evil.example";"x")'


@pytest.fixture(autouse=True)
def clinics_time():
    """Of the test and of every page that it opens."""
    make_clinic()
    with timezone.override(CLINIC_ZONE):
        yield


@pytest.fixture
def reader(client):
    return signed_in(client, make_user(SEE))


@pytest.fixture
def manager(client):
    return confirmed(client, make_user(SEE, DETAILS, username="manager"))


def asked(**more):
    today = timezone.localdate()
    day = f"{today.day}/{today.month}/{today.year}"
    return {"since": day, "until": day, "columns": ["reference", "state"], **more}


def rows(response):
    assert response.status_code == 200
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_the_chosen_columns_of_the_chosen_days(reader):
    sent, old = submitted(referral()), submitted(message(), at=ago(days=3))
    assert rows(reader.post(LIST, asked())) == [
        ["Reference", "State"],
        [sent.reference, "Received"],
    ]
    day = timezone.localdate() - timedelta(days=3)
    wide = asked(since=f"{day:%d/%m/%Y}", columns=["reference", "kind", "way_in"])
    assert rows(reader.post(LIST, wide))[1:] == [
        [old.reference, "Message", "By the website"],
        [sent.reference, "Referral", "By the website"],
    ]


def test_times_are_the_clinics_own_and_the_heading_says_so():
    at = datetime(2026, 11, 27, 18, 5, tzinfo=UTC)
    submitted(message(), at=at)
    day = date(2026, 11, 28)
    with timezone.override("Australia/Perth"):
        made = save_list(by=make_user(SEE), columns=["received"], since=day, until=day)
    with timezone.override(UTC):  # the lines are made once the request is over
        text = "".join(made.lines)
    assert text == '\ufeff"Received (Australia/Perth)"\r\n"2026-11-28 02:05"\r\n'


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_it_comes_as_a_file_that_nobody_keeps_and_whose_name_names_nobody(reader):
    submitted(referral())
    response = reader.post(LIST, asked())
    assert response.streaming
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert 'filename="enquiries-2' in response.headers["Content-Disposition"]
    assert response.getvalue().startswith(b"\xef\xbb\xbf")


def test_details_of_people_need_a_right(reader, client):
    submitted(referral())
    page = reader.get(LIST).content.decode()
    assert "Date of birth" not in page
    refused = reader.post(LIST, asked(details=["patient_birth_date"]))
    assert refused.status_code == 422
    assert not AccessLog.objects.exists()
    today = timezone.localdate()
    robin = make_user(SEE, username="robin2")
    with pytest.raises(PermissionDenied):
        save_list(by=robin, columns=["medicare_number"], since=today, until=today)


def test_details_of_people_need_a_fresh_code_and_keep_what_was_ticked(client):
    old = confirmed(client, make_user(SEE, DETAILS), ago=3600)
    submitted(referral())
    page = old.post(LIST, asked(details=["patient_family_name"]))
    assert page.status_code == 409
    html = page.content.decode()
    assert "Type a new code" in words_of(html)
    assert 'value="patient_family_name" ' in html
    assert html.count("checked") == 3
    assert not AccessLog.objects.exists()


def test_with_a_fresh_code_they_are_in_it(manager):
    submitted(referral(medicare_number="3278851195"))
    details = ["patient_family_name", "patient_birth_date", "sender_name", "practice"]
    [heading, line] = rows(manager.post(LIST, asked(columns=["kind"], details=details)))
    assert heading == ["Kind", "Family name", "Date of birth", "Sender", "Practice"]
    assert line == ["Referral", "Samplepatient", "1980-01-31", "Dr Sam Samplegp", ""]


def test_details_are_not_ticked_to_begin_with(manager):
    page = manager.get(LIST).content.decode()
    boxes = page.partition("Details of people")[2]
    assert "checked" not in boxes


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "＝", " =", "|", "%"])
def test_no_cell_begins_a_formula(sign):
    assert safe(f"{sign}cmd") == f"'{sign}cmd"
    assert safe("O'Brien-Smith") == "O'Brien-Smith"
    assert safe("") == ""


def test_hostile_names_are_only_words(manager):
    names = {
        "patient_family_name": HOSTILE,
        "patient_given_names": '"\r\n=1+1,@x',
        "sender_name": "+61 cmd",
        "practice_name": "-2+3",
        "patient_phone": "@SUM(1)",
    }
    submitted(referral(**names))
    details = [*names, "sender_phone"]
    details[details.index("practice_name")] = "practice"
    [_, line] = rows(manager.post(LIST, asked(columns=[], details=details)))
    assert f"'{HOSTILE}" in line
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)


def test_each_line_is_noted_before_the_first_byte(reader):
    first, second = submitted(referral()), submitted(message())
    reader.post(LIST, asked())  # nothing of it is read
    noted = AccessLog.objects.values_list("reference", "action").order_by("pk")
    assert list(noted) == [(first.reference, "export"), (second.reference, "export")]


def test_what_cannot_be_noted_is_not_saved(reader):
    sent = submitted(referral())

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "referrals_accesslog" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        response = reader.post(LIST, asked())
    assert response.status_code == 503
    assert sent.reference.encode() not in response.content


def test_more_than_one_list_holds_is_told(reader):
    for _ in range(3):
        submitted(message())
    with mock.patch.object(exporting, "AT_MOST", 2):
        page = reader.post(LIST, asked())
    assert page.status_code == 422
    assert "Nothing is saved: 3 came in on these days" in words_of(page.content.decode())
    assert not AccessLog.objects.exists()


def test_what_is_erased_meanwhile_is_not_in_it(reader):
    sent, gone = submitted(referral()), submitted(message())
    response = reader.post(LIST, asked())
    verbs.ask_erasure(enquiry=gone, by=administrator("erika"), note="She asked.")
    erase(enquiry=gone, by=administrator("kim"))
    assert rows(response)[1:] == [[sent.reference, "Received"]]
    assert gone.reference not in str(rows(reader.post(LIST, asked())))


def test_suspected_spam_is_left_out(reader):
    submitted(message(), suspicions=["honeypot"])
    assert rows(reader.post(LIST, asked()))[1:] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "soon"},
        {"since": "1/1/2020", "until": "1/1/2019"},
        {"columns": []},
        {"columns": ["password"]},
        {"since": "1/1/0001"},
        {"until": "31/12/9999"},
    ],
)
def test_what_cannot_be_saved_is_told_beside_the_field(reader, wrong):
    page = reader.post(LIST, asked(**wrong))
    assert page.status_code == 422
    assert "Nothing is saved yet" in words_of(page.content.decode())


def test_one_that_no_key_opens_spoils_no_list(manager):
    sent = submitted(referral())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET patient_family_name = 'broken'")
    [_, line] = rows(manager.post(LIST, asked(details=["patient_family_name"])))
    assert line[0] == sent.reference
    assert line[2] == "Sealed with a key that is missing"
    assert Enquiry.objects.count() == 1
