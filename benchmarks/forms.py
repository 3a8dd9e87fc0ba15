"""What sending a form costs, against the least a database needs: `python -m benchmarks.forms`.

A message and a referral without files, as a browser sends them over one connection, with all their
rows; between them one-row commits on the same database and disk, as durable as the site's own.
DATABASE_URL chooses the database. Times are what the sender waits for, in milliseconds.
"""

import http.client
import sqlite3
import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import psycopg2

from benchmarks.__main__ import prepare
from benchmarks.rounds import bars, sites
from benchmarks.rounds.processes import ASKING, SERVING, on_core, processor_seconds
from clinic_site.running.database_settings import SQLITE
from tests.running_site import RunningSite

prepare()
from tests.faults.senders import HIDDEN, PATIENCE_WITH_FORMS, pairs  # noqa: E402  needs models
from tests.makers import message_post, referral_post  # noqa: E402  needs models

ROUNDS, SENT = (2, 8) if bars.SHORT else (5, 40)
FORMS: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    "message": ("/contact/", message_post),
    "referral": ("/refer/", referral_post),
}
ROW = ("SIJ-2345BCDF", "Alex Samplewriter", "02 5550 0123", "What does a first visit cost?")

Times = list[float]


class Browser:
    """One practice with an address of its own: what it got with the form goes back with it."""

    def __init__(self, site: RunningSite, number: int) -> None:
        self.site, self.number = site, number
        self.address = f"10.{number // 62500 % 250}.{number // 250 % 250}.{number % 250}"

    def open(self, line: http.client.HTTPConnection, kind: str) -> float:
        self.path, make = FORMS[kind]
        began = time.perf_counter()
        line.request("GET", self.path, headers={"X-Forwarded-For": self.address})
        answer = line.getresponse()
        html = answer.read().decode()
        took = (time.perf_counter() - began) * 1000
        cookies = answer.headers.get_all("Set-Cookie") or []
        self.cookies = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        fields = make(name=f"Sample {self.number}", email=f"sample{self.number}@sample.example")
        self.body = urlencode(list(pairs({**fields, **dict(HIDDEN.findall(html))})))
        return took

    def send(self, line: http.client.HTTPConnection) -> float:
        headers = {
            "X-Forwarded-For": self.address,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.site.url,
            **({"Cookie": self.cookies} if self.cookies else {}),
        }
        began = time.perf_counter()
        line.request("POST", self.path, self.body, headers)
        answer = line.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        if "/received/" not in answer.headers.get("Location", ""):
            raise RuntimeError(f"{self.path} was not taken: {answer.status}")
        return took


def main() -> None:
    bars.say_where()
    with sites.our_site() as site:
        worked: dict[str, Times] = {}
        rounds = [one_round(site, number, worked) for number in range(ROUNDS + 1)][1:]
        stored = site.rows("SELECT count(*) FROM referrals_enquiry")[0][0]
        print(f"{stored} sent and stored, {ROUNDS} rounds of {SENT}, one connection")
        for kind in FORMS:
            judge(kind, rounds, worked)
    bars.end()


def one_round(site: RunningSite, number: int, worked: dict[str, Times]) -> dict[str, Times]:
    """Milliseconds of each form opened, each one sent, and each commit."""
    times: dict[str, Times] = {}
    with on_core(ASKING):
        for place, kind in enumerate(FORMS):
            first = 1 + (2 * number + place) * SENT
            browsers = [Browser(site, n) for n in range(first, first + SENT)]
            line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
            opened = counted(site, worked, f"{kind} form", lambda b, k=kind, o=line: b.open(o, k))
            times[f"{kind} form"] = opened(browsers)
            line.close()
            time.sleep(PATIENCE_WITH_FORMS)
            line.connect()
            sent = counted(site, worked, kind, lambda b, o=line: b.send(o))
            times[kind] = sent(browsers)
            line.close()
    with on_core(SERVING):
        times["commit"] = raw_commits(site)
    return times


def counted(
    site: RunningSite, worked: dict[str, Times], name: str, action: Callable[[Browser], float]
) -> Callable[[list[Browser]], Times]:
    """What one of them took each time; what the server's processor worked for it goes along."""

    def run(browsers: list[Browser]) -> Times:
        servers = [site.processes["web"].pid]
        before = processor_seconds(servers)
        times = [action(browser) for browser in browsers]
        spent = (processor_seconds(servers) - before) * 1000 / len(browsers)
        worked.setdefault(name, []).append(spent)
        return times

    return run


def raw_commits(site: RunningSite) -> Times:
    """One row and one durable commit, past Django, in a table of its own."""
    if site.database_url.startswith("sqlite"):
        file = site.folder / "raw.sqlite3"
        database: Any = sqlite3.connect(file, isolation_level=None)
        for pragma in SQLITE["init_command"].split(";"):
            database.execute(pragma)
        begin, sign = "BEGIN IMMEDIATE", "?"
    else:
        database = psycopg2.connect(site.database_url)
        begin, sign = "SELECT 1", "%s"
    cursor = database.cursor()
    cursor.execute("CREATE TABLE IF NOT EXISTS raw_row (a text, b text, c text, d text)")
    database.commit()
    times = []
    for _ in range(SENT * 2):
        began = time.perf_counter()
        if begin != "SELECT 1":
            cursor.execute(begin)
        cursor.execute(f"INSERT INTO raw_row VALUES ({', '.join([sign] * 4)})", ROW)  # noqa: S608
        database.commit()
        times.append((time.perf_counter() - began) * 1000)
    database.close()
    return times


def judge(kind: str, rounds: list[dict[str, Times]], worked: dict[str, Times]) -> None:
    middle = {
        name: [statistics.median(times[name]) for times in rounds]
        for name in (kind, f"{kind} form", "commit")
    }
    every = [took for times in rounds for took in times[kind]]
    name = f"raw commit ÷ {kind}, p50"
    bars.bar(name, bars.ratios(middle["commit"], middle[kind]), least=0.06)
    bars.bar(f"{kind} sent, p50", middle[kind], most=4, unit=" ms")
    bars.bar(
        f"{kind} sent, p99 of all", [statistics.quantiles(every, n=100)[98]], most=15, unit=" ms"
    )
    bars.bar(f"{kind} sent, processor", worked[kind][1:], unit=" ms")
    bars.bar(f"{kind} form drawn, p50", middle[f"{kind} form"], most=2, unit=" ms")
    bars.bar(f"{kind} form drawn, processor", worked[f"{kind} form"][1:], unit=" ms")


if __name__ == "__main__":
    main()
