"""Django's session middleware, which also tells the session its browser and notes that it is used.

A page that only asks whether the session goes on says so (`only_asks`): it keeps nothing alive.
"""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic_site.web.browsers import described


class StaffSessionMiddleware(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.browser = described(request.headers.get("User-Agent", ""))  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        session = getattr(request, "session", None)
        is_use = session is not None and session.accessed and not getattr(request, "only_asks", 0)
        if is_use and response.status_code < 500:
            session.note_use(timezone.now())  # type: ignore[union-attr]
        return response
