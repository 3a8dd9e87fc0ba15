"""Ten years of one clinic, by a moved clock and a seed, against a book kept outside of it.

Each piece of time is a process of its own: between two of them the site is restarted, often with
another SECRET_KEY or another data key. docs/decisions/076-simulated-years.md says how it is chosen
with YEARS_SEED, YEARS, YEARS_ENQUIRIES and YEARS_HEAVY_DAYS, and what is left out.
"""

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.faults.conftest import SHORT
from tests.faults.years.book import World, load, save
from tests.running_site import Mailbox, RunningSite

pytestmark = pytest.mark.faults
SEED_OF_SHORT = 1
YEARS = float(os.environ.get("YEARS") or 10)
ENQUIRIES = int(os.environ.get("YEARS_ENQUIRIES") or (100 if SHORT else 40_000))
HEAVY_DAYS = int(os.environ.get("YEARS_HEAVY_DAYS") or 30)
QUARTER = 91
BEGINNING = datetime(2027, 1, 11, 22, 0, tzinfo=UTC)  # later than any file that a test can write


class Keys:
    """The two secrets of the site, and how they change from one restart to the next."""

    def __init__(self, folder: Path) -> None:
        lines = (folder / "var" / "secrets.env").read_text().split()
        first = dict(line.split("=", 1) for line in lines)
        self.secret, self.data = [first["SECRET_KEY"]], [first["CLINIC_DATA_KEYS"]]

    def turn(self, number: int) -> set[str]:
        """The old data key goes only after everything moved to the new one."""
        self.data = self.data[:1]
        if number % 3 == 2:
            self.secret.insert(0, f"years-{number}-" + "0123456789-abcdefghijklmnopqrstuvwxyz" * 2)
        elif number % 3 == 0:
            self.secret = self.secret[:1]
        if number % 4 != 1:
            return set()
        self.data.insert(0, Fernet.generate_key().decode())
        return {"new-key"}

    def as_environment(self) -> dict[str, str]:
        return {
            "SECRET_KEY": self.secret[0],
            "SECRET_KEY_FALLBACKS": ",".join(self.secret[1:]),
            "CLINIC_DATA_KEYS": ",".join(self.data),
        }


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The short form has one seed. The long one has another each time, but for the second try of
    what failed (docs/decisions/066-once-more-alone.md): another seed would prove nothing."""
    if named := os.environ.get("YEARS_SEED"):
        return int(named)
    if SHORT:
        return SEED_OF_SHORT
    cache: Any = request.config.cache
    if not request.config.getoption("lf"):
        cache.set("years/seed", random.randrange(10**6))  # noqa: S311
    return int(cache.get("years/seed", SEED_OF_SHORT))


@pytest.fixture
def site(tmp_path: Path, mailbox: Mailbox):
    site = RunningSite(tmp_path, mailbox, NEWS_WAITS_SECONDS="60", MAIL_RETRY_SECONDS="")
    del site.environment["MAIL_RETRY_SECONDS"], site.environment["MAIL_LEASE_SECONDS"]
    site.environment |= {"BACKUP_DIR": str(tmp_path / "backups"), "BACKUP_KEEP": "1,0,1"}
    site.environment |= {"ALLOWED_HOSTS": "testserver,localhost,127.0.0.1"}
    site.environment["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    site.prepare()
    yield site
    site.stop()


def pieces() -> list[tuple[int, set[str]]]:
    """Days of each piece of time, and what happens in it beside the ordinary."""
    if SHORT:
        return [(6, set()), (6, {"restore"}), (3, {"later"}), (2, {"last"})]
    number = max(2, round(YEARS * 365 / QUARTER))
    found: list[tuple[int, set[str]]] = [(QUARTER, set()) for _ in range(number)]
    found[number // 2][1].add("restore")
    found[-1][1].add("last")
    return found


def new_world(seed: int, per_day: float) -> World:
    rng = Random(seed)  # noqa: S311
    heavy = 1 if SHORT else HEAVY_DAYS
    return World(rng=rng, seed=seed, now=BEGINNING, per_day=per_day, heavy_days=heavy)


def test_nothing_is_lost_swapped_or_forgotten_in_ten_years(site, seed, report):
    print(f"\nYEARS_SEED={seed}")
    days = sum(days for days, _ in pieces())
    save(new_world(seed, ENQUIRIES / days), site.folder / "world")
    keys = Keys(site.folder)
    for number, (length, words) in enumerate(pieces()):
        words |= keys.turn(number) | ({"upgrade"} if number % 3 == 1 else set())
        site.environment |= keys.as_environment()
        live(site, length, words)
    world = load(site.folder / "world")
    print(table(world))
    acknowledged = len(world.acknowledged())
    report(f"{days} days, seed {seed}", acknowledged=acknowledged, mails_twice=world.mail["twice"])
    assert world.faults == []
    assert acknowledged > ENQUIRIES * 0.6
    assert sum(one["lost"] + one["swapped"] + one["without an end"] for one in all_of(world)) == 0


def live(site: RunningSite, days: int, words: set[str]) -> None:
    command = [sys.executable, "-m", "tests.faults.years.life", str(site.folder), str(days)]
    site.run(*command, *sorted(words))
    world = load(site.folder / "world")
    counted = f"{len(world.acknowledged())} acknowledged, {len(world.faults)} faults"
    print(f"{world.now:%d %B %Y}: {counted}", flush=True)


def all_of(world: World) -> list:
    return list(world.figures.values())


def table(world: World) -> str:
    """A line for each figure, a column for each year."""
    years = sorted(world.figures)
    names = sorted({name for figures in all_of(world) for name in figures})
    lines = [["", *map(str, years)], ["---"] * (len(years) + 1)]
    lines += [[name, *(str(world.figures[year][name]) for year in years)] for name in names]
    lines += [[f"mail {name}", str(number)] for name, number in sorted(world.mail.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
