"""A form that starts again: for another person after one was sent, or for the same doctor."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html

from referrals.fields import DayField
from referrals.files import uploads
from referrals.files.receiving import Received
from referrals.identifiers import plain_phones
from referrals.intake.forms import MessageForm, PublicForm
from referrals.intake.patients import Person, brought_before, family_of, is_same, plain
from referrals.intake.referral_forms import ReferralForm, form_of_mode
from referrals.models import Attachment, Enquiry, Message, Referral
from referrals.references import new_form_key, read_form_key

# The doctor's own, with the column that holds it.
DOCTOR = {
    "name": "sender_name",
    "provider_number": "provider_number",
    "email": "sender_email",
    "phone": "sender_phone",
    "practice_name": "practice_name",
    "practice_address": "practice_address",
    "referrer_type": "referrer_type",
}
SENDER = {"name": "sender_name", "email": "sender_email", "phone": "sender_phone"}
NEVER_CARRIED = {
    "form_key",
    "extra_line",
    "mode",
    "warned",
    "tries",
    "file_count",
    "letter",
    "letter_for",
    "without_file",
    "one_name",
    "is_report",
    "red_flags",
    "urgency",
    "urgency_reason",
    "patient_agrees_mail",
    "signed",
}
ASKED_ANEW = {
    "letter": "This is a new referral: attach the letter of this patient.",
    "red_flags": "This is another patient: please answer again.",
    "signed": "Please sign for this patient.",
}


def sent_for_another(post: QueryDict, kind: str) -> Enquiry | None:
    """What this form brought before, where that was for somebody else than it says now."""
    key = read_form_key(post.get("form_key", ""))
    first = brought_before(key) if key else None
    if first is None or is_same(first, kind, typed_person(post, kind)):
        return None
    return first


def typed_person(post: QueryDict, kind: str) -> Person:
    if kind == Enquiry.Kind.MESSAGE:
        return Person(plain(post.get("name", "")), "", None)
    return form_of_mode(post.get("mode", ""))(post).typed_person()


def referral_anew(
    post: QueryDict, first: Enquiry, received: Iterable[Received], *, address: str
) -> ReferralForm:
    """An unsent referral for another patient: what was typed for this one and the doctor's own.

    What is the same as in the first one is emptied, as it may just have stood there. Files that
    came with this POST are held for the new form, unless the first one had them; they are counted
    like any others, and held `briefly` where no token came with them.
    """
    key = new_form_key()
    held = uploads.gather(
        form_key=read_form_key(key) or "",
        received=[file for file in received if not was_sent_with(first, file)],
        address=address,
    )
    mode = form_of_mode(post.get("mode", ""))
    form_class = form_of_mode(mode.other_mode) if "switch" in post else mode
    initial = carried_over(form_class(), post, first, own=set(DOCTOR))
    form = form_class(held=held, initial={**initial, "form_key": key})
    for name, words in ASKED_ANEW.items():
        field = form.fields[name]
        field.help_text = format_html("<strong>{}</strong> {}", words, field.help_text)
    form.is_fresh = True
    return form


def message_anew(post: QueryDict, first: Enquiry) -> MessageForm:
    """An unsent message by another person, without what may be the first one's."""
    form = MessageForm(initial=carried_over(MessageForm(), post, first, own={"name", "topic"}))
    form.is_fresh = True
    return form


def referral_of_doctor(enquiry: Enquiry) -> ReferralForm:
    """An empty referral that keeps only who sent the last one."""
    referral = enquiry.referral
    initial = {name: getattr(referral, column) for name, column in DOCTOR.items()}
    return form_of_mode(referral.mode)(initial=initial)


def was_sent_with(first: Enquiry, file: Received) -> bool:
    mine = Attachment.objects.filter(enquiry__in=[e.pk for e in family_of(first)])
    return mine.filter(sha256=hashlib.sha256(file.data).hexdigest()).exists()


def carried_over(
    form: PublicForm, post: QueryDict, first: Enquiry, own: set[str]
) -> dict[str, Any]:
    """What was posted, without all that stood in an earlier enquiry of the same form."""
    earlier = family_of(first)
    typed = {name: post.get(name, "") for name in form.fields if name not in NEVER_CARRIED}
    return {
        name: text
        for name, text in typed.items()
        if name in own or not any(is_left_over(name, text, enquiry) for enquiry in earlier)
    }


def is_left_over(name: str, typed: str, enquiry: Referral | Message) -> bool:
    """Whether the enquiry holds the same, however it is written."""
    stored = getattr(enquiry, SENDER.get(name, name), "") or ""
    if isinstance(stored, date):
        return is_day(typed, stored)
    if name.endswith("phone"):
        return plain_phones(typed) == plain_phones(stored)
    return plain(typed) == plain(stored)


def is_day(typed: str, stored: date) -> bool:
    try:
        return DayField(required=False).clean(typed) == stored
    except forms.ValidationError:
        return False
