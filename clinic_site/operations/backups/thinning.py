"""Which bundles stay: the newest of some days, weeks and months, and none for longer than the
privacy page says. The newest is never removed, and nothing that we did not name."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic_site.operations.backups.bundles import Bundle


def day(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at)


def week(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at).isocalendar()[:2]


def month(bundle: Bundle) -> Any:
    return timezone.localdate(bundle.made_at).strftime("%Y-%m")


def too_many(found: Iterable[Bundle], *, made: Bundle) -> list[Bundle]:
    """Those that go now that `made` is complete and proved.

    Its own moment is today: a clock that was set back does not make it the oldest. One from the
    future stays, as nobody knows how old it is.
    """
    others = sorted((b for b in found if b.made_at < made.made_at), reverse=True, key=moment)
    daily, weekly, monthly = settings.BACKUP_KEEP
    kept: set[Bundle] = set()
    for number, period in [(daily, day), (weekly, week), (monthly, month)]:
        kept |= newest_of_each([made, *others], period, number)
    oldest = made.made_at - timedelta(days=settings.BACKUPS_KEPT_DAYS)
    return [b for b in others if b not in kept or b.made_at < oldest]


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
        count += 1
    return count
