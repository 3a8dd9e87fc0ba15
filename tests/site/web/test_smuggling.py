"""Two requests in one: what two servers could read in two ways, ours does not read at all."""

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

HEAD = b"POST /contact/ HTTP/1.1\r\nHost: clinic.example\r\n"
BODY = b"0\r\n\r\nGET /admin/ HTTP/1.1\r\nHost: clinic.example\r\n\r\n"
ATTACKS = {
    "length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 51\r\n\r\n",
    "a length with a sign": b"Content-Length: +51\r\n\r\n",
    "chunks that are no chunks": b"Transfer-Encoding: xchunked\r\n\r\n",
    "chunks twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunks and something after": b"Transfer-Encoding: chunked, identity\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n",
    "a name in two lines": b"Transfer-Encoding:\r\n chunked\r\n\r\n",
    "a sign that cuts a line": b"X: a\x00\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_unclear_end_of_a_request_is_refused(attack):
    requests = RequestParser(Config(), [HEAD + attack + BODY], ("127.0.0.1", 1))
    with pytest.raises(ParseException):
        next(requests)


def test_an_ordinary_request_is_read():
    """Else the test above would refuse everything."""
    request = next(RequestParser(Config(), [HEAD + b"Content-Length: 2\r\n\r\nhi"], ("::1", 1)))
    assert request.path == "/contact/"
    assert request.body.read() == b"hi"
