"""What has happened at a sample clinic: told by the verbs of the site, so that every table has rows
as people make them. `make.py` tells it to a new database; `test_upgrade.py` looks for it again."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from unittest import mock

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group, Permission, User
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from clinic_site.counting import count
from clinic_site.models import Clinic
from clinic_site.sign_in.factors import add_phone
from clinic_site.staff.sign_in_log import note
from conditions.feedback import answer
from conditions.models import Page
from conditions.publishing import offers, reviewing, verbs
from conditions.publishing.verbs import publish
from referrals.files import judging, proving, uploads
from referrals.intake.submitting import submit
from referrals.mail.delivery import deliver_one
from referrals.mail.outbox import claim, send_test
from referrals.models import Attachment, Enquiry, MailHeartbeat, Notification, Referral
from referrals.references import new_form_key, read_form_key
from referrals.workflow import verbs as workflow
from tests import makers, sample_files
from tests.codes import SECRET

FAR_AWAY = datetime(2099, 1, 1, tzinfo=UTC)
CLINIC = {
    "name": "Harbour Sample Clinic",
    "tagline": "Dr Sample’s rooms",
    "reference_prefix": "HSC",
    "telephone": "(08) 5550 4321",
    "email": "rooms@harbour.example",
    "second_email": "manager@harbour.example",
    "time_zone": "Australia/Perth",
    "after_hours_telephone": "(08) 5550 9999",
    "brand_colour": "#5a0e4c",
    "brand_colour_dark": "#430a3a",
}
PATIENTS = {  # one for each state in which a referral may be
    "received": "Alphasample",
    "opened": "Betasample",
    "needs_info": "Gammasample",
    "accepted": "Deltasample",
    "returned": "Epsilonsample",
    "filed": "Zetasample",
    "spam": "Etasample",
}
STAFF = {
    "erin": "Editor",
    "pat": "Publisher",
    "clara": "Clinician",
    "rae": "Receptionist",
    "ada": "Administrator",
}
TAKEN_AWAY = "delete_page"  # what this clinic does not let its editors do
REDACTED = "Samplename of a patient who was published by mistake"
FEEDBACK = "What about my own stairs? Jo Samplereader"
CHANGED_TITLE = "A guide that this clinic has changed"
QUESTION = "Which side hurts, and since when?"


def tell() -> None:
    """Everything, in a database that `prepare_site` has made."""
    change_clinic()
    staff = take_on_staff()
    note("signed_in", user=staff["rae"], by=staff["rae"])
    work_on_pages(staff)
    with without_inspecting_for_long():
        referrals = {state: refer(family_name) for state, family_name in PATIENTS.items()}
        messages = {state: write(state) for state in ("received", "opened", "filed", "spam")}
        send_files()
    for state, enquiry in [*referrals.items(), *messages.items()]:
        work_through(enquiry, state=state, by=staff["rae"])
    deliver(referrals["filed"], by=staff["rae"])
    proving.prove_files()
    MailHeartbeat.objects.create(pk=1, beat_at=timezone.now())
    count(purpose="sample", source="192.0.2.1", at=timezone.now(), within=timedelta(days=36500))


def change_clinic() -> None:
    clinic = Clinic.objects.get(pk=1)
    for name, value in CLINIC.items():
        setattr(clinic, name, value)
    clinic.full_clean()
    clinic.save()
    clinic.notified.create(email="desk@harbour.example")
    clinic.closures.create(
        first_day=date(2098, 12, 24), last_day=date(2099, 1, 2), reason="Summer holidays"
    )
    clinic.locations.update(time_zone=CLINIC["time_zone"])


def take_on_staff() -> dict[str, User]:
    """One person in each role, with phone and codes; the editors lose a right."""
    editors = Group.objects.get(name="Editor")
    editors.permissions.remove(Permission.objects.get(codename=TAKEN_AWAY))
    staff = {}
    for username, role in STAFF.items():
        user = makers.make_user(
            username=username,
            email=f"{username}@harbour.example",
            first_name=username.capitalize(),
            last_name="Sample",
        )
        user.groups.add(Group.objects.get(name=role))
        add_phone(user, SECRET, 0)
        RecoveryCodes.activate(user)
        staff[username] = User.objects.get(pk=user.pk)
    return staff


def work_on_pages(staff: dict[str, User]) -> None:
    pat = staff["pat"]
    guide = Page.objects.filter(section="guides").first()
    guide.title = CHANGED_TITLE
    guide.save(update_fields=["title"])
    publish(page=guide, by=pat)
    reviewing.sign(page=guide, by=staff["clara"])
    answer(page=guide, helpful=False, sentence=FEEDBACK)

    every_kind = new_page("every-kind")
    for place, kind in enumerate(makers.BLOCK_OF_KIND, start=2):
        makers.add_block(every_kind, kind, ordering=10 * place)
    publish(page=every_kind, by=pat)

    redacted = new_page("redacted", words=f"<p>{REDACTED}.</p>")
    mistake = publish(page=redacted, by=pat)
    makers.Prose.objects.filter(parent=redacted).update(html="<p>Nobody is named.</p>")
    publish(page=redacted, by=pat)
    verbs.redact(publication=mistake, by=staff["ada"], reason="A patient was named.")

    withdrawn = new_page("withdrawn")
    publish(page=withdrawn, by=pat)
    verbs.withdraw(page=withdrawn, by=pat)
    publish(page=new_page("scheduled"), by=pat, live_from=FAR_AWAY)
    new_page("draft")
    if waiting := offers.undecided():
        offers.decline(piece=waiting[0], by=pat)


def new_page(slug: str, words: str = "<p>Some sample words.</p>") -> Page:
    return makers.make_page(slug=slug, title=f"Sample {slug}", menu_title=slug, words=words)


def without_inspecting_for_long() -> Any:
    """A busy machine would leave files waiting that the story needs judged."""
    patience = judging.Patience(cpu_seconds=20, seconds=60, together=600, wait=60)
    return mock.patch.object(judging, "in_a_request", return_value=patience)


def form_key() -> str:
    return read_form_key(new_form_key()) or ""


def hold(key: str, data: bytes, name: str, position: int) -> Attachment:
    return uploads.hold(data=data, form_key=key, name=name, position=position, at=timezone.now())


def refer(family_name: str) -> Enquiry:
    """A referral with a letter; one of them looks like spam."""
    key = form_key()
    letter = hold(key, makers.sample_pdf(f"About {family_name}"), "letter.pdf", 1)
    enquiry = makers.referral(
        patient_family_name=family_name,
        medicare_number="3278851195",
        red_flags=["infection"],
        urgency="urgent",
    )
    is_spam = family_name == PATIENTS["spam"]
    suspicions = ["link"] if is_spam else []
    return submit(enquiry=enquiry, form_key=key, attachments=[letter], suspicions=suspicions)


def write(state: str) -> Enquiry:
    enquiry = makers.message(
        sender_name=f"Alex {state.capitalize()}sample",
        sender_email="alex@sample.example",
        text=f"A sample question that is {state}.",
    )
    return submit(enquiry=enquiry, form_key=form_key())


def send_files() -> None:
    """One referral with a file in each state, sent again with another word, and a held file."""
    key = form_key()
    script = sample_files.pdf("<</S/JavaScript/JS(a)>>")
    macros = sample_files.docx(word__vbaProject_bin="x")
    files = [
        hold(key, sample_files.pdf(), "clean.pdf", 1),
        hold(key, script, "script.pdf", 2),
        hold(key, macros, "macros.docx", 3),
    ]
    with mock.patch.object(judging, "judge", return_value=judging.WAITS):
        files.append(hold(key, makers.sample_pdf("It waits"), "waiting.pdf", 4))
    enquiry = makers.referral(patient_family_name="Filessample")
    submit(enquiry=enquiry, form_key=key, attachments=files)
    again = makers.referral(patient_family_name="Filessample", reason="Now both sides.")
    submit(enquiry=again, form_key=key)
    hold(form_key(), makers.sample_pdf("Not sent yet"), "held.pdf", 1)


def work_through(enquiry: Enquiry, *, state: str, by: User) -> None:
    """Bring it to the state by the verbs that staff use."""
    if state in {"received", "spam"} and enquiry.status == state:
        return
    workflow.open_(enquiry=enquiry, by=by)
    if state == "needs_info":
        workflow.ask(enquiry=enquiry, by=by, note=QUESTION)
    elif state == "accepted":
        workflow.accept(enquiry=enquiry, by=by, note="On Tuesday.")
    elif state == "returned":
        workflow.return_(enquiry=enquiry, by=by, note="Physiotherapy first, please.")
    elif state == "filed":
        booked = enquiry.kind == Enquiry.Kind.REFERRAL
        workflow.file(enquiry=enquiry, by=by, outcome="booked" if booked else "answered")
    elif state == "spam":
        workflow.mark_spam(enquiry=enquiry, by=by)


class RefusingServer(BaseEmailBackend):
    """A mail server that knows none of the rooms’ addresses."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({"rooms@harbour.example": (550, b"no such user")})


def deliver(enquiry: Enquiry, *, by: User) -> None:
    """Mails in every state: news that is taken back, sent, refused, seen to, cut off, waiting."""
    workflow.reopen(enquiry=enquiry, by=by)
    workflow.file(enquiry=enquiry, by=by, outcome="in_software")
    with override_settings(MAIL_TRANSPORT="django.core.mail.backends.locmem.EmailBackend"):
        for _ in range(3):
            deliver_one()
    with override_settings(MAIL_TRANSPORT=f"{__name__}.{RefusingServer.__name__}"):
        dead = [deliver_one() for _ in range(2)]
    workflow.note_dead_mail(notification=dead[0], by=by)
    claim()
    send_test()
    call_command("reset_second_factor", "erin", verbosity=0)


def known() -> dict[str, Any]:
    """What a person could read here, for `test_upgrade.py` to read again, whatever the story of
    that day."""
    referrals = {}
    for found in Referral.objects.order_by("pk"):
        if found.patient_family_name in PATIENTS.values():
            referrals[found.status] = {
                "reference": found.reference,
                "family_name": found.patient_family_name,
                "sha256": found.attachments.get().sha256,
            }
    return {
        "clinic": CLINIC,
        "staff": STAFF,
        "phone_secret": SECRET,
        "taken_from_editors": TAKEN_AWAY,
        "referrals": referrals,
        "asked": QUESTION,
        "feedback": FEEDBACK,
        "changed_title": CHANGED_TITLE,
        "redacted": REDACTED,
        "mails": sorted({mail.state for mail in Notification.objects.all()}),
        "files": sorted({file.state for file in Attachment.objects.all()}),
    }
