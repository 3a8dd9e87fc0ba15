"""What the template of each kind of mail is given. By default no health detail."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from clinic_site.models import Clinic
from referrals.mail import no_mail
from referrals.models import Attachment, Enquiry, Event, LateNotice, Notification
from referrals.references import mail_link_proof, open_status_token
from referrals.states.lookups import decisions, news_of, state_of
from referrals.urgency import is_urgent


def nothing_more(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    return {}


def as_queued(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Words that could not wait: they were written when the mail was queued."""
    return {"subject": notification.subject, "body": notification.body}


def for_the_rooms(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    enquiry = enquiry_of(notification)
    original = notification.stands_in_for
    return {
        "link": f"{settings.SITE_URL}{enquiry.get_admin_url()}?mail={mail_link_proof(enquiry.pk)}",
        "files": files_in_words(enquiry),
        "instead_of": original.recipient if original else "",
        "is_suspect": state_of(enquiry).is_hidden,
    }


def files_in_words(enquiry: Enquiry) -> str:
    """How many came, and how many of them nobody should open."""
    states = list(enquiry.attachments.values_list("state", flat=True))
    aside = states.count(Attachment.State.QUARANTINED)
    if not aside:
        return str(len(states) or "None")
    were = "was" if aside == 1 else "were"
    return f"{len(states)} ({aside} looked suspicious and {were} set aside)"


LISTED_AT_MOST = 20  # references in a mail of what is late


def for_late(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """By reference only, what was told of at that moment."""
    rows = LateNotice.objects.filter(told_at=notification.created_at).order_by("pk")
    references = list(dict.fromkeys(rows.values_list("enquiry__reference", flat=True)))
    return {
        "references": references[:LISTED_AT_MOST],
        "more": max(len(references) - LISTED_AT_MOST, 0),
        "count": len(references),
        "list_path": reverse("admin:referrals_enquiry_changelist") + "?now=late",
    }


def for_the_sender(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    enquiry = enquiry_of(notification)
    return {
        "status_link": status_link(enquiry),
        "no_mail_link": no_mail.link_for(notification.recipient),
        "urgent": is_urgent(enquiry),
    }


def for_news(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Raises `LookupError` where nothing is told of such an event."""
    event = notification.event
    if event is None:
        raise LookupError("news of nothing")
    return {
        "event": event,
        "news": news_of(event.kind),
        "words": news_words(notification, event).replace("{telephone}", clinic.telephone),
        **for_the_sender(notification, clinic),
    }


def news_words(notification: Notification, event: Event) -> str:
    """With `{telephone}` still in them. A reopening says which decision no longer stands."""
    own_words = news_of(event.kind).words
    if event.kind != Event.Kind.REOPENED:
        return own_words
    undone = taken_back(notification)
    return (undone and news_of(undone).if_undone) or own_words


def taken_back(notification: Notification) -> str:
    """Which decision a mail of a reopening takes back: the kind of the last one told; or empty."""
    told = Notification.objects.filter(
        enquiry=notification.enquiry_id,
        event__kind__in=[*decisions(), Event.Kind.REOPENED],
        event__lt=notification.event_id,
    ).exclude(state=Notification.State.UNDONE)
    return told.order_by("-pk").values_list("event__kind", flat=True).first() or ""


def enquiry_of(notification: Notification) -> Enquiry:
    if notification.enquiry is None:
        raise LookupError("a mail of no enquiry")
    return notification.enquiry


def details(enquiry: Enquiry | None, amount: str) -> list[tuple[str, Any]]:
    """Label and value of what its kind and NOTIFY_DETAIL let into a mail: by default nothing."""
    if enquiry is None or amount not in {"initials", "full"}:
        return []
    if enquiry.kind == Enquiry.Kind.MESSAGE:
        if amount == "initials":
            return [("From (initials)", initials(enquiry.sender_name))]
        return [("From", enquiry.sender_name), ("Message", enquiry.message.text)]
    patient = enquiry.referral
    name = f"{patient.patient_given_names} {patient.patient_family_name}".strip()
    if amount == "initials":
        return [("Patient (initials)", initials(name))]
    born = f"{patient.patient_birth_date:%d/%m/%Y}"
    return [("Patient", name), ("Date of birth", born), ("Reason", patient.reason)]


def initials(name: str) -> str:
    return " ".join(f"{word[0]}." for word in name.split())


def status_link(enquiry: Enquiry) -> str:
    """The address of the status page; empty where there is none or it was switched off."""
    token = open_status_token(enquiry.form_key, enquiry.status_token_hash)
    return settings.SITE_URL + reverse("referrals:status", args=[token]) if token else ""
