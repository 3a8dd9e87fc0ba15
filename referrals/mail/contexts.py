"""What the template of each kind of mail is given. By default no health detail."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from clinic_site.models import Clinic
from referrals.mail import no_mail
from referrals.models import Answer, Attachment, Ending, Enquiry, Event, LateNotice, Notification
from referrals.references import answer_token, mail_link_proof, open_status_token, token_hash
from referrals.states.lookups import decisions, is_for_the_sender, news_of, state_of
from referrals.states.no_end import LIST, NAMED_AT_MOST, without_end
from referrals.states.outcomes import with_day
from referrals.states.patient_words import patient_news
from referrals.urgency import is_urgent


def nothing_more(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    return {}


def as_queued(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Words that could not wait: they were written when the mail was queued."""
    return {"subject": notification.subject, "body": notification.body}


def for_the_rooms(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    enquiry = enquiry_of(notification)
    original = notification.stands_in_for
    lines = lines_told_of(original or notification)
    return {
        "link": f"{settings.SITE_URL}{enquiry.get_admin_url()}?mail={mail_link_proof(enquiry.pk)}",
        "files": files_in_words(enquiry),
        "instead_of": original.recipient if original else "",
        "is_suspect": state_of(enquiry).is_hidden,
        "is_known": enquiry.way_in != Enquiry.WayIn.WEB or bool(lines & HAD_BEFORE),
        "is_hers_now": original is None and Event.Kind.FOR_WHOM in lines,
    }


def for_what_came(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Whether the sender withdrew it: the rooms are to see that without opening it."""
    lines = lines_told_of(notification.stands_in_for or notification)
    return {"is_withdrawn": Event.Kind.WITHDRAWN in lines}


def for_a_colleague(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Who handed it to her, by name."""
    enquiry = enquiry_of(notification)
    lines = enquiry.events.filter(kind=Event.Kind.HANDED, at=notification.created_at)
    line = lines.select_related("by").order_by("-pk").first()
    who = line.by.get_full_name().strip() if line and line.by else ""
    proof = mail_link_proof(enquiry.pk)
    return {
        "who_handed": who or "A colleague",
        "link": f"{settings.SITE_URL}{enquiry.get_admin_url()}?mail={proof}",
    }


# The rooms had it when these were written: a red flag was found in it, or it is for a doctor now.
HAD_BEFORE = {Event.Kind.DETAILS_CORRECTED.value, Event.Kind.FOR_WHOM.value}


def lines_told_of(mail: Notification) -> set[str]:
    """The kinds of line that were written as it was queued."""
    at = mail.created_at
    return set(Event.objects.filter(enquiry=mail.enquiry_id, at=at).values_list("kind", flat=True))


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
    """By reference only, what was told of at that moment. Where each was corrected since, so that
    it is told of anew, the one that the mail belongs to."""
    rows = LateNotice.objects.filter(told_at=notification.created_at).order_by("pk")
    references = list(dict.fromkeys(rows.values_list("enquiry__reference", flat=True)))
    references = references or [enquiry_of(notification).reference]
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
    answer = answer_told_of(event)
    link = answer_link(answer) if answer else ""
    news = news_of(event.kind, ending_of(event).outcome)
    words = (link and news.by_link) or news_words(notification, event)
    return {
        "event": event,
        "news": news,
        "words": words.replace("{telephone}", clinic.telephone),
        "answer": answer,
        "answer_link": link,
        "words_of_rooms": words_of_rooms(event, answer),
        **for_the_sender(notification, clinic),
    }


def answer_told_of(event: Event) -> Answer | None:
    """The words that a mail leads to. A new link is made for the one that was sent before it."""
    if event.kind == Event.Kind.ANSWER_LINK:
        renewed = Answer.objects.filter(enquiry=event.enquiry_id, linked_by=event.pk)
        return renewed.first()
    return Answer.objects.filter(event=event).first()


def words_of_rooms(event: Event, answer: Answer | None) -> str:
    """What the mail itself repeats: where the clinic lets all details out, or chose so for these
    words. By default nothing, and never what was taken back."""
    if answer and answer.revoked_at:
        return ""
    if answer and answer.is_in_mail:
        return answer.words
    by_setting = settings.NOTIFY_DETAIL == "full" and event.by_id and is_for_the_sender(event.kind)
    return (event.note or "") if by_setting else ""


def answer_link(answer: Answer) -> str:
    """The address of its page; empty where it opens nothing, or its keys are gone."""
    token = answer_token(answer.link_key)
    is_ours = answer.asks_for and answer.token_hash == token_hash(token)
    if not is_ours or not answer.is_open(at=timezone.now()):
        return ""
    return settings.SITE_URL + reverse("referrals:answer", args=[token])


def news_words(notification: Notification, event: Event) -> str:
    """With `{telephone}` still in them. A reopening says which decision no longer stands."""
    ending = ending_of(event)
    own_words = with_day(news_of(event.kind, ending.outcome).words, ending.booked_on)
    if event.kind != Event.Kind.REOPENED:
        return own_words
    undone = taken_back(notification)
    news = news_of(undone.kind, ending_of(undone).outcome) if undone else None
    return (news and news.if_undone) or own_words


def ending_of(event: Event) -> Ending:
    """How it was filed by this event; empty for any other, and for filings from before."""
    return Ending.objects.filter(event=event).first() or Ending(event=event)


def for_the_patient(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """Raises `LookupError` where the patient hears nothing of such an event."""
    event = notification.event
    ending = ending_of(event) if event else Ending()
    news = patient_news(event.kind, ending.outcome) if event else None
    if news is None:
        raise LookupError("the patient hears nothing of this")
    page = import_string(settings.VISIT_PAGE)() if news.brings else ""
    return {
        "news": news,
        "words": with_day(news.words, ending.booked_on).replace("{telephone}", clinic.telephone),
        "visit_page": settings.SITE_URL + page if page else "",
        "who": clinic.tagline.strip() or clinic.name,
        "no_mail_link": no_mail.link_for(notification.recipient),
    }


def for_the_morning(notification: Notification, clinic: Clinic) -> dict[str, Any]:
    """As it stands when the mail is written, however long it waited."""
    rows = without_end(at=timezone.now())
    references = list(rows.values_list("reference", "received_at"))
    return {
        "count": len(references),
        "references": references[:NAMED_AT_MOST],
        "more": max(0, len(references) - NAMED_AT_MOST),
        "list_link": settings.SITE_URL + reverse("admin:referrals_enquiry_changelist") + LIST,
    }


def taken_back(notification: Notification) -> Event | None:
    """Which decision a mail of a reopening takes back: the last one told; or None, where it is not
    sure that one was."""
    told = Notification.objects.filter(
        enquiry=notification.enquiry_id,
        kind=notification.kind,
        event__kind__in=[*decisions(), Event.Kind.REOPENED],
        event__lt=notification.event_id,
        state=Notification.State.SENT,
    )
    last = told.order_by("-pk").select_related("event").first()
    return last.event if last else None


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
