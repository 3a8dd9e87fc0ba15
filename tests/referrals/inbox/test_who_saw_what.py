"""Whatever shows staff something of a patient or a sender leaves a row first, or shows nothing.

Made from the URLconf: an address that is new to the staff site has no row here and fails.
"""

import re
from datetime import date
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from referrals.models import (
    AccessLog,
    Attachment,
    Enquiry,
    Event,
    InboxLimits,
    Notification,
    ReplyTemplate,
)
from referrals.retention.rules import sign
from tests.makers import hold_letter, make_attachment, make_clinic, referral, signed_in, submitted
from tests.referrals.patient_requests.asking import noted
from tests.referrals.retention.conftest import PROPOSED
from tests.site.test_every_admin_page import everything_allowed

pytestmark = pytest.mark.django_db
OF_A_PERSON = [
    *("Jocelyn", "Samplepatient", "0491 570 156", "Canarystreet", "3278851195"),
    *("Samplegpcanary", "sam.canary@practice.example", "5550 7788", "Left canary pain"),
    *(
        "numb saddle of a canary",
        "letter-of-canary.pdf",
        "Note of a canary",
        "canary-was-refused@practice.example",
    ),
]
FOUND = {"family_name": "Samplepatient"}
OF_ONE_PATIENT = {**FOUND, "given_names": "Jocelyn", "birth_date": "31/1/1980"}
A_LIST = {"since": "1/1/2020", "until": "31/12/2099", "columns": "reference"}
# Each address that shows something, how it is asked for, and the action it is noted as.
SHOWS = {
    "referrals_enquiry_changelist": ("get", {}, "list"),
    "referrals_enquiry_change": ("get", {}, "view"),
    "referrals_enquiry_words": ("post", {}, "view"),
    "referrals_enquiry_do": ("post", {"seen": "filed"}, "view"),  # refused, it is shown again
    "referrals_enquiry_find": ("post", FOUND, "search"),
    "referrals_enquiry_list": ("post", A_LIST, "export"),
    "referrals_enquiry_aside": ("get", {}, "aside"),
    "referrals_enquiry_record": ("get", {}, "record"),
    "referrals_enquiry_file": ("get", {}, "download"),
    "referrals_enquiry_original": ("get", {}, "file page"),
    "referrals_enquiry_letter": ("get", {}, "letter"),
    "referrals_enquiry_letter_picture": ("get", {}, "letter"),
    "referrals_enquiry_letter_words": ("get", {}, "letter"),
    "referrals_enquiry_correct": ("get", {}, "view"),
    "referrals_enquiry_attach": ("get", {}, "view"),
    "referrals_enquiry_note": ("get", {}, "view"),
    "referrals_notification_changelist": ("get", {}, "list"),
    "referrals_notification_change": ("get", {}, "mail"),
    "referrals_accesslog_changelist": ("get", {}, "list"),
    "referrals_accesslog_change": ("get", {}, "log"),
    "referrals_accesslog_sheet": ("post", "SHEET", "sheet"),
    "referrals_retentionrule_changelist": ("get", {}, "list"),
    "referrals_patientrequest_changelist": ("get", {}, "list"),
    "referrals_patientrequest_change": ("get", {}, "request"),
    "referrals_patientrequest_enquiries": ("get", {}, "search"),
}
NEVER = "Nobody may: the answer is 403."
POSTED = "It answers with a redirect to a page that is noted."
OWN_HISTORY = "Names the row and who changed it: no row of ours is changed there."
EXEMPT = {
    "referrals_enquiry_open": POSTED,
    "referrals_enquiry_retry": POSTED,
    "referrals_enquiry_join": POSTED,
    "referrals_enquiry_beside": "Notes “view” of both: tests/referrals/together/test_pair.py.",
    "referrals_enquiry_print": "Notes “record” of each: tests/referrals/together/test_printing.py.",
    "referrals_enquiry_rang": POSTED,
    "referrals_enquiry_not_rung": POSTED,
    "referrals_enquiry_numbers": "Numbers only.",
    "referrals_enquiry_test": POSTED,
    "referrals_enquiry_hands": "Redirects; refused, it notes “view”: tests/referrals/hands/.",
    "referrals_inboxlimits_changelist": "Leads to a form about numbers of hours and days.",
    "referrals_inboxlimits_change": "A form about numbers of hours and days.",
    "referrals_inboxlimits_history": OWN_HISTORY,
    "referrals_enquiry_link": POSTED,
    "referrals_enquiry_send_again": POSTED,
    "referrals_enquiry_enter": "Shows what she types, and what stands in a letter of hers.",
    "referrals_enquiry_enter_message": "Shows what she types herself.",
    "referrals_enquiry_slip": "Names a reference and nobody.",
    "referrals_notification_retry": POSTED,
    "referrals_notification_seen_to": POSTED,
    "referrals_enquiry_save_aside": "Notes “save aside”: tests/referrals/files/test_set_aside.py.",
    "referrals_enquiry_erase": "Asks for a code, then notes “view”: "
    "tests/referrals/retention/test_pages.py.",
    "referrals_retentionrule_sign": "A form about numbers of years.",
    "referrals_retentionrule_change": NEVER,
    "referrals_retentionrule_history": NEVER,
    "referrals_patientrequest_add": "Shows what she types herself.",
    "referrals_patientrequest_do": "A refused press shows the page of the request, which notes it.",
    "referrals_patientrequest_copy": "Asks for a code; tests/referrals/patient_requests/ has it.",
    "referrals_patientrequest_delete": NEVER,
    "referrals_patientrequest_history": OWN_HISTORY,
    "referrals_enquiry_history": OWN_HISTORY,
    "referrals_notification_history": OWN_HISTORY,
    "referrals_accesslog_history": OWN_HISTORY,
    **{
        f"referrals_replytemplate_{page}": "A text of the clinic’s own, about nobody."
        for page in ("changelist", "add", "change", "delete", "history")
    },
    **{
        f"referrals_{kind}_{page}": NEVER
        for kind in ("enquiry", "notification", "accesslog", "retentionrule", "inboxlimits")
        for page in ("add", "delete")
    },
}


def addresses():
    """Every address of the staff site that bears a name."""
    return sorted(set(named(get_resolver(), "")))


def named(resolver, prefix):
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from named(one, path)
        elif isinstance(one, URLPattern) and one.name and path.startswith("admin/"):
            yield one.name


STAFF = addresses()
OF_REFERRALS = [name for name in STAFF if name.startswith("referrals_")]


@pytest.fixture
def staff(client):
    return signed_in(client, everything_allowed())


@pytest.fixture
def rows(staff):
    """An enquiry that is full of details, was read, and has a file, a refused mail and a note."""
    key = "0" * 32
    letter = hold_letter(key, name="letter-of-canary.pdf")
    sent = submitted(
        referral(
            patient_given_names="Jocelyn",
            patient_birth_date=date(1980, 1, 31),
            patient_address="1 Canarystreet",
            medicare_number="3278851195",
            sender_name="Dr Samplegpcanary",
            sender_email="sam.canary@practice.example",
            sender_phone="02 5550 7788",
            reason="Left canary pain",
            letter_flags=["cauda_equina: numb saddle of a canary"],
        )
    )
    Attachment.objects.filter(pk=letter.pk).update(enquiry=sent.pk, held_for="")
    enquiry = Enquiry.objects.get(pk=sent.pk)
    Enquiry.objects.update(status="opened", opened_at=timezone.now())
    Event.objects.create(enquiry=enquiry, kind="asked", at=timezone.now(), note="Note of a canary")
    mail = enquiry.notifications.first()
    mail.recipient = "canary-was-refused@practice.example"
    mail.save()
    log = AccessLog.objects.create(
        reference=enquiry.reference, by=User.objects.get(username="lee"), at=timezone.now()
    )
    return {
        "enquiry": enquiry,
        "notification": mail,
        "accesslog": log,
        "inboxlimits": InboxLimits.objects.create(clinic=make_clinic()),
        "retentionrule": sign(amounts=PROPOSED, by=log.by).rule,
        "patientrequest": noted(by=log.by),
        "replytemplate": ReplyTemplate.objects.first(),
        "file": letter,
    }


def arguments_of(name, pk, file):
    """What an address takes: a row, a file, the name of a verb; None where it is something else."""
    for arguments in [
        [],
        [pk],
        [pk, "ask"],
        [pk, file],
        [pk, file, 1],
        [pk, pk],
        [file],
        ["referrals"],
    ]:
        try:
            reverse(f"admin:{name}", args=arguments)
        except NoReverseMatch:
            continue
        return arguments
    return None


def address_of(name, rows):
    """The address with a real row behind it."""
    kind = name.split("_")[1] if name.startswith("referrals_") else "enquiry"
    arguments = arguments_of(name, rows[kind].pk, rows["file"].pk)
    return reverse(f"admin:{name}", args=arguments)


def asked(client, name, rows):
    way, fields, _ = SHOWS.get(name, ("get", {}, ""))
    if fields == "SHEET":
        fields = {**OF_ONE_PATIENT, "of": rows["enquiry"].reference}
    return getattr(client, way)(address_of(name, rows), fields)


def said(response):
    """Everything that goes to the browser: headers may name a person too."""
    headers = " ".join(response.headers.values())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return headers + body.decode("utf-8", "replace")


def names_a_person(response):
    return [words for words in OF_A_PERSON if words in said(response)]


def test_every_address_of_the_inbox_is_noted_or_has_a_reason_why_not():
    assert set(SHOWS) | set(EXEMPT) == set(OF_REFERRALS)
    assert not set(SHOWS) & set(EXEMPT)


@pytest.mark.parametrize("name", SHOWS)
def test_what_shows_something_leaves_a_row_with_who_and_what(staff, rows, name):
    before = set(AccessLog.objects.values_list("pk", flat=True))
    response = asked(staff, name, rows)
    assert response.status_code in {200, 409, 422}
    written = AccessLog.objects.exclude(pk__in=before)
    about = {rows["enquiry"].reference, rows["patientrequest"].reference}
    assert written
    for row in written:
        assert (row.action, row.by.username) == (SHOWS[name][2], "lee")
        assert row.action in {"list", "aside"} or row.reference in about


@pytest.mark.parametrize("name", SHOWS)
def test_what_cannot_leave_its_row_shows_nothing(staff, rows, name):
    """The disk is full, or the table locked, for the log alone."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "referrals_accesslog" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        response = asked(staff, name, rows)
    assert response.status_code == 503
    assert names_a_person(response) == []
    assert rows["enquiry"].reference not in said(response)


def is_opened_here(name):
    """Some addresses take a row of another room; a file set aside has a test of its own."""
    return name not in SHOWS and arguments_of(name, 1, UUID(int=1)) is not None


@pytest.mark.parametrize("name", filter(is_opened_here, STAFF))
def test_what_leaves_no_row_names_nobody(staff, rows, name):
    """Every other address of the staff site, also those of other rooms."""
    assert names_a_person(staff.get(address_of(name, rows))) == []


def test_of_the_inbox_every_address_is_opened_above():
    assert all(is_opened_here(name) for name in EXEMPT)


def test_the_canaries_are_all_on_a_page_that_shows_them(staff, rows):
    """So that no test above passes because there was nothing to see."""
    page = said(asked(staff, "referrals_enquiry_change", rows))
    shown = [words for words in OF_A_PERSON if words in page]
    assert shown == OF_A_PERSON


@pytest.mark.parametrize(
    "address",
    [
        "/admin/autocomplete/?app_label=referrals&model_name=notification&field_name=enquiry&term=",
        "/admin/referrals/enquiry/?_popup=1&_to_field=id",
        "/admin/referrals/notification/?_popup=1",
        "/admin/referrals/",
    ],
)
def test_windows_that_offer_a_choice_name_nobody(staff, rows, address):
    before = AccessLog.objects.count()
    page = staff.get(address)
    assert names_a_person(page) == []
    assert rows["enquiry"].reference not in said(page) or AccessLog.objects.count() > before


def test_the_version_that_was_sent_before_is_a_reference_that_is_noted(staff, rows):
    again = submitted(referral(patient_family_name="Samplelater"))
    Enquiry.objects.filter(pk=again.pk).update(resend_of=rows["enquiry"].pk)
    staff.get(address_of("referrals_enquiry_change", rows))
    assert AccessLog.objects.filter(action="search", reference=again.reference).exists()


def test_a_mail_in_a_window_of_its_own_is_noted_too(staff, rows):
    mail = rows["notification"]
    staff.get(f"/admin/referrals/notification/{mail.pk}/change/?_popup=1")
    assert AccessLog.objects.filter(action="mail", reference=mail.enquiry.reference).exists()


def test_a_file_that_cannot_be_opened_is_noted_where_its_page_names_the_sender(staff, rows):
    lost = make_attachment(enquiry=rows["enquiry"], held_for="", position=2)
    address = reverse("admin:referrals_enquiry_file", args=[rows["enquiry"].pk, lost.pk])
    response = staff.get(address)
    assert response.status_code == 410
    assert "Dr Samplegpcanary" in response.text
    assert AccessLog.objects.filter(action="file page").count() == 1


# --- Look-ups ------------------------------------------------------------------------------

FIND = "/admin/referrals/enquiry/find/"


def look_ups():
    return list(AccessLog.objects.filter(action="search").values_list("reference", "looked_for"))


def test_a_look_up_that_finds_nobody_is_noted_without_what_was_typed(staff):
    staff.post(FIND, {"family_name": "Nobodycanary", "birth_date": "1/2/1980"})
    [(reference, digests)] = look_ups()
    assert reference == "nobody found"
    assert re.fullmatch("[0-9a-f]{16} [0-9a-f]{16}", digests)
    assert "canary" not in str(AccessLog.objects.values()).casefold()


def test_look_ups_for_one_person_are_known_as_such(staff, rows):
    staff.post(FIND, {"family_name": "SAMPLEPATIENT"})
    staff.post(FIND, {"family_name": "Sample patient", "birth_date": "2/2/1982"})
    staff.post(FIND, {"family_name": "Another"})
    other, second, first = look_ups()
    assert (first[0], second[0]) == (rows["enquiry"].reference, "nobody found")
    assert set(first[1].split()) < set(second[1].split())
    assert other[1] not in second[1]


def test_a_digest_of_a_look_up_stands_nowhere_else(staff, rows):
    """Or a copy of the database would lead from a look-up to whom it did not find."""
    staff.post(FIND, FOUND)
    [(_, digest)] = look_ups()
    indexed = rows["enquiry"].person_index.values_list("digest", flat=True)
    assert not any(one.startswith(digest) for one in indexed)


def test_a_form_that_was_not_filled_in_is_no_look_up(staff):
    staff.post(FIND, {})
    staff.get(FIND)
    assert look_ups() == []


def test_a_search_by_reference_is_noted_with_what_it_found(staff, rows):
    reference = rows["enquiry"].reference
    staff.get(f"/admin/referrals/enquiry/?q={reference}")
    staff.get("/admin/referrals/enquiry/?q=SIJ-Nobodycanary")
    assert [found for found, _ in look_ups()] == ["nobody found", reference]
    assert "canary" not in str(AccessLog.objects.values()).casefold()


def test_what_was_registered_is_covered():
    """A model of the inbox that gets an admin of its own gets addresses, and so a test."""
    kinds = {m._meta.model_name for m in admin.site._registry if m._meta.app_label == "referrals"}
    assert kinds == {
        "enquiry",
        "notification",
        "accesslog",
        "patientrequest",
        "retentionrule",
        "inboxlimits",
        "replytemplate",
    }
    assert Notification._meta.model_name in kinds
