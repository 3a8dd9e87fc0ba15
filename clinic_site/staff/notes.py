"""Mail to a person about her own sign-in: at every change, through the outbox, without secrets."""

import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic
from clinic_site.sign_in.passkeys.address import all_passkeys

SUBJECTS = {
    "phone_connected": "A phone was connected to your account",
    "phone_replaced": "A new phone makes your codes now",
    "phone_added": "An authenticator app was connected to your account",
    "passkey_added": "A passkey was added to your account",
    "passkey_removed": "A passkey was removed from your account",
    "passkey_copied": "One of your passkeys may have been copied",
    "codes_renewed": "You have new recovery codes",
    "recovery_code_used": "A recovery code was used",
    "password_changed": "Your password was changed",
    "password_set": "A colleague gave you a new password",
    "email_changed": "Mail about your account goes to another address now",
    "factor_reset": "Your phone was disconnected",
    "left": "Your staff account was closed",
    "came_back": "Your staff account is open again",
    "let_in": "Somebody was let in on the server",
    "sessions_ended": "A colleague ended your sessions",
    "new_browser": "You signed in on a new browser",
    "wrong_codes": "Somebody may know your password",
    "invitation": "You are invited to the staff site",
    "invitation_taken": "Your account is ready",
    "colleague_came": "A colleague took your invitation",
    "reset": "Your link for a new password",
    "password_reset": "You have a new password",
    "erasure_asked": "Somebody asks to erase an enquiry",
    "erased": "An enquiry was erased",
}

logger = logging.getLogger(__name__)


def tell(user: User, what: str, *, to: str = "", **facts: object) -> bool:
    """Queue one mail, in the caller's transaction; False where the person has no address.

    `what` is a key of `SUBJECTS` and the name of a template. `to` is another address than hers.
    """
    logger.info("sign-in of user %s: %s", user.pk, what)
    address = to or user.email
    if not address:
        logger.warning("user %s has no email address to be told at", user.pk)
        return False
    context = {
        "user": user,
        "clinic": Clinic.current(),
        "site_url": settings.SITE_URL,
        "password_url": settings.SITE_URL + reverse("account_change_password"),
        "passkeys_url": settings.SITE_URL + reverse("your_sign_in"),
        "has_passkeys": all_passkeys(user).exists(),
        "at": timezone.now(),
        **facts,
    }
    body = render_to_string(f"account/notes/{what}.txt", context)
    send_mail(SUBJECTS[what], body, None, [address])
    return True
