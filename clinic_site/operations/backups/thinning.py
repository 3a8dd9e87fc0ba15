"""Which bundles stay: the newest of some days, weeks and months, and none for longer than the
privacy page says. The newest is never removed, and nothing that we did not name.

Nor is one of the last two days: an upgrade made it, or somebody before she did something. Who needs
one for longer lays an empty file `<bundle>.keep` beside it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic_site.operations.backups.bundles import KEEP, Bundle

YOUNG = timedelta(hours=48)
LEAP = timedelta(days=3)  # a clock that goes right leaves no such gap but after a rest


def day(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at)


def week(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at).isocalendar()[:2]


def month(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at).strftime("%Y-%m")


def too_many(found: Iterable[Bundle], *, made: Bundle) -> list[Bundle]:
    """Those that go now that `made` is complete and proved.

    Its own moment is today. Where that may be wrong nothing goes: the next backup will tell.
    """
    found = list(found)
    others = sorted((b for b in found if b.made_at < made.made_at), reverse=True, key=moment)
    if from_the_future(found, made=made) or leaps(others, made=made):
        return []
    daily, weekly, monthly = settings.BACKUP_KEEP
    kept: set[Bundle] = set()
    for number, period in [(daily, day), (weekly, week), (monthly, month)]:
        kept |= newest_of_each([made, *others], period, number)
    oldest = made.made_at - timedelta(days=settings.BACKUPS_KEPT_DAYS)
    kept |= {b for b in others if mark_of(b).exists()}
    old = [b for b in others if made.made_at - b.made_at >= YOUNG]
    return [b for b in old if b not in kept or b.made_at < oldest]


def leaps(others: list[Bundle], *, made: Bundle) -> bool:
    """Whether `made` is far ahead of the newest of the others."""
    return bool(others) and made.made_at - others[0].made_at > LEAP


def mark_of(bundle: Bundle) -> Path:
    return bundle.path.with_name(bundle.path.name + KEEP)


def moment(bundle: Bundle) -> datetime:
    return bundle.made_at


def newest_of_each(
    bundles: list[Bundle], period: Callable[[Bundle], Any], number: int
) -> set[Bundle]:
    newest: dict[Any, Bundle] = {}
    for bundle in bundles:
        newest.setdefault(period(bundle), bundle)
    return set(list(newest.values())[:number])


def from_the_future(found: Iterable[Bundle], *, made: Bundle) -> list[Bundle]:
    return [bundle for bundle in found if bundle.made_at > made.made_at]


def remove(bundles: Iterable[Bundle]) -> int:
    count = 0
    for bundle in bundles:
        bundle.path.unlink(missing_ok=True)
        mark_of(bundle).unlink(missing_ok=True)
        count += 1
    return count
