"""Words of the rooms as the sender can read them: by a link that a mail brings."""

from referrals.models import Answer, Enquiry, Event
from referrals.models.conversation import LINK_LASTS
from referrals.references import answer_token, new_link_key, token_hash


def write_answer(*, event: Event, enquiry: Enquiry, is_in_mail: bool) -> Answer:
    """The words of an event, with a link of their own. In the verb's transaction."""
    key = new_link_key()
    return Answer.objects.create(
        enquiry=enquiry,
        event=event,
        words=event.note or "",
        link_key=key,
        token_hash=token_hash(answer_token(key)),
        written_at=event.at,
        expires_at=event.at + LINK_LASTS,
        is_in_mail=is_in_mail,
    )
