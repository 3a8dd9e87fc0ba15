"""The database fails at each row that a verb writes: nothing of the verb is left, and no secret.

The steps are found by counting what the verb writes, so a new one is tried by itself.
"""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from clinic_site.logs.lines import PrivateFormatter
from conditions.models import GlossaryTerm
from conditions.publishing.verbs import publish
from referrals.access_log import note_access
from referrals.entering.correcting import details_of, mark_of
from referrals.intake.submitting import submit
from referrals.models import Enquiry, Notification, PatientRequest
from referrals.workflow import verbs
from tests.makers import form_key, hold_letter, message_post, referral, referral_post
from tests.site.matrix.test_verbs import VERBS, given
from tests.site.matrix.watching import WRITES, fingerprint, taken_back
from tests.site.matrix.world import FACTS, SUPERUSER, page_of

AT_MOST = 12  # steps that are tried; a draft that is filled writes many rows of one kind
ONE_ROW = {  # that somebody looks, written before she does
    "referrals.files.keeping.look_for_rows",
    "referrals.files.keeping.save_aside",
    "referrals.patient_requests.finding.find_candidates",
    "referrals.patient_requests.verbs.add_words",
}


class Failing:
    """Lets so many writes through, then says that the disk is full, with words of the row."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        if WRITES.match(str(sql)):
            self.left -= 1
            if self.left < 0:
                raise OperationalError(f"DETAIL: {list(FACTS.values())}")
        return execute(sql, params, many, context)


def fails_at_each_step(action) -> int:
    """Carry it out with a fault at its first write, at its second ...; how many there are."""
    before = fingerprint()
    for step in range(AT_MOST):
        fault = Failing(step)
        with taken_back():
            try:
                with connection.execute_wrapper(fault):
                    action()
            except OperationalError:
                assert fingerprint() == before, f"step {step} leaves something behind"
            else:
                return step
    return AT_MOST


# What it needs to come that far: the state in which its button is offered.
FITS = {
    "accept": "opened",
    "ask": "opened",
    "return_": "opened",
    "file": "opened",
    "mark_spam": "opened",
    "not_spam": "spam",
    "reopen": "accepted",
    "reply": "opened",
    "join": "opened",
}


def make_ready(world, name, by):
    """The enquiry, the mail and the page in the state in which the button of a verb is offered."""
    if status := FITS.get(name.rpartition(".")[2]):
        opened = {} if status == "spam" else {"opened_at": world.rows["asked"].received_at}
        untouched = Enquiry.objects.filter(pk=world.rows["referrals.enquiry"].pk)
        untouched.update(status=status, **opened)
    mail = Notification.objects.filter(pk=world.rows["referrals.notification"].pk)
    mail.update(state="dead", failure="refused", failures_in_a_row=1)
    if name.endswith("came_back"):
        User.objects.filter(pk=world.rows["auth.user"].pk).update(is_active=False)
    asks = PatientRequest.objects.filter(pk=world.rows["referrals.patientrequest"].pk)
    make_request_ready(asks, name, by)
    if name.endswith(("reviewing.sign", "deciding.decide")):  # no right but hers is enough
        by.groups.add(Group.objects.get(name="Clinician"))
    if name.endswith("republish"):
        publish(page=page_of(world), by=by)
        word = FACTS["words of a draft"]
        GlossaryTerm.objects.create(term=word, definition="A small yellow bird.")
    if name.endswith("send_again"):
        sent = Enquiry.objects.get(pk=world.rows["referrals.enquiry"].pk)
        sent.sender_email = "right@sample.example"
        sent.save(update_fields=["sender_email"])
    make_ready_to_keep(world, name.rpartition(".")[2])
    if name.endswith("cancel_schedule"):
        publish(page=page_of(world), by=by, live_from=timezone.now() + timedelta(days=1))


def make_request_ready(asks, name, by):
    if name.endswith("patient_requests.verbs.prove"):
        asks.update(proof=None, proof_at=None, proof_by=None)
    if name.endswith("ask_for_erasure"):
        asks.update(wants="erase")
    if name.endswith("take_up_again"):
        now = timezone.now()
        asks.update(outcome="withdrawn", answered_on=now.date(), ended_at=now, ended_by=by)


def make_ready_to_keep(world, name):
    """A hold, a request or a saved record; by a colleague, who may then be confirmed."""
    enquiry = Enquiry.objects.get(pk=world.rows["referrals.enquiry"].pk)
    colleague = User.objects.get(pk=world.people["Administrator"].pk)
    if name == "lift_hold":
        verbs.hold(enquiry=enquiry, by=colleague, note="Words.")
    elif name in {"withdraw_erasure", "erase"}:
        verbs.ask_erasure(enquiry=enquiry, by=colleague, note="Words.")
        long_ago = timezone.now() - timedelta(days=30)  # for a new account confirms nothing
        User.objects.update(date_joined=long_ago)
        Authenticator.objects.update(created_at=long_ago)
    elif name == "note_in_software":
        now = timezone.now()
        filed = {"status": "filed", "outcome": "booked", "filed_at": now, "opened_at": now}
        Enquiry.objects.filter(pk=enquiry.pk).update(**filed)
        note_access(references=[enquiry.reference], by=colleague, action="record")


def with_something_to_do(world, name):
    """A file to attach, a detail to correct."""
    if name.endswith("adding.attach"):
        key = form_key()
        return {"form_key": key, "attachments": [hold_letter(key, words="One more")]}
    if name.endswith("correcting.correct"):
        now = details_of(Enquiry.objects.get(pk=world.rows["referrals.enquiry"].pk))
        return {"right": {"sender_phone": "02 5550 0199"}, "seen": mark_of(now)}
    return {}


@pytest.mark.parametrize("name", sorted(set(VERBS) - ONE_ROW))
def test_a_verb_that_fails_midway_leaves_nothing(world, name):
    by = User.objects.get(pk=world.people[SUPERUSER].pk)
    make_ready(world, name, by)
    more = with_something_to_do(world, name)

    def carry_out():
        try:
            VERBS[name](by=by, **{**given(world, VERBS[name]), **more})
        except (ValueError, PermissionDenied) as problem:
            pytest.fail(f"{name} was refused, so nothing is shown: {problem}")

    assert fails_at_each_step(carry_out) > 0


def test_a_referral_that_fails_midway_leaves_nothing(world):
    key = form_key()
    letter = hold_letter(key)

    def send():
        submit(enquiry=referral(), form_key=key, attachments=[letter])

    assert fails_at_each_step(send) >= 5  # enquiry, referral, file, event, mails


@pytest.mark.parametrize(
    ("url", "post", "typed"),
    [("/contact/", message_post, "text"), ("/refer/", referral_post, "reason")],
)
def test_whoever_sends_meanwhile_hears_the_truth_and_no_log_hears_of_her(
    world, caplog, url, post, typed
):
    secret = "canary-of-the-sender"
    data = post(**{typed: secret, "name": f"Alex {secret}"})
    browser = Client(raise_request_exception=False)
    enquiries, steps = Enquiry.objects.count(), 0
    while steps < AT_MOST:
        with taken_back(), connection.execute_wrapper(Failing(steps)):
            answer = browser.post(url, data)
        if answer.status_code == 302:
            break
        html = answer.content.decode()
        assert answer.status_code in {500, 503, 507}, steps
        assert "it has not reached us" in html, steps
        assert not [word for word in ("DETAIL", "OperationalError") if word in html], steps
        assert Enquiry.objects.count() == enquiries, steps
        steps += 1
    assert steps >= 4
    lines = [PrivateFormatter().format(record) for record in caplog.records]
    assert lines
    assert not any(secret in line or "DETAIL" in line for line in lines)
