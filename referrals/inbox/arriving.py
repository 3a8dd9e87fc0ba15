"""How a person came to an enquiry: by a press on a page of ours, or from anywhere else.

The first reading tells the sender that the rooms have read it, so it must be meant. A link in a
mail or on a foreign site, a bookmark, a preview and a page that is fetched in advance mean nothing.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

STAFF, SIGN_IN = "/admin/", ("/admin/account/", "/admin/login/")
IN_ADVANCE = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
A_PRESS = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


def is_press_of_ours(request: HttpRequest) -> bool:
    """Whether the browser says, in headers that no page can write, that somebody pressed a link on
    a staff page of ours. A browser that does not say is asked to press once more."""
    said = all(request.headers.get(name) == value for name, value in A_PRESS.items())
    in_advance = any(request.headers.get(name) for name in IN_ADVANCE)
    return said and not in_advance and came_from_staff_page(request)


def came_from_staff_page(request: HttpRequest) -> bool:
    """Signing in leads back to where a link, perhaps a foreign one, had pointed: it is no press."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return False
    ours = {request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower()}
    is_staff_page = page.path.startswith(STAFF) and not page.path.startswith(SIGN_IN)
    return is_staff_page and page.netloc.lower() in ours
