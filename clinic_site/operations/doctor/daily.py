"""The daily visit: a chore of the mail process. What is new and unwell is mailed, once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic, DoctorVisit
from clinic_site.operations.doctor.finding import Finding
from clinic_site.operations.doctor.visiting import Answer, unwell, visit
from clinic_site.running.memory import give_back

EVERY = timedelta(hours=23)
CUT_OFF_AFTER = timedelta(minutes=10)
SUBJECT = "Your website needs somebody"


def visit_daily(*, at: datetime | None = None) -> DoctorVisit | None:
    """Once a day, however many mail processes there are; None where it was done already."""
    now = at or timezone.now()
    if not took(now):
        return None
    answers = visit(short=True, network=not settings.SITE_IS_LOOPBACK)
    found = unwell(answers)
    shown = unwell(answer for answer in answers if not answer.is_live)
    with transaction.atomic():
        row = DoctorVisit.objects.select_for_update().get(pk=1)
        new = [each for each in found if each.name not in row.told]
        row.at, row.told = now, [each.name for each in found]
        row.findings = as_rows(shown)
        row.save()
        if new:
            tell(new)
    give_back()
    return row


def as_rows(found: list[Finding]) -> list[dict[str, str]]:
    return [{"says": each.says, "mend": each.mend} for each in found]


@transaction.atomic
def note_visit(answers: list[Answer], *, at: datetime | None = None) -> None:
    """What somebody has just asked by hand is what staff read from now on: nothing that is mended
    stands there until tomorrow. What is still unwell is not mailed a second time."""
    row = DoctorVisit.objects.select_for_update().filter(pk=1).first() or DoctorVisit(pk=1)
    still = {each.name for each in unwell(answers)}
    row.at, row.told = at or timezone.now(), [name for name in row.told if name in still]
    row.findings = as_rows(unwell(answer for answer in answers if not answer.is_live))
    row.save()


def took(now: datetime) -> bool:
    """Whether it is time, and no other process has begun; one that was cut off is done again."""
    is_due = Q(at=None) | Q(at__lt=now - EVERY) | Q(at__gt=now)
    is_free = Q(began_at__lt=now - CUT_OFF_AFTER) | Q(began_at__gt=now)
    if DoctorVisit.objects.filter(is_due & (is_free | Q(began_at=None)), pk=1).update(began_at=now):
        return True
    if DoctorVisit.objects.filter(pk=1).exists():
        return False
    try:
        with transaction.atomic():
            DoctorVisit.objects.create(pk=1, began_at=now)
    except IntegrityError:
        return False
    return True


def tell(new: list[Finding]) -> None:
    """The second address, in the caller's transaction. The front page says it in any case: alone
    where there is no such address, and on a machine for trying out."""
    clinic = Clinic.current()
    if settings.SITE_IS_LOOPBACK or not clinic.second_email:
        return
    context = {"clinic": clinic, "found": new, "url": settings.SITE_URL + reverse("admin:health")}
    body = render_to_string("emails/doctor.txt", context).lstrip()
    send_mail(SUBJECT, body, None, [clinic.second_email])
