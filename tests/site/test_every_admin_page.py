"""Each page of the staff site opens with a real row of each kind, for whoever may open it."""

from datetime import date
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture

from clinic_site.models import CspReport
from clinic_site.staff.sign_in_log import note
from conditions.blocks import BLOCK_OF_KIND
from conditions.editor.image_forms import ImageForm
from conditions.models import Feedback, GlossaryTerm, Image, Synonym
from conditions.publishing.verbs import publish_starter
from referrals.access_log import note_access
from referrals.models import AccessLog, Enquiry, ReplyTemplate
from tests.makers import (
    add_block,
    cite,
    confirmed,
    make_clinic,
    make_page,
    make_passage,
    make_source,
    make_stage,
    make_user,
    referral,
    signed_in,
    submitted,
)
from tests.referrals.patient_requests.asking import noted

pytestmark = pytest.mark.django_db


def uploaded_image():
    buffer = BytesIO()
    Picture.new("RGB", (640, 400), "teal").save(buffer, "PNG")
    file = SimpleUploadedFile("photo.png", buffer.getvalue(), "image/png")
    form = ImageForm({"title": "The front door"}, {"file": file})
    assert form.is_valid(), form.errors
    return form.save()


def full_page():
    """A page with a block of each kind and a row in each list, published once."""
    page = make_page()
    for number, kind in enumerate(BLOCK_OF_KIND, start=2):
        add_block(page, kind, ordering=10 * number)
    cite(page, "R0")  # of the samples
    add_block(page, "figure", ordering=500, illustration="", image=uploaded_image())
    page.key_facts.create(label="How long", value="An hour")
    page.citations.create(source=make_source())
    publish_starter(page=page)
    return page


def full_clinic():
    clinic = make_clinic(second_email="second@clinic.example")
    clinic.notified.create(email="desk@clinic.example")
    clinic.clinicians.create(name="Dr Sample", role="Surgeon")
    clinic.closures.create(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2), reason="Holiday")
    return clinic


def read_enquiry(user):
    enquiry = submitted(referral())
    note_access(references=[enquiry.reference], by=user, action="view")
    return AccessLog.objects.get()


def recovery_codes(user):
    return RecoveryCodes.activate(user).instance


MAKERS = {
    "clinic_site.clinic": lambda user: full_clinic(),
    "clinic_site.cspreport": lambda user: CspReport.objects.create(
        directive="script-src", blocked="inline", first_at=timezone.now(), last_at=timezone.now()
    ),
    "clinic_site.location": lambda user: make_clinic().locations.first(),
    "clinic_site.signinevent": lambda user: note("denied", user=user, detail="index"),
    "conditions.page": lambda user: full_page(),
    "conditions.stage": lambda user: make_stage(),
    "conditions.source": lambda user: make_source(),
    "conditions.glossaryterm": lambda user: GlossaryTerm.objects.create(
        term="Sacrum", definition="A bone."
    ),
    "conditions.passage": lambda user: make_passage(),
    "conditions.synonym": lambda user: Synonym.objects.create(words="tailbone, sacrum"),
    "conditions.image": lambda user: uploaded_image(),
    "conditions.feedback": lambda user: Feedback.objects.create(
        page=make_page(), helpful=True, sentence="Clear.", at=timezone.now()
    ),
    "referrals.enquiry": lambda user: Enquiry.objects.get(pk=submitted(referral()).pk),
    "referrals.notification": lambda user: submitted(referral()).notifications.first(),
    "referrals.accesslog": read_enquiry,
    "referrals.patientrequest": lambda user: noted(by=user),
    "referrals.replytemplate": lambda user: ReplyTemplate.objects.first(),
    "auth.group": lambda user: Group.objects.first(),
    "auth.user": lambda user: user,
    "account.emailaddress": lambda user: EmailAddress.objects.create(
        user=user, email="robin@clinic.example", verified=True
    ),
    "mfa.authenticator": recovery_codes,
}
OF_ITS_OWN = {  # one page for all
    "referrals.retentionrule",  # tests/referrals/retention/test_pages.py
    "referrals.inboxlimits",  # tests/referrals/inbox/test_clocks.py
}
REGISTERED = [
    label
    for label in (model._meta.label_lower for model in admin.site._registry)
    if label not in OF_ITS_OWN
]
OPENED = {"add": {200, 302, 403}, "change": {200}, "delete": {200, 403}, "history": {200}}


def address_of(row, page):
    meta = row._meta
    args = [] if page in {"add", "changelist"} else [row.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def everything_allowed(username="lee"):
    return User.objects.create_superuser(username, "lee@clinic.example", "long enough a phrase")


def test_every_registered_kind_is_looked_at():
    """A new kind in the admin needs a real row here."""
    assert set(REGISTERED) <= set(MAKERS)


@pytest.mark.parametrize("label", REGISTERED)
def test_all_pages_of_a_kind_open(client, label):
    user = everything_allowed()
    row = MAKERS[label](user)
    staff = confirmed(client, user)
    assert staff.get(address_of(row, "changelist")).status_code == 200
    for page, allowed in OPENED.items():
        assert staff.get(address_of(row, page)).status_code in allowed, page


@pytest.mark.parametrize("label", REGISTERED)
def test_all_pages_open_for_one_who_may_only_look(client, label):
    row = MAKERS[label](everything_allowed())
    app, model = label.split(".")
    staff = signed_in(client, make_user(f"{app}.view_{model}"))
    for page in ["changelist", "change", "history"]:
        assert staff.get(address_of(row, page)).status_code == 200, page


@pytest.mark.parametrize("label", REGISTERED)
def test_a_history_with_a_line_in_it_opens(client, label):
    user = everything_allowed()
    row = MAKERS[label](user)
    kind = ContentType.objects.get_for_model(row)
    LogEntry.objects.create(
        user=user, content_type=kind, object_id=row.pk, object_repr="x", action_flag=CHANGE
    )
    assert signed_in(client, user).get(address_of(row, "history")).status_code == 200


def test_a_picture_is_shown_and_gets_another_title(client):
    image = uploaded_image()
    staff = signed_in(client, everything_allowed())
    html = staff.get(address_of(image, "change")).content.decode()
    assert f"/media/images/{image.renditions[0]['name']}" in html
    assert 'type="file"' not in html
    staff.post(address_of(image, "change"), {"title": "The ramp"})
    assert Image.objects.get().title == "The ramp"
    assert Image.objects.get().renditions == image.renditions
