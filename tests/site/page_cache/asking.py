"""Asks an application as a server does, and a small one to stand for Django."""

from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from clinic_site.page_cache import layer as layers
from clinic_site.page_cache.freshness import State
from clinic_site.page_cache.layer import PageCache
from clinic_site.web.compressing import PACKED_OUTSIDE

RULES = "max-age=0, public, s-maxage=1"
WORDS = b"<p>What it is. What you can do.</p>" * 20


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(application: Any, path: str = "/", *, method: str = "GET", **environ: Any) -> Answer:
    """Header fields as `HTTP_…`; nothing is packed unless it is asked for."""
    asked: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "localhost"}
    asked |= {"REMOTE_ADDR": "192.0.2.1", "QUERY_STRING": "", **environ}
    setup_testing_defaults(asked)
    said: list[Any] = []
    result = application(asked, lambda *arguments: said.append(arguments))
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    return Answer(int(said[-1][0].split()[0]), dict(said[-1][1]), body)


class Site:
    """Stands for Django: counts how often it is asked. `says` are the headers of its answer."""

    def __init__(self, *, status: str = "200 OK", body: bytes = WORDS, **says: str | None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.body = status, body
        usual = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": RULES,
            "ETag": '"one"',
            "Content-Encoding": "identity",
            "X-Request-ID": "of the first",
        }
        named = {name.replace("_", "-"): value for name, value in says.items()}
        self.headers = {name: value for name, value in {**usual, **named}.items() if value}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(environ)
        own = {"Content-Length": str(len(self.body))}
        headers = {**self.headers, **own}
        if not environ.get(PACKED_OUTSIDE):
            headers.pop("Content-Encoding", None)
        start_response(self.status, list(headers.items()))
        return [self.body]


class Steady:
    """Stands for what the database says: `state` is set by the test."""

    def __init__(self) -> None:
        self.state = State(1, is_away=False)

    def now(self) -> State:
        return self.state

    ask = now

    def changes(self) -> None:
        self.state = State(self.state.version + 1, is_away=False)

    def goes_away(self) -> None:
        self.state = self.state._replace(is_away=True)


class Clock:
    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


def around(site: Any, monkeypatch: Any, *, limit: int = 1_000_000) -> PageCache:
    """A layer whose clock and freshness the test moves; all that `site` answers is declared."""
    monkeypatch.setattr(layers, "is_readable_by_all", lambda path: True)
    cache = PageCache(site, limit=limit, clock=Clock())
    cache.freshness = Steady()  # type: ignore[assignment]
    return cache
