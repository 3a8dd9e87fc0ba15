"""People with a browser and a network address of their own, at a running site."""

import http.cookiejar
import re
import urllib.error
import urllib.request

from tests.faults.senders import File, Form, encoded
from tests.running_site import RunningSite

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]+)"'), re.compile(r'value="([^"]*)"')


def hidden_in(html: str) -> dict[str, object]:
    """What a page's forms carry without showing it."""
    fields = [(NAME.search(field), VALUE.search(field)) for field in HIDDEN.findall(html)]
    return {name[1]: value[1] if value else "" for name, value in fields if name}


class Visitor:
    """Behind a proxy on this machine, which says where they come from."""

    def __init__(self, site: RunningSite, address: str) -> None:
        self.site, self.address = site, address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.at = ""  # the address of the page that is shown
        self.seen_cookies: dict[str, set[str]] = {}

    def open(self, path: str, form: Form | None = None, **headers: str) -> str:
        body, kind = encoded(form) if form else (None, "")
        request = urllib.request.Request(self.site.url + path, body)  # noqa: S310
        request.add_header("X-Forwarded-For", self.address)
        for name, value in {"Content-Type": kind, **headers}.items():
            if value:
                request.add_header(name.replace("_", "-"), value)
        try:
            response = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            self.at = response.url.removeprefix(self.site.url)
            self.status = response.status
            html = response.read().decode("utf-8", "replace")
        for cookie in self.jar:
            self.seen_cookies.setdefault(cookie.name, set()).add(cookie.value or "")
        return html

    def begin(self, path: str) -> dict[str, object]:
        """What stands hidden in the form at a path."""
        return hidden_in(self.open(path))

    def send(self, path: str, fields: dict[str, object], file: File | None = None) -> str:
        return self.open(path, Form(path, fields, file))

    def press(self, path: str, *, on: str = "", **fields: object) -> str:
        """Fill in the form on a page and send it to `path`."""
        return self.send(path, {**self.begin(on or path), **fields})
