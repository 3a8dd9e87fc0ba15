"""Makes what tests need. Every person is visibly a sample, every number a reserved one."""

import re
import threading
import time
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pypdf import PdfWriter
from pypdf.generic import NameObject

from clinic_site.models import SAMPLE_CLINIC, Clinic, Location
from clinic_site.running.mail_settings import all_mail_through
from conditions.blocks import BLOCK_OF_KIND
from conditions.blocks.care_card import CareCard
from conditions.blocks.prose import Prose
from conditions.blocks.step import Step
from conditions.blocks.treatment_option import FACTS
from conditions.models import Citation, Page, Passage, Source, Stage
from referrals.files import private_folder, storage, uploads
from referrals.intake.submitting import submit
from referrals.models import Attachment, Enquiry, Message, Referral
from referrals.references import new_form_key, read_form_key, status_token, token_hash
from tests.environment import CLINIC_ZONE

PATIENT = "Samplepatient"
# Of the sample patient, as it would be written. Never four digits alone: a token, a moment or the
# seam of a mail holds any four of them once in some thousand runs.
OF_PATIENT = [PATIENT, "Jo ", "/1980", "1980-01", "January 1980", "Jan 1980", "buttock"]
OF_PATIENT += ["0491 570", "0491570"]
# What a browser says where somebody pressed a link on a staff page.
PRESSED_ON_OUR_PAGE = {
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_DEST": "document",
    "HTTP_REFERER": "http://testserver/admin/",
}
ONE_AT_A_TIME = threading.Lock()


def make_clinic(**changes: Any) -> Clinic:
    facts = {**SAMPLE_CLINIC, "time_zone": CLINIC_ZONE, **changes}
    clinic, _ = Clinic.objects.update_or_create(pk=1, defaults=facts)
    return clinic


def rooms_today() -> date:
    """The day it is in the sample rooms, which lie in another zone than the clinic of the tests."""
    return timezone.localdate(timezone=ZoneInfo(Location().time_zone))


def queue_sign_in_mail(settings: Any) -> None:
    """Through our own outbox, as on a real site: the test runner keeps such mail in memory."""
    for name, value in all_mail_through("referrals.mail.backends.OutboxBackend").items():
        setattr(settings, name, value)


def make_user(*permissions: str, username: str = "robin", **fields: Any) -> User:
    """A member of staff with the given permissions, written `app.codename`."""
    user = User.objects.create_user(
        username, password="long enough a phrase", is_staff=True, **fields
    )
    for name in permissions:
        app, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def signed_in(client: Client, user: User) -> Client:
    """A session with a password and a code behind it; its links are pressed on a page of ours."""
    client.defaults.update(PRESSED_ON_OUR_PAGE)
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def confirmed(client: Client, user: User, *, ago: float = 0) -> Client:
    """The same, where the code was typed so many seconds ago; the person has a phone."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {}}
    )
    signed_in(client, user)
    session = client.session
    facts = {"method": "mfa", "type": "totp", "at": time.time() - ago, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [facts]
    session.save()
    return client


def make_page(*, words: str = "<p>First words.</p>", **changes: Any) -> Page:
    fields = {
        "section": "conditions",
        "slug": "sample-page",
        "title": "Sample page",
        "menu_title": "Sample",
        "lead": "What it is. What you can do.",
        "stage": make_stage(),
    }
    page = Page.objects.create(**{**fields, **changes})
    if words:
        Prose.objects.create(parent=page, region="main", ordering=10, html=words)
    return page


def make_stage(slug: str = "understand", **changes: Any) -> Stage:
    fields = {"name": slug.capitalize(), "ordering": 10, **changes}
    return Stage.objects.get_or_create(slug=slug, defaults=fields)[0]


def make_source(code: str = "R1") -> Source:
    words = {"citation": "Sample A. A sample study. 2020.", "url": "https://doi.org/10.1000/1"}
    return Source.objects.get_or_create(code=code, defaults=words)[0]


def make_passage(slug: str = "emergency", **changes: Any) -> Passage:
    """An emergency card, or what `changes` make of it."""
    words = {
        "name": f"Passage {slug}",
        "shape": "care",
        "level": "emergency",
        "heading": "Call {emergency} now if:",
        "html": "<ul><li>you cannot feel your bottom</li></ul>",
    }
    return Passage.objects.get_or_create(slug=slug, defaults={**words, **changes})[0]


def cite(page: Page, *codes: str) -> None:
    """Let a page name these sources, in this order."""
    for place, code in enumerate(codes):
        Citation.objects.create(page=page, source=make_source(code), ordering=place)


def add_block(page: Page, kind: str, *, ordering: int = 20, **fields: Any) -> Any:
    """A block of any kind with words in all its fields, not checked by `full_clean`."""
    words = {
        "prose": {"html": "<p>Words.</p>"},
        "figure": {"illustration": "pain-map", "alt": "A map.", "long_description": "It shows."},
        "care_card": {"level": "urgent", "heading": "Ring today if:", "html": "<p>it hurts</p>"},
        "step": {"heading": "Lie down", "html": "<p>How.</p>"},
        "recovery_stage": {
            "heading": "First weeks",
            "from_week": 0,
            "to_week": 6,
            "weight_bearing": "Part of your weight",
            "can_do": "<p>Walk.</p>",
            "avoid": "<p>Twisting.</p>",
        },
        "treatment_option": {
            "name": "Exercise",
            **{name: f"Words on {name}." for name in FACTS},
        },
        "risk_figure": {
            "group": "people after fusion",
            "outcome": "did well",
            "others": "did not do well",
            "numerator": 81,
            "denominator": 100,
            "time_frame": "6 months after surgery",
        },
        "checklist": {"purpose": "bring", "heading": "Bring", "lines": "Your scans\nA friend"},
        "passage": {"passage": fields.get("passage")} if fields.get("passage") else {},
    }.get(kind) or BLOCK_OF_KIND[kind].fields_from(BLOCK_OF_KIND[kind].specimens()[0])
    if kind == "risk_figure":
        words["source"] = make_source()
    model = BLOCK_OF_KIND[kind]
    return model.objects.create(
        parent=page, region="main", ordering=ordering, **{**words, **fields}
    )


def add_care_card(page: Page, *, ordering: int = 20) -> CareCard:
    return CareCard.objects.create(
        parent=page,
        region="main",
        ordering=ordering,
        level="emergency",
        heading="Call {emergency} now if:",
        html="<ul><li>you cannot feel your bottom</li></ul>",
    )


def add_step(page: Page, heading: str, *, ordering: int) -> Step:
    return Step.objects.create(
        parent=page, region="main", ordering=ordering, heading=heading, html="<p>How.</p>"
    )


def aged_form_key(*, seconds: int = 60) -> str:
    """The key of a form that was shown a while ago, as people need a while.

    Only Django's signing is told so, and one thread at a time: two that patch at once leave each
    other's clock behind.
    """
    then = time.time() - seconds
    with ONE_AT_A_TIME, mock.patch("django.core.signing.time", mock.Mock(time=lambda: then)):
        return new_form_key()


def hidden_in(html: str) -> dict[str, list[str]]:
    """The hidden fields of a page with one form, as a browser would post them."""
    found: dict[str, list[str]] = {}
    main = html.partition("<main")[2].partition("</main")[0]
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main):
        found.setdefault(name, []).append(unescape(value))
    return found


def form_key() -> str:
    return read_form_key(new_form_key()) or ""


def message(**changes: Any) -> Message:
    """An unsaved message, with a telephone number only: one mail, to the rooms."""
    fields = {
        "kind": Enquiry.Kind.MESSAGE,
        "sender_name": "Alex Samplewriter",
        "sender_phone": "02 5550 0123",
        "topic": "fees",
        "text": "What does a first visit cost?",
    }
    return Message(**{**fields, **changes})


def referral(**changes: Any) -> Referral:
    """An unsaved referral."""
    fields = {
        "kind": Enquiry.Kind.REFERRAL,
        "urgency": "soon",
        "sender_name": "Dr Sam Samplegp",
        "sender_email": "sam@practice.example",
        "patient_given_names": "Jo",
        "patient_family_name": PATIENT,
        "patient_birth_date": date(1980, 1, 31),
        "patient_phone": "0491 570 156",
        "reason": "Left buttock pain for a year.",
        "red_flags": ["none"],
        "provider_number": "2426621B",
        "signed_name": "Dr Sam Samplegp",
        "signed_at": timezone.now(),
    }
    return Referral(**{**fields, **changes})


def submitted(enquiry: Enquiry | None = None, **kwargs: Any) -> Enquiry:
    return submit(enquiry=enquiry or message(), form_key=form_key(), **kwargs)


def with_status_link(enquiry: Enquiry) -> str:
    """Give a stored referral its status page; the token that opens it."""
    token = status_token(enquiry.form_key)
    enquiry.status_token_hash = token_hash(token)
    enquiry.save(update_fields=["status_token_hash"])
    return token


def words_of(html: str) -> str:
    """The words of a page, as they are read in a row."""
    return re.sub(r"\s+", " ", strip_tags(html.partition("<body")[2]))


def message_post(**changes: Any) -> dict[str, Any]:
    """What a browser posts to /contact/."""
    fields = {
        "form_key": aged_form_key(),
        "name": "Alex Samplewriter",
        "phone": "02 5550 0123",
        "email": "alex@sample.example",
        "topic": "fees",
        "text": "What does a first visit cost?",
    }
    return {**fields, **changes}


def referral_post(**changes: Any) -> dict[str, Any]:
    """What a browser posts to /refer/ from the full form."""
    fields = {
        "form_key": aged_form_key(),
        "mode": "full",
        "red_flags": ["none"],
        "urgency": "soon",
        "patient_given_names": "Jo",
        "patient_family_name": PATIENT,
        "patient_birth_date": "31/1/1980",
        "patient_phone": "0491 570 156",
        "reason": "Left buttock pain for a year.",
        "name": "Dr Sam Samplegp",
        "provider_number": "2426621B",
        "email": "sam@practice.example",
        "signed": "on",
    }
    return {**fields, **changes}


def quick_post(*, letter: Any = (), **changes: Any) -> dict[str, Any]:
    """What a browser posts to /refer/ with a letter attached: ten answers."""
    fields = referral_post(mode="quick", urgency="routine")
    fields.pop("reason")
    return {**fields, "letter": letter or sample_letter(), **changes}


def sample_letter(name: str = "letter.pdf", words: str = "Dear colleague") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample_pdf(words), "application/pdf")


def sample_pdf(words: str = "Dear colleague", **catalogue: Any) -> bytes:
    """A real one-page PDF. Further keywords go into its catalogue, where actions stand."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": words})
    for name, value in catalogue.items():
        writer.root_object[NameObject(f"/{name}")] = value
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def hold_letter(key: str, words: str = "Dear colleague", **changes: Any) -> Attachment:
    """A letter in private storage, held for a form that is not sent yet."""
    fields = {"name": "letter.pdf", "position": 1, "at": timezone.now(), **changes}
    return uploads.hold(data=sample_pdf(words), form_key=key, **fields)


def path_of(name: UUID) -> Path:
    """Where a stored file lies; where it would be looked for first if it lies nowhere."""
    paths = [folder / str(name) for folder in private_folder.places()]
    return next((path for path in paths if path.is_file()), paths[0])


def make_attachment(**changes: Any) -> Attachment:
    """A row, and behind it a file of its size that is not what its SHA-256 says."""
    fields = {
        "held_for": "0" * 32,
        "position": 1,
        "name": "letter.pdf",
        "content_type": "application/pdf",
        "size": 9,
        "sha256": "0" * 64,
        "stored_at": timezone.now(),
    }
    file = Attachment.objects.create(**{**fields, **changes})
    storage.write(name=file.pk, data=b"x" * file.size)
    return file
