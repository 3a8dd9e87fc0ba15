"""Some months of one clinic, in one process, as between two restarts.

python -m tests.faults.years.life FOLDER DAYS [later] [upgrade] [new-key] [restore] [last]

What goes on outside is read from FOLDER/world and written back there at the end.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from pathlib import Path
from unittest import mock

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from clinic_site.models import Clinic  # noqa: E402
from clinic_site.zone import in_clinic_time  # noqa: E402
from referrals import chores  # noqa: E402
from referrals.files import judging  # noqa: E402
from referrals.from_letter import held  # noqa: E402
from referrals.inspecting import child  # noqa: E402
from referrals.letter_answers.answers import UNREADABLE, LetterAnswers  # noqa: E402
from referrals.mail.delivery import deliver_one  # noqa: E402
from referrals.management.commands.deliver_mail import beat  # noqa: E402
from referrals.retention import purging  # noqa: E402
from referrals.retention.kinds import KINDS  # noqa: E402
from referrals.retention.rules import sign  # noqa: E402
from tests.faults.years import operators  # noqa: E402
from tests.faults.years.book import World, load, save  # noqa: E402
from tests.faults.years.checks import Checks  # noqa: E402
from tests.faults.years.clock import Clock  # noqa: E402
from tests.faults.years.letterbox import Backend  # noqa: E402
from tests.faults.years.mishaps import (  # noqa: E402
    AFTER_ERASING,
    MAIL_WAS_TAKEN,
    WHILE_ERASING,
    struck,
)
from tests.faults.years.rooms import Rooms  # noqa: E402
from tests.faults.years.senders import Senders  # noqa: E402

# What reads everything there is: so many days apart, as `World.heavy_days` says.
HEAVY = {"purge_daily", "reconcile_daily", "prove_files", "keep_folder", "seal_days"}
AT_NIGHT = {"purge_held", "purge_counts", "purge_sessions", "fill_person_index", "fill"}
AT_NIGHT |= {"mark_old_red_flags", "OldRedFlags", "fold_back", "remove_leftovers"}
# The doctor's visit and the watcher ask other machines; pages are counted in a child each.
NEVER = {"visit_daily", "ping_when_due", "count_pages"}
REALLY_READ = 25  # of so many letters one is inspected and read in a bounded child, as all are
ERASED_A_ROUND = 500
LATER = timedelta(days=8 * 366)
TURNS = [time(8, 35), time(11, 30), time(14, 30), time(16, 40)]


class Life:
    """Everybody together, day by day."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock, self.rng = world, clock, world.rng
        self.rooms, self.senders = Rooms(world), Senders(world, clock)

    def live(self, days: int) -> None:
        for _ in range(days):
            self.one_day()

    def come_back_later(self) -> None:
        """Eight years on, when the time of almost everything is over."""
        self.deliver()
        self.clock.move(timezone.now() + LATER)
        self.turn()
        self.heavy_night()

    def one_day(self) -> None:
        day = self.clock.today()
        plan: list[tuple[datetime, int, Callable[[], None]]] = []
        for number in range(self.how_many(is_closed=self.world.is_closed(day))):
            minute = min(max(int(self.rng.gauss(13 * 60, 200)), 5), 23 * 60 + 30)
            at = midnight(day) + timedelta(minutes=minute, seconds=number)
            plan.append((at, number, self.senders.somebody_writes))
        for turn in TURNS:
            at = timezone.make_aware(datetime.combine(day, turn))
            plan.append((at, -1, self.turn))
        for at, _, what in sorted(plan, key=lambda one: one[:2]):
            self.clock.move(max(at, timezone.now()))
            what()
            self.clock.move(timezone.now() + timedelta(minutes=1))
            self.deliver()
        self.clock.move(midnight(day + timedelta(days=1)) + timedelta(hours=3))
        self.night()

    def how_many(self, *, is_closed: bool) -> int:
        """So that a week has seven times `per_day`, fewer of them while the rooms are closed."""
        mean = self.world.per_day * (0.35 if is_closed else 1.26)
        return sum(self.rng.random() < mean / 40 for _ in range(40))

    def go_round(self) -> None:
        """The mail process as each minute: what is late is told, and what waits is sent."""
        beat()
        self.chores(lambda name: name not in HEAVY | AT_NIGHT | NEVER)
        self.deliver()

    def turn(self) -> None:
        """A few hours of a day. The rooms work if they are open."""
        self.go_round()
        if not self.world.is_closed(self.clock.today()):
            self.rooms.work()
        self.senders.answer_what_was_asked()
        recent = self.world.entries[-300:]
        if self.world.chance(0.08) and recent:
            entry = self.rng.choice(recent)
            if entry.reference and entry.status and not entry.is_spam and not entry.gone:
                self.senders.withdraw(entry)

    def night(self) -> None:
        self.go_round()
        self.chores(lambda name: name in AT_NIGHT)
        if self.clock.today().toordinal() % self.world.heavy_days == 0:
            self.heavy_night()
        self.deliver()
        self.what_may_happen()

    def heavy_night(self) -> None:
        """Until the day's are done; now and then the process is killed while it erases."""
        if self.world.chance(0.3):
            with struck(self.rng.choice([WHILE_ERASING, AFTER_ERASING])):
                self.chores(lambda name: name == "purge_daily")
        while self.chores(lambda name: name == "purge_daily"):
            pass
        self.chores(lambda name: name in HEAVY | {"remove_leftovers"})

    def what_may_happen(self) -> None:
        """To the practice and its servers, between two days."""
        day, chance = self.clock.today(), self.world.chance
        if day.weekday() == 5:
            self.rooms.each_week()
        if (day.month, day.day) == (12, 18):
            self.rooms.close(14, ahead=4)
        elif chance(1 / 150):
            self.rooms.close(self.rng.choice([1, 1, 2, 5]))
        if chance(1 / 120):
            self.rooms.somebody_leaves()
        if chance(1 / 45):
            hours = self.rng.choice([1, 3, 10, 30, 150])
            self.world.away_until = timezone.now() + timedelta(hours=hours)
            self.world.count("hours without mail", hours)

    def chores(self, wanted: Callable[[str], bool]) -> int:
        """Like `chores.run_all`, some of them; how much the last one says it did."""
        done: object = 0
        for chore in chores.CHORES:
            if wanted(getattr(chore, "__name__", type(chore).__name__)):
                done = self.one_chore(chore)
        return int(done) if isinstance(done, int) else 0

    def one_chore(self, chore: Callable[..., object]) -> object:
        try:
            return chore(at=timezone.now())
        except Exception as error:
            name = getattr(chore, "__name__", chore)
            self.world.fault(f"the chore {name} failed: {type(error).__name__} {error}")
            connection.close()
            return 0

    def deliver(self) -> None:
        """Until nothing waits that is due. A process that is killed leaves a mail in hand, which
        goes once more when its lease is over."""
        if self.world.chance(0.004):
            self.world.count("killed")
            with struck(MAIL_WAS_TAKEN):
                while deliver_one():
                    pass
        while deliver_one():
            pass


def midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))  # type: ignore[arg-type]


def quick_letters(stack: ExitStack, world: World) -> None:
    """Most letters are inspected in this process, by the same code, and not read for the form:
    two children for each would take most of the time."""
    inspect, read = judging.inspect, held.read_letter

    def inspected(kind: str, data: bytes, *, patience: judging.Patience) -> list[str]:
        if world.rng.randrange(REALLY_READ) == 0:
            return inspect(kind, data, patience=patience)
        return sorted(child.inspect(kind, data).codes)

    def was_read(*, data: bytes, content_type: str) -> LetterAnswers:
        if world.rng.randrange(REALLY_READ) == 0:
            return read(data=data, content_type=content_type)
        return LetterAnswers(UNREADABLE)

    stack.enter_context(mock.patch.object(judging, "inspect", inspected))
    stack.enter_context(mock.patch.object(held, "read_letter", was_read))


def begin(world: World, rooms: Rooms) -> None:
    """The first day: people, a second address, and a signed rule of the shortest times."""
    rooms.begin()
    Clinic.objects.update(second_email="second@clinic.example")
    floors = {kind.column: kind.floor for kind in KINDS}
    sign(amounts=floors, by=rooms.administrators()[0])
    world.signed_at = timezone.now()


def spend(life: Life, days: int, words: set[str]) -> None:
    """The days, with what else happens in them, and at their end a look at everything."""
    world = life.world
    if world.signed_at is None:
        begin(world, life.rooms)
    elif "upgrade" in words:
        operators.upgrade(world)
    if "later" in words:
        life.come_back_later()
    life.live(days // 2)
    if "new-key" in words:
        operators.new_data_key(world)
    life.live(days - days // 2)
    bundle = operators.back_up(world)
    if "restore" in words:
        operators.lose_the_server(world, bundle)
    world.count("restarts")
    operators.count_all(world, reads_files="last" in words)
    Checks(world, is_last="last" in words).run()


def main(folder: Path, days: int, words: set[str]) -> None:
    world = load(folder / "world")
    Backend.world = world
    settings.MAIL_TRANSPORT = f"{Backend.__module__}.Backend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    clock = Clock(world)
    with ExitStack() as stack:
        stack.callback(clock.stop)
        stack.enter_context(in_clinic_time())
        quick_letters(stack, world)
        if world.heavy_days > 1:  # each round looks at all there is, and a month's go in one night
            stack.enter_context(mock.patch.object(purging, "A_ROUND", ERASED_A_ROUND))
        spend(Life(world, clock), days, words)
        world.now = timezone.now()
    save(world, folder / "world")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), set(sys.argv[3:]))
