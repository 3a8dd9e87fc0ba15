"""Measures the staff side of a busy clinic: `make bench-inbox`, on the database of DATABASE_URL.

100,000 enquiries of seven years, of which 500 are open. They are made in bulk: a few hundred people
are sealed and indexed by the site's own code, and the database multiplies them. In process, without
a server or network; each limit is said beside what was measured. On a busy machine the time of the
processor says more. BEGIN and COMMIT count for no query.
"""

import random
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.__main__ import prepare

PEOPLE, BATCH, RUNS = 300, 2000, 15
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")
YEARS = 7
NUMBER, OPEN = 100_000, 500
SYLLABLES = ["sam", "ple", "wood", "ber", "tin", "mar", "gol", "dan", "ric", "ven", "lo", "kas"]


def main() -> None:
    prepare()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    database = connection.creation.create_test_db(verbosity=0)
    try:
        began = time.perf_counter()
        fill(number)
        made = time.perf_counter() - began
        print(f"{connection.vendor}: {number:,} enquiries, {OPEN} open, made in {made:.0f} s")
        print(f"{RUNS} runs each, in process; load {load()}")
        measure_all()
        print(f"load {load()}")
    finally:
        connection.creation.destroy_test_db(database, verbosity=0)


def load() -> str:
    with open("/proc/loadavg") as file:
        return " ".join(file.read().split()[:3])


# --- Measuring ------------------------------------------------------------------------------


def measure_all() -> None:
    from django.test import Client

    from referrals.models import Enquiry
    from tests.makers import make_user, signed_in

    staff = signed_in(Client(), make_user(is_superuser=True, username="bench"))
    find, inbox = "/admin/referrals/enquiry/find/", "/admin/referrals/enquiry/"
    an_open = Enquiry.objects.filter(status="opened", kind="referral").first()
    referral = an_open.referral  # type: ignore[union-attr]
    name, born = referral.patient_family_name, referral.patient_birth_date
    whole = f"{name} {born:%d/%m/%Y}"

    def looked_for(text: str) -> Callable[[], Any]:
        return lambda: staff.post(find, {"q": text})

    measure("list", lambda: staff.get(inbox), 150, 12)
    measure("list, everything", lambda: staff.get(f"{inbox}?show=all"), 150, 12)
    measure("one enquiry", lambda: staff.get(referral.get_admin_url()), 150, 20)
    measure("find: whole name", looked_for(name), 150)
    measure("find: name and birth date", looked_for(whole), 150)
    measure("find: telephone", looked_for(referral.patient_phone), 150)
    measure("find: whole reference", looked_for(referral.reference), 150)
    measure("find: part of a reference", looked_for(f"{referral.reference[4:9]}2"[:5]), 150)
    measure("find: part of a name", looked_for(name[1:-1]), 400)
    measure("find: part of a name, nobody", looked_for("qqqxx"), 400)
    measure("numbers, 12 weeks", lambda: staff.get("/admin/referrals/numbers/"), 1000)
    measure("numbers, 12 months", lambda: staff.get("/admin/referrals/numbers/?by=month"), 1000)


def measure(name: str, action: Callable[[], Any], limit: int, most: int | None = None) -> None:
    """Median and slowest in milliseconds, what of it the processor worked, and how many queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    response = action()
    assert response.status_code == 200, (name, response.status_code)  # noqa: S101
    with CaptureQueriesContext(connection) as queries:
        action()
        number = sum(one["sql"].startswith(COUNTED) for one in queries)
    times, worked = [], []
    for _ in range(RUNS):
        start, work = time.perf_counter(), time.process_time()
        action()
        times.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - work) * 1000)
    median, processor = statistics.median(times), statistics.median(worked)
    verdict = "ok" if median <= limit and (most is None or number <= most) else "OVER"
    queries_allowed = f" of {most}" if most else ""
    print(
        f"{name:30} median {median:7.1f} ms of {limit:4}   slowest {max(times):7.1f} ms"
        f"   processor {processor:6.1f} ms   {number:3} queries{queries_allowed:6} {verdict}"
    )


# --- Filling --------------------------------------------------------------------------------


def fill(number: int) -> None:
    """People first; then enquiries, each of one of them; then all that hangs on an enquiry."""
    from django.db import connection, transaction

    from referrals.models import Enquiry
    from tests.makers import make_clinic, make_user

    chance = random.Random(7)  # noqa: S311 - the same people each time
    make_clinic()
    reader = make_user(username="reader")
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET statement_timeout = 0")  # for this; a page keeps its own
    with transaction.atomic():
        people = list(make_people(chance))
        first = people[-1].pk + 1
        rows = enquiries(people, first, number - len(people), chance)
        for batch in batches(rows):
            Enquiry.objects.bulk_create(batch)
        with connection.cursor() as cursor:
            for statement in multiplied(people[0].pk, first, reader.pk):
                cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            newest = "SELECT max(id) FROM referrals_enquiry"
            cursor.execute(f"SELECT setval('referrals_enquiry_id_seq', ({newest}))")
            cursor.execute("RESET statement_timeout")


def make_people(chance: random.Random) -> Iterator[Any]:
    """Sealed and indexed as any referral is, and filed long ago."""
    from django.utils import timezone

    from referrals.models import Enquiry
    from tests.makers import referral, submitted

    long_ago = timezone.now() - timedelta(days=366 * YEARS)
    for number in range(PEOPLE):
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
        sent = submitted(
            referral(
                patient_family_name=name(chance, 3),
                patient_given_names=f"{name(chance, 2)} {name(chance, 2)}",
                patient_birth_date=born,
                patient_phone=f"0491 57{number // 100} {number % 100:02}6",
                medicare_number=f"{2000000000 + number * 7919}",
                sender_name=f"Dr {name(chance, 2)} {name(chance, 3)}",
                sender_phone=f"02 5550 {number:04}",
                practice_name="Sample Street Practice",
                patient_address="1 Sample Street",
            ),
            at=long_ago + timedelta(minutes=number),
        )
        Enquiry.objects.filter(pk=sent.pk).update(
            status="filed", opened_at=long_ago, filed_at=long_ago, outcome="booked"
        )
        yield Enquiry.objects.get(pk=sent.pk)


def name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choices(SYLLABLES, k=syllables)).capitalize()


def enquiries(people: list[Any], first: int, number: int, chance: random.Random) -> Iterator[Any]:
    """Unsaved rows of the inbox; the last ones, which came lately, are open."""
    from django.utils import timezone

    from referrals.models import Enquiry
    from referrals.references import new_reference

    now = timezone.now()
    for place in range(number):
        person, is_open = people[place % PEOPLE], place >= number - OPEN
        days = chance.random() * (20 if is_open else 365 * YEARS)
        came = now - timedelta(days=days)
        yield Enquiry(
            pk=first + place,
            kind="referral",
            reference=new_reference("SIJ"),
            form_key=secrets.token_hex(16),
            receipt_token_hash=secrets.token_hex(32),
            status_token_hash=secrets.token_hex(32),
            urgency=chance.choice(["routine", "routine", "soon", "urgent"]),
            received_at=came,
            consent_version=person.consent_version,
            index_version=person.index_version,
            sender_name=person.sender_name,
            sender_email=person.sender_email,
            sender_phone=person.sender_phone,
            **state(place, came, now, is_open=is_open),
        )


def state(place: int, came: datetime, now: datetime, *, is_open: bool) -> dict[str, Any]:
    if is_open:
        is_read = place % 2
        return {"status": "opened", "opened_at": came} if is_read else {"status": "received"}
    opened = min(now, came + timedelta(hours=place % 30))
    filed = min(now, opened + timedelta(hours=place % 90))
    return {"status": "filed", "opened_at": opened, "filed_at": filed, "outcome": "booked"}


def batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def multiplied(person: int, first: int, reader: int) -> Iterator[str]:
    """Statements that give each new enquiry what its person's first one has."""
    from referrals.models import Notification, PersonIndex, Referral

    of_whom = f"t.{{key}} = {person} + (e.id - {first}) % {PEOPLE} AND e.id >= {first}"
    yield copied(Referral, "enquiry_ptr_id", {"enquiry_ptr_id": "e.id"}, of_whom)
    yield copied(PersonIndex, "enquiry_id", {"enquiry_id": "e.id"}, of_whom)
    sent = {"enquiry_id": "e.id", "state": "'sent'", "sent_at": "e.received_at"}
    sent |= {"created_at": "e.received_at", "due_at": "e.received_at", "attempts": "1"}
    sent["message_id"] = "e.reference || t.id || '@bench.example'"
    yield copied(Notification, "enquiry_id", sent, of_whom)
    lines = {"received": "received_at", "opened": "opened_at", "accepted": "opened_at"}
    lines["filed"] = "filed_at"
    for number, (kind, at) in enumerate(lines.items(), start=1):
        yield (
            "INSERT INTO referrals_event (enquiry_id, kind, at, number)"
            f" SELECT id, '{kind}', {at}, {number} FROM referrals_enquiry"
            f" WHERE id >= {first} AND {at} IS NOT NULL"
            + (" AND filed_at IS NOT NULL" if kind == "accepted" else "")
        )
    yield (
        "INSERT INTO referrals_accesslog (reference, by_id, at, action, looked_for)"
        f" SELECT reference, {reader}, opened_at, 'view', '' FROM referrals_enquiry"
        f" WHERE id >= {first} AND opened_at IS NOT NULL"
    )


def copied(model: Any, key: str, changed: dict[str, str], of_whom: str) -> str:
    """The rows of a person's first enquiry once more for each other one of hers."""
    columns = [f.column for f in model._meta.local_concrete_fields if f.column != "id"]
    if model._meta.pk.column not in {"id", key}:
        raise TypeError(f"{model} has a key of its own kind.")
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM referrals_enquiry e"
        f" JOIN {table} t ON {of_whom.format(key=key)}"
    )


if __name__ == "__main__":
    main()
