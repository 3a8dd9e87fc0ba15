"""How a person came to an enquiry: by a press on a page of ours, or from anywhere else.

The first reading tells the sender that the rooms have read it, so it must be meant. A link in a
mail or on a foreign site, a bookmark, a preview and a page that is fetched in advance mean nothing.
Who signs in because a mail of ours led to this very enquiry has pressed enough: a scanner of mail
cannot sign in, and no other site can make such a link.
"""

import time
from urllib.parse import SplitResult, urlsplit

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from referrals.inbox.clocks import must_ring
from referrals.models import Enquiry
from referrals.references import is_mail_link_of_ours

JUST_NOW = 120  # seconds between signing in and the page that it was for
STAFF, SIGN_IN = "/admin/", ("/admin/account/", "/admin/login/")
IN_ADVANCE = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
A_PRESS = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


def is_meant(request: HttpRequest, enquiry: Enquiry) -> bool:
    """Whether whoever asks for the page of this enquiry wants to read this enquiry."""
    return is_press_of_ours(request) or signed_in_for_it(request, enquiry)


def is_press_of_ours(request: HttpRequest) -> bool:
    """Whether the browser says, in headers that no page can write, that somebody pressed a link on
    a staff page of ours. A browser that does not say is asked to press once more.

    Signing in leads back to where a link, perhaps a foreign one, had pointed: it is no press.
    """
    page = page_before(request)
    return is_pressed(request) and is_ours(page, request) and not page.path.startswith(SIGN_IN)


def has_looked(request: HttpRequest, enquiry: Enquiry) -> bool:
    """Whether it is unread no more: not by whoever comes back from her own correction, nor before
    somebody was rung about a red flag that was found after it was accepted."""
    is_led_back = page_before(request).path.endswith("/correct/")
    still_rings = enquiry.status == Enquiry.Status.ACCEPTED and must_ring(enquiry)
    return is_meant(request, enquiry) and not is_led_back and not still_rings


def signed_in_for_it(request: HttpRequest, enquiry: Enquiry) -> bool:
    """Whether she has just signed in, and a mail of ours about this enquiry had led her there.

    Without the proof of our mail it is no press: a foreign link leads through the sign-in too.
    """
    page = page_before(request)
    from_sign_in = is_pressed(request) and is_ours(page, request) and page.path.startswith(SIGN_IN)
    is_from_mail = is_mail_link_of_ours(request.GET.get("mail", ""), enquiry.pk)
    return from_sign_in and is_from_mail and signed_in_at(request) > time.time() - JUST_NOW


def signed_in_at(request: HttpRequest) -> float:
    """When the last password, code or passkey came, in seconds of Unix time."""
    records = get_authentication_records(request, request.user)
    return max((record.get("at", 0.0) for record in records), default=0.0)


def is_pressed(request: HttpRequest) -> bool:
    said = all(request.headers.get(name) == value for name, value in A_PRESS.items())
    return said and not any(request.headers.get(name) for name in IN_ADVANCE)


def page_before(request: HttpRequest) -> SplitResult:
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return urlsplit("")


def is_ours(page: SplitResult, request: HttpRequest) -> bool:
    hosts = {request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower()}
    return page.path.startswith(STAFF) and page.netloc.lower() in hosts
