"""Every verb × everybody, called past all pages: refused unless who_may.toml says otherwise.

A verb is a function that takes `by`, a person; a new one is found here by itself.
"""

import inspect
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clinic_site.models import Clinician
from conditions.models import Page, Publication
from conditions.publishing import offers
from referrals.models import Answer, Enquiry, Notification, PatientRequest
from referrals.reading.asking import Details
from referrals.retention.kinds import KINDS
from tests.makers import form_key, referral
from tests.site.matrix.watching import fingerprint, taken_back, watched
from tests.site.matrix.who_may import May
from tests.site.matrix.world import EVERYBODY, STRANGER, SUPERUSER

ROOT = Path(__file__).parents[3]
PACKAGES = {"clinic_site", "conditions", "referrals"}
NO_VERBS = {
    "clinic_site.people.granting.locked": "what saving an account begins with; it asks",
    "clinic_site.people.granting.may_give": "only says whether",
    "clinic_site.people.granting.why_account_is_kept": "only says why not",
    "clinic_site.people.granting.why_account_stays": "only says why not",
    "clinic_site.people.granting.why_group_stays": "only says why not",
    "clinic_site.people.granting.why_groups_not_given": "only says why not",
    "clinic_site.people.granting.why_duties_not_given": "only says why not",
    "clinic_site.people.granting.why_phone_stays": "only says why not",
    "clinic_site.people.granting.why_she_stays": "only says why not",
    "clinic_site.people.granting.why_she_stays_away": "only says why not",
    "clinic_site.people.by_mail.invitations.of_whom_she_may_decide": "begins verbs; it asks",
    "clinic_site.people.by_mail.invitations.send_invitation": "ends verbs that asked",
    "clinic_site.people.by_mail.invite_page.roles_to_give": "only says which",
    "referrals.demo.enquiries.live_through": "part of filling a demonstration",
    "referrals.demo.enquiries.make_enquiries": "fills a demonstration, and asks each verb",
    "referrals.demo.enquiries.take": "part of filling a demonstration",
    "referrals.access_log.note_access": "writes down what another function let through",
    "referrals.access_log.note_list": "writes down what another function let through",
    "referrals.access_log.note_once_an_hour": "writes down what another function let through",
    "referrals.access_log.note_page": "writes down what another function let through",
    "referrals.reading.finding.note_looking": "writes down what another function let through",
    "referrals.inbox.buttons.drawn_buttons": "only reads; each button asks again",
    "referrals.entering.entry.store_entered": "part of `enter`, which asks",
    "referrals.workflow.verbs.add_to_timeline": "what verbs are made of; it asks",
    "referrals.workflow.verbs.carry_out": "what verbs are made of; `move` asks",
    "referrals.workflow.verbs.note_line": "what verbs are made of; it asks",
    "referrals.workflow.verbs.move": "what verbs are made of; asks for the right of the named one",
    "referrals.ending.calls.settle": "part of verbs, after they asked",
    "referrals.ending.calls.end_not_reached": "part of verbs, after they asked",
    "referrals.patient_requests.verbs.answer_corrections": "part of verbs, after they asked",
    "referrals.patient_requests.verbs.tie": "part of `choose`, which asks",
    "referrals.patient_requests.verbs.untie": "part of `choose`, which asks",
    "referrals.patient_requests.verbs.write_line": "part of verbs, after they asked",
    "conditions.publishing.offers.decide": "what `take` and `decline` are made of; it asks",
    "conditions.publishing.verbs.write_again": "what verbs are made of, after they asked",
}
OWN_ACCOUNT = (  # there `by` is whose account it is, and no other is touched
    "clinic_site.sign_in.",
    "clinic_site.sessions.kept_forms.",
    "clinic_site.sessions.ending.end_own",
    "clinic_site.sessions.ending.end_other_sessions",
)


def functions_with_by():
    """Only what says `by: User` is imported: some modules start the site."""
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.parts[len(ROOT.parts)] not in PACKAGES or "by: User" not in path.read_text():
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for called, function in inspect.getmembers(import_module(name), inspect.isfunction):
            by = inspect.signature(function).parameters.get("by")
            if function.__module__ == name and by and by.annotation is User:
                yield f"{name}.{called}", function


FOUND = dict(functions_with_by())
VERBS = {
    name: verb
    for name, verb in FOUND.items()
    if name not in NO_VERBS and not name.startswith(OWN_ACCOUNT)
}


def given(world, function):
    """What a verb needs besides the person, by the names of its parameters."""
    known = {
        "enquiry": lambda: Enquiry.objects.get(pk=world.rows["referrals.enquiry"].pk),
        "other": lambda: Enquiry.objects.get(pk=world.rows["asked"].pk),
        "notification": lambda: Notification.objects.get(
            pk=world.rows["referrals.notification"].pk
        ),
        "answer": lambda: Answer.objects.get(pk=world.words["answer"]),
        "page": lambda: Page.objects.get(pk=world.rows["conditions.page"].pk),
        "fact": lambda: world.rows["conditions.reviewfact"],
        "decision": lambda: "agree",
        "publication": lambda: Publication.objects.get(pk=world.words["version"]),
        "piece": lambda: offers.find_piece(kind="page", sha256=world.words["sha256"]),
        "reference": lambda: (
            world.rows["referrals.patientrequest"].enquiries.get(untied_at=None).reference
        ),
        "name": lambda: world.words["aside"],
        "outcome": lambda: "withdrawn" if "patient_requests" in function.__module__ else "booked",
        "user": lambda: world.rows["auth.user"],
        "first_name": lambda: "Jo",
        "last_name": lambda: "Sample",
        "email": lambda: "jo@sample.example",
        "groups": lambda: [world.rows["auth.group"]],
        "note": lambda: "Words.",
        "new_request": lambda: PatientRequest(
            form_key="0" * 32,
            wants="see",
            how="letter",
            asked_on=date(2026, 1, 2),
            patient_family_name="Sample",
            patient_given_names="Jo",
        ),
        "patient_request": lambda: PatientRequest.objects.get(
            pk=world.rows["referrals.patientrequest"].pk
        ),
        "references": lambda: (
            [world.rows["referrals.enquiry"].reference]
            if "patient_requests" in function.__module__
            else []
        ),
        "chosen": list,
        "new_enquiry": referral,
        "form_key": form_key,
        "way_in": lambda: "fax",
        "received_at": timezone.now,
        "attachments": list,
        "seen": lambda: "",
        "right": dict,
        "reason": lambda: "Words.",
        "details": lambda: Details("Samplepatient", "Jo", date(1980, 1, 31)),
        "to": lambda: world.people[SUPERUSER],
        "clinician": Clinician.objects.first,
        "on": lambda: timezone.localdate() + timedelta(days=1),
        "whom": lambda: "patient",
        "result": lambda: "no_answer",
        "call": lambda: world.rows["referrals.call"],
        "columns": lambda: ["reference"],
        "since": lambda: timezone.localdate() - timedelta(days=1),
        "until": lambda: timezone.localdate() + timedelta(days=1),
        "amounts": lambda: {kind.column: kind.floor for kind in KINDS},
    }
    needed = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.name != "by"
    ]
    return {name: known[name]() for name in needed}


def was_let_through(verb, by, arguments):
    """A refusal of the verb for another reason comes after the question who asks."""
    try:
        verb(by=by, **arguments)
    except PermissionDenied:
        return False
    except (ValueError, OSError):
        return True
    return True


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_asks_who_it_is_before_anything_else(world, name):
    let_through, arguments = set(), given(world, VERBS[name])
    for who in [who for who in EVERYBODY if who != STRANGER]:
        by = User.objects.get(pk=world.people[who].pk)
        with taken_back(), watched() as written:
            if was_let_through(VERBS[name], by, arguments):
                let_through.add(who)
            else:
                assert not written, who
    assert let_through == {who for who in EVERYBODY if name in May.of(who).calls}


@pytest.mark.parametrize("name", VERBS)
def test_nobody_at_all_may_nothing(world, name):
    before = fingerprint()
    assert not was_let_through(VERBS[name], None, given(world, VERBS[name]))
    assert fingerprint() == before


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_takes_the_person_by_name_only(name):
    by = inspect.signature(VERBS[name]).parameters["by"]
    assert by.kind is by.KEYWORD_ONLY


def test_every_verb_that_is_written_down_is_one_and_every_exception_too():
    calls = {name for who in EVERYBODY for name in May.of(who).calls}
    assert calls == set(VERBS)
    assert set(NO_VERBS) <= set(FOUND)
