"""No header and no body makes the site break: whoever writes odd ones gets a page with the rooms'
telephone. Asked of every address there is, as a stranger and as staff."""

import re
from io import BytesIO

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from clinic_site.web.odd_headers import TolerantHandler, TolerantRequest
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
TELEPHONE = "tel:0255501234"
FORM = "application/x-www-form-urlencoded"
ODD_ADDRESSES = ["http://[", "http://[::1", "null", "//", "http://x:99999999", "http://a b", "é"]
FORMS = ["/contact/", "/refer/", "/helpful/", "/admin/account/login/"]
ODD_KINDS = [
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "x" * 300,
    "multipart/form-data; boundary*=utf-8''%ff",
    "multipart/form-data; charset=nonsense; boundary=x",
    f"{FORM}; charset=nonsense",
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=idna",
    f"{FORM}; charset=hex",
    "text/plain; charset=rot13",
    ";",
    "",
]
UNREADABLE_KINDS = [
    "multipart/form-data; boundary*=x''y",
    "a/b; charset*=utf-8''%00",
    f"{FORM}; charset=\x00",
]
BODIES = [
    b"a=b",
    b"\xff\xfe=\x00",
    b"%ff=%00&csrfmiddlewaretoken=%00",
    b"--x\r\nContent-Disposition: form-data; name=\"letter\"; filename*=utf-8''%ff.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name*=nope''a; filename=\"a\"\r\n\r\nb\r\n--x--\r\n",
]


def every_address(patterns=None, before="/"):
    """One address for each line of the URLconf."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from every_address(pattern.url_patterns, path)
            continue
        path = re.sub(r"<section:\w+>", "conditions", path)
        path = re.sub(r"<uuid:\w+>", "0b0b0b0b-0000-4000-8000-000000000000", path)
        path = re.sub(r"<[\w:]+>|\(\?P<\w+>.*?\)", "1", path)
        yield re.sub(r"\^|\\Z|\$", "", path)


@pytest.fixture(params=["a stranger", "staff"])
def visitor(request):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if request.param == "staff":
        signed_in(client, make_user(username="all", is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("name", "secure"),
    [("origin", False), ("origin", True), ("referer", True)],  # http asks no referer
)
def test_an_origin_that_is_no_address_is_refused_and_breaks_nothing(visitor, name, secure):
    for path in sorted(set(every_address())):
        response = visitor.post(path, {"a": "b"}, secure=secure, headers={name: "http://["})
        assert response.status_code < 500 or path == "/healthz", path


@pytest.mark.parametrize(
    "name", ["origin", "referer", "host", "x-forwarded-for", "x-forwarded-host", "sec-fetch-site"]
)
@pytest.mark.parametrize("path", FORMS)
def test_odd_addresses_in_headers_break_no_form(visitor, path, name):
    for odd in ODD_ADDRESSES:
        response = visitor.post(path, {"a": "b"}, headers={name: odd})
        assert response.status_code < 500, odd
        assert TELEPHONE in response.content.decode() or response.status_code == 302


@pytest.mark.parametrize("kind", ODD_KINDS)
@pytest.mark.parametrize("path", FORMS)
def test_odd_kinds_of_bodies_break_no_form(visitor, path, kind):
    for body in BODIES:
        response = visitor.generic("POST", path, body, kind)
        assert response.status_code < 500, body
        assert TELEPHONE in response.content.decode() or response.status_code == 302


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "0x10", " 5", "٣", "+3"])
def test_a_length_that_is_no_number_is_a_bad_request(visitor, length):
    response = visitor.post("/contact/", {"a": "b"}, CONTENT_LENGTH=length)
    assert response.status_code == 400
    assert TELEPHONE in response.content.decode()


@pytest.mark.django_db(transaction=True)  # a real handler gives its connection back
@pytest.mark.parametrize("kind", UNREADABLE_KINDS)
def test_a_kind_that_django_cannot_read_is_no_form(kind):
    """Django reads it before any middleware, so its own answer would be a bare line of text."""
    environ = RequestFactory().request(REQUEST_METHOD="POST", PATH_INFO="/contact/").environ
    environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"a=b")}
    assert TolerantHandler.request_class is TolerantRequest
    answers = []
    body = b"".join(TolerantHandler()(environ, lambda status, _: answers.append(status)))
    assert answers == ["403 Forbidden"]
    assert TELEPHONE in body.decode()
