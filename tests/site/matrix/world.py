"""A site with a row of each kind and a browser of each kind of person: what the matrix asks.

Each sensitive fact has a word of its own, so that it is found wherever it comes out.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture

from clinic_site.models import Clinic, CspReport, Location, SignInEvent, StaffSession
from clinic_site.people.by_mail.invitations import send_invitation
from clinic_site.people.roles import ROLES
from clinic_site.sign_in.factors import add_phone
from clinic_site.sign_in.passkeys.address import all_passkeys
from clinic_site.staff.sign_in_log import note
from conditions.blocks import BLOCK_OF_KIND
from conditions.blocks.prose import Prose
from conditions.editor.image_forms import ImageForm
from conditions.models import (
    Feedback,
    GlossaryTerm,
    Image,
    Page,
    Passage,
    Publication,
    StarterLoad,
    Synonym,
)
from conditions.publishing import offers
from conditions.publishing.verbs import publish_starter
from referrals.access_log import note_access
from referrals.ending import calls
from referrals.files import keeping, private_folder
from referrals.intake.submitting import submit
from referrals.mail import no_mail
from referrals.models import (
    AccessLog,
    Attachment,
    Enquiry,
    InboxLimits,
    Notification,
    PatientRequest,
    ReplyTemplate,
)
from referrals.patient_requests import verbs as requests
from referrals.references import answer_token, receipt_token, status_token
from referrals.retention import rules
from referrals.retention.kinds import KINDS
from referrals.workflow import verbs
from tests.codes import PASSWORD, SECRET
from tests.makers import (
    add_block,
    cite,
    form_key,
    hold_letter,
    make_clinic,
    make_page,
    make_source,
    make_stage,
    referral,
    signed_in,
)
from tests.passkeys import give_passkey

SUPERUSER, NO_ROLE, NOT_STAFF = "superuser", "staff without a role", "signed in, not staff"
STRANGER, PASSWORD_ONLY, DEACTIVATED = "stranger", "password only", "deactivated"
OUTSIDE = (STRANGER, PASSWORD_ONLY, NOT_STAFF, DEACTIVATED)
EVERYBODY = (*OUTSIDE, NO_ROLE, *ROLES, SUPERUSER)

FACTS = {
    "patient’s name": "Canarypatient",
    "patient’s telephone": "0491 570 157",
    "why the patient comes": "canary-reason",
    "sender’s name": "Dr Canarysender",
    "sender’s address": "sender@canary.example",
    "name of a file": "canary-letter.pdf",
    "words of staff to a sender": "canary-note",
    "what a patient wants corrected": "canary-correction",
    "words of a draft": "canary-draft",
    "what a reader said": "canary-feedback",
    "who read an enquiry": "canary-reader",
    "address of a colleague": "colleague@canary.example",
    "address of the rooms": "rooms@canary.example",
}


@dataclass
class World:
    """`rows` has a row of each kind, by its model's label; `words` what addresses are made of."""

    folder: Path
    rows: dict[str, models.Model] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def use_folders(settings: Any, folder: Path) -> None:
    """Every file that the world stores lies in here."""
    for name in ("media", "mail", "private"):
        (folder / name).mkdir(exist_ok=True)
    settings.MEDIA_ROOT, settings.MAIL_DIR = folder / "media", folder / "mail"
    settings.PRIVATE_ROOT = folder / "private"


def make_world(folder: Path) -> World:
    world = World(folder)
    make_people(world)
    fill_clinic(world)
    fill_conditions(world)
    fill_referrals(world)
    fill_accounts(world)
    return world


def make_people(world: World) -> None:
    for number, who in enumerate(EVERYBODY):
        world.browsers[who] = Client()
        if who == STRANGER:
            continue
        user = User.objects.create_user(
            f"person{number}", password=PASSWORD, is_staff=who != NOT_STAFF
        )
        add_phone(user, SECRET, 0)
        if who in ROLES:
            user.groups.add(Group.objects.get(name=who))
        user.is_superuser = who == SUPERUSER
        user.save()
        world.people[who] = user
        sign_in(world.browsers[who], user, with_code=who != PASSWORD_ONLY)
    User.objects.filter(pk=world.people[DEACTIVATED].pk).update(is_active=False)


def sign_in(browser: Client, user: User, *, with_code: bool) -> None:
    """With a code it was typed just now, so that the pages which ask for it again are open."""
    if not with_code:
        browser.force_login(user)
        return
    signed_in(browser, user)
    session = browser.session
    soon = timezone.now().timestamp() + 3600  # however long the tests of a module take
    record = {"method": "mfa", "type": "totp", "at": soon, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session.save()


def keep(world: World, *rows: models.Model) -> None:
    world.rows.update({row._meta.label_lower: row for row in rows})


def fill_clinic(world: World) -> None:
    clinic = make_clinic(second_email="second@clinic.example")
    clinic.notified.create(email=FACTS["address of the rooms"])
    clinic.clinicians.create(name="Dr Sample", role="Surgeon")
    clinic.closures.create(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2), reason="Holiday")
    keep(world, Clinic.current(), Location.objects.all()[0])


def fill_conditions(world: World) -> None:
    for slug in ("home", "team", "glossary"):
        publish_starter(page=make_page(section="site", slug=slug, title=slug))
    page = make_page(in_planner=True)
    for number, kind in enumerate(BLOCK_OF_KIND, start=2):
        add_block(page, kind, ordering=10 * number)
    image = uploaded_image()
    add_block(page, "figure", ordering=500, illustration="", image=image)
    page.key_facts.create(label="How long", value="An hour")
    cite(page, "R1", "R0")
    publication = publish_starter(page=page)
    words = f"<p>{FACTS['words of a draft']}</p>"
    Prose.objects.create(parent=page, region="main", ordering=900, html=words)
    sentence = FACTS["what a reader said"]
    feedback = Feedback.objects.create(
        page=page, helpful=True, sentence=sentence, at=timezone.now()
    )
    term = GlossaryTerm.objects.create(term="Sacrum", definition="A bone.")
    synonym = Synonym.objects.create(words="tailbone, sacrum")
    fact = page.review_facts.create(text="F1 A fact to be reviewed")
    keep(world, page, make_stage(), make_source(), term, synonym, image, feedback, publication)
    keep(world, Passage.objects.get(), fact)
    StarterLoad.objects.create(pk=1, loaded_at=timezone.now(), compared_at=timezone.now())
    piece = next(piece for piece in offers.undecided() if piece.kind == "page")
    world.words |= {
        "version": publication.pk,
        "sha256": piece.sha256,
        "piece": f"page:{piece.sha256}",
        "section": "conditions",
        "slug": page.slug,
        "page": page.pk,
        "path": f"images/{image.renditions[0]['name']}",
        "content_type_id": ContentType.objects.get_for_model(Page).pk,
    }


def uploaded_image() -> Image:
    buffer = BytesIO()
    Picture.new("RGB", (640, 400), "teal").save(buffer, "PNG")
    file = SimpleUploadedFile("photo.png", buffer.getvalue(), "image/png")
    form = ImageForm({"title": "The front door"}, {"file": file})
    assert form.is_valid(), form.errors
    return form.save()


def fill_referrals(world: World) -> None:
    enquiry, letter = sent_referral()
    reader = User.objects.create_user(FACTS["who read an enquiry"])
    note_access(references=[enquiry.reference], by=reader, action="view")
    writer = world.people[SUPERUSER]
    verbs.open_(enquiry=enquiry, by=writer)
    verbs.ask(enquiry=enquiry, by=writer, note=FACTS["words of staff to a sender"])
    call = calls.rang(enquiry=enquiry, by=writer, whom="patient", result="no_answer")
    answer = enquiry.answers.get()
    untouched, _ = sent_referral()
    mail = enquiry.notifications.filter(kind=Notification.Kind.RECEIPT).get()
    line = AccessLog.objects.get(by=reader)
    rule = rules.sign(amounts={kind.column: kind.floor for kind in KINDS}, by=writer).rule
    keep(world, InboxLimits.objects.create(clinic=Clinic.current()))
    keep(world, Enquiry.objects.get(pk=untouched.pk), mail, line, letter, rule, call)
    world.rows["asked"] = enquiry
    keep(world, ReplyTemplate.objects.create(title="A text", step="ask", text="Words."))
    keep(world, asked_for_by(writer, enquiry))
    world.words |= {
        "token": receipt_token(enquiry.form_key),
        "status": status_token(enquiry.form_key),
        "file": untouched.attachments.get().pk,
        "other": enquiry.pk,
        "verb": "accept",
        "verb with words": "ask",
        "answer": answer.pk,
        "answer token": answer_token(answer.link_key),
        "what": "off",
        "verb of a request": "add_words",
        "aside": file_aside(),
        "page of a letter": 1,
        "no mail": no_mail.link_for(FACTS["sender’s address"]).split("/")[-2],
    }


def asked_for_by(user: User, enquiry: Enquiry) -> PatientRequest:
    """A patient's request that has its proof and names an enquiry."""
    ask = PatientRequest(
        form_key=form_key(),
        wants="correct",
        how="telephone",
        asked_on=date(2026, 11, 1),
        patient_family_name=FACTS["patient’s name"],
        patient_given_names="Jo",
        is_wrong="A word.",
        should_say=FACTS["what a patient wants corrected"],
    )
    requests.note_request(new_request=ask, by=user)
    requests.prove(patient_request=ask, note="Seen.", by=user)
    return requests.choose(patient_request=ask, references=[enquiry.reference], by=user)


def sent_referral() -> tuple[Enquiry, Attachment]:
    key = form_key()
    letter = hold_letter(key, name=FACTS["name of a file"])
    enquiry = referral(
        patient_family_name=FACTS["patient’s name"],
        patient_phone=FACTS["patient’s telephone"],
        reason=FACTS["why the patient comes"],
        sender_name=FACTS["sender’s name"],
        sender_email=FACTS["sender’s address"],
    )
    return submit(enquiry=enquiry, form_key=key, attachments=[letter]), letter


def file_aside() -> str:
    """A file that no row names, set aside today."""
    letter = hold_letter(form_key())
    Attachment.objects.filter(pk=letter.pk).delete()
    folder = private_folder.aside_folder(private_folder.home(), timezone.localdate())
    (Path(settings.PRIVATE_ROOT) / str(letter.pk)).rename(folder / str(letter.pk))
    assert [one.name for one in keeping.files_aside()] == [str(letter.pk)]
    return str(letter.pk)


def fill_accounts(world: World) -> None:
    address = FACTS["address of a colleague"]
    hers = StaffSession.objects.filter(user=world.people[SUPERUSER]).latest("pk")
    world.words["session"] = hers.pk
    give_passkey(world.people[SUPERUSER])
    world.words["passkey"] = all_passkeys(world.people[SUPERUSER]).get().pk
    note(SignInEvent.Kind.SIGNED_IN, user=world.people[SUPERUSER], by=None)
    report = CspReport.objects.create(
        directive="img-src",
        blocked="data",
        page="conditions:home",
        first_at=timezone.now(),
        last_at=timezone.now(),
    )
    keep(world, SignInEvent.objects.latest("pk"), report)
    colleague = User.objects.create_user("colleague", address, is_staff=True)
    keep(world, colleague)
    inviter = world.people[SUPERUSER]
    send_invitation(colleague, by=inviter)
    world.words["account link"] = token_of_last_link()
    keep(world, Group.objects.create(name="A group of the clinic"))


def token_of_last_link() -> str:
    """Out of the mail, as nothing else holds it."""
    return str(mail.outbox[-1].body).partition("/admin/account/link/")[2].partition("/")[0]


def page_of(world: World) -> Page:
    page = world.rows["conditions.page"]
    assert isinstance(page, Page)
    return page


def publication_of(world: World) -> Publication:
    return Publication.objects.get(pk=world.words["version"])
