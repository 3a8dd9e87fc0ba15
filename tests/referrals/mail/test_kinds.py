"""A kind of mail is a row and a template: what it lacks is named before anybody misses the mail."""

import pytest
from django.core.checks import run_checks
from django.template.loader import get_template

from clinic_site.models import Clinic
from referrals.mail import kinds
from referrals.mail.kinds import KINDS, Detail, GoesTo, check_kinds, missing_words, template_of
from referrals.mail.texts import letter_context, write_letter
from referrals.models import Enquiry, Event, Notification
from referrals.states.shapes import Incomplete
from referrals.workflow.verbs import accept, open_
from tests.makers import PATIENT, make_user, referral, submitted

Kind = Notification.Kind


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_without_a_row_is_named(kind):
    rows = {name: row for name, row in KINDS.items() if name != kind}
    with pytest.raises(Incomplete, match=f"The mail “{kind}” has no row"):
        check_kinds(rows)


@pytest.mark.parametrize("part", ["goes_to", "detail", "may_be_answered", "has_html", "context"])
def test_a_row_that_lacks_a_part_is_refused_with_its_name_and_the_part(part):
    given = {name: value for name, value in vars(KINDS["receipt"]).items() if name != part}
    with pytest.raises(Incomplete, match=f"The mail “receipt” lacks {part}: see .*kinds.py"):
        kinds.MailKind(**given)


def test_every_mail_has_its_words_today():
    assert missing_words() == []
    assert not [found for found in run_checks() if found.id == "referrals.E003"]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_without_a_template_is_named(monkeypatch, kind):
    monkeypatch.setattr(kinds, "template_of", lambda k: f"emails/{k}{'_gone' * (k == kind)}.html")
    assert missing_words() == [f"The mail “{kind}” has no template emails/{kind}_gone.html."]
    assert "referrals.E003" in {found.id for found in run_checks()}


@pytest.mark.parametrize("block", ["subject", "text", "html"])
def test_a_template_without_one_of_its_parts_is_named(monkeypatch, block):
    real = kinds.blocks_of
    gone = "emails/receipt.html"
    monkeypatch.setattr(
        kinds, "blocks_of", lambda name: real(name) - ({block} if name == gone else set())
    )
    assert missing_words() == [f"The mail “receipt” has no block “{block}” in {gone}."]


@pytest.mark.parametrize("kind", Kind)
def test_a_template_holds_the_parts_that_its_row_promises_and_no_other(kind):
    parts = {"subject", "text", "html"} & kinds.blocks_of(template_of(kind))
    assert ("html" in parts) == KINDS[kind].has_html
    assert get_template(template_of(kind))


def test_what_goes_to_the_rooms_is_nobodys_own_matter():
    assert sorted(kinds.TO_ONE_PERSON) == ["handed", "patient", "receipt", "staff_mail", "status"]
    heard_by = {KINDS[kind].goes_to for kind in kinds.TO_ONE_PERSON}
    assert heard_by == {GoesTo.SENDER, GoesTo.PATIENT, GoesTo.STAFF}


def test_only_two_mails_may_ever_repeat_what_was_written():
    may = [kind for kind, row in KINDS.items() if row.detail is Detail.BY_SETTING]
    assert sorted(may) == ["new_enquiry", "status"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_tells_of_the_patient_unless_its_row_and_the_setting_say_so(settings, kind):
    may_tell_by_setting = KINDS[kind].detail is Detail.BY_SETTING
    settings.NOTIFY_DETAIL = "minimal" if may_tell_by_setting else "full"
    robin = make_user("referrals.view_enquiry", "referrals.change_enquiry")
    enquiry = open_(enquiry=submitted(referral()), by=robin)
    accept(enquiry=enquiry, by=robin)
    about = {"enquiry": Enquiry.objects.get(), "event": Event.objects.get(kind="accepted")}
    mail = Notification(kind=kind, recipient="two@clinic.example", message_id="<a@b>", **about)
    assert letter_context(mail, KINDS[kind], Clinic.with_rooms())["details"] == []
    letter = write_letter(mail)
    said = "\n".join([letter.subject, letter.body, *(html for html, _ in letter.alternatives)])
    for secret in (PATIENT, "buttock", "31/01/1980", "31 January 1980", "0491 570 156"):
        assert secret not in said
