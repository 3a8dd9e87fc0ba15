"""Every kind of mail: whom it goes to, what it may tell, and what its template is given.

The words themselves are blocks of `templates/emails/<kind>.html`: `subject`, `text` and `html`.
A new kind is one value of `Notification.Kind`, one row here and one template. What is forgotten is
refused as the site starts: a row by `check_kinds`, a template by a system check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode

from clinic_site.models import Clinic
from referrals.mail import contexts
from referrals.models import Notification
from referrals.states.shapes import Incomplete, Row

Kind = Notification.Kind


class GoesTo(Enum):
    """Whose address it is. A refused address of one person is that person's own matter, for staff
    to ring about; a refused address of the rooms is trouble with the site."""

    ROOMS = "the rooms"
    SENDER = "whoever sent the enquiry"
    PATIENT = "the patient who is referred"
    STAFF = "one member of staff"


class Detail(Enum):
    """How much of what was written it may repeat."""

    NONE = "nothing, ever"
    BY_SETTING = "what NOTIFY_DETAIL lets out: by default nothing"


@dataclass(frozen=True, kw_only=True)
class MailKind(Row):
    """One kind of mail."""

    what, named_by, table = "mail", "kind", "referrals/mail/kinds.py"

    kind: Notification.Kind
    goes_to: GoesTo
    detail: Detail
    may_be_answered: bool  # by writing to the sender of a message, if details may go out
    has_html: bool
    context: Callable[[Notification, Clinic], dict[str, Any]]  # beside what every mail is given


KINDS: dict[str, MailKind] = {
    row.kind: row
    for row in [
        MailKind(
            kind=Kind.NEW_ENQUIRY,
            goes_to=GoesTo.ROOMS,
            detail=Detail.BY_SETTING,
            may_be_answered=True,
            has_html=True,
            context=contexts.for_the_rooms,
        ),
        MailKind(
            kind=Kind.RECEIPT,
            goes_to=GoesTo.SENDER,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_the_sender,
        ),
        MailKind(
            kind=Kind.STATUS,
            goes_to=GoesTo.SENDER,
            detail=Detail.BY_SETTING,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_news,
        ),
        MailKind(
            kind=Kind.TEST,
            goes_to=GoesTo.ROOMS,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.nothing_more,
        ),
        MailKind(
            kind=Kind.STAFF_MAIL,
            goes_to=GoesTo.STAFF,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=False,
            context=contexts.as_queued,
        ),
        MailKind(
            kind=Kind.ANSWER_CAME,
            goes_to=GoesTo.ROOMS,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_what_came,
        ),
        MailKind(
            kind=Kind.HANDED,
            goes_to=GoesTo.STAFF,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_a_colleague,
        ),
        MailKind(
            kind=Kind.LATE,
            goes_to=GoesTo.ROOMS,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_late,
        ),
        MailKind(
            kind=Kind.PATIENT,
            goes_to=GoesTo.PATIENT,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_the_patient,
        ),
        MailKind(
            kind=Kind.NO_END,
            goes_to=GoesTo.ROOMS,
            detail=Detail.NONE,
            may_be_answered=False,
            has_html=True,
            context=contexts.for_the_morning,
        ),
    ]
}


def check_kinds(kinds: Mapping[str, MailKind]) -> None:
    for kind in Kind:
        if kind not in kinds:
            raise Incomplete(f"The mail “{kind}” has no row in referrals/mail/kinds.py.")


check_kinds(KINDS)
TO_ONE_PERSON = [kind for kind, row in KINDS.items() if row.goes_to is not GoesTo.ROOMS]


def template_of(kind: str) -> str:
    return f"emails/{kind}.html"


def missing_words() -> list[str]:
    """A sentence for each mail whose template is missing, or lacks one of its blocks."""
    found = []
    for kind, row in KINDS.items():
        wanted = ["subject", "text", *(["html"] if row.has_html else [])]
        name = template_of(kind)
        try:
            blocks = blocks_of(name)
        except TemplateDoesNotExist:
            found.append(f"The mail “{kind}” has no template {name}.")
            continue
        absent = [block for block in wanted if block not in blocks]
        found += [f"The mail “{kind}” has no block “{block}” in {name}." for block in absent]
    return found


def blocks_of(name: str) -> set[str]:
    template: Any = get_template(name)
    nodes = template.template.nodelist.get_nodes_by_type(ExtendsNode)
    return {block for node in nodes for block in node.blocks}
