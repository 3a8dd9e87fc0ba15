"""How long the rooms were open between two moments, for many pairs of moments."""

from bisect import bisect_right
from datetime import datetime, timedelta

from clinic_site.hours.working_time import LOOK_AHEAD, Calendar, open_spans

DAY = timedelta(days=1)


class OpenTime:
    """Adds up the open hours from `start` to `end` once; each question after that is a look-up.

    Moments before `start` count from it, and those after `end` up to it.
    """

    def __init__(self, *, start: datetime, end: datetime, of: Calendar) -> None:
        self.opens: list[float] = []
        self.closes: list[float] = []
        self.before: list[float] = []  # open seconds up to the opening
        total, at = 0.0, start
        while at < end:
            until = min(end, at + (LOOK_AHEAD - 2) * DAY)
            for opens, closes in open_spans(at, of):
                if opens >= until:
                    break
                total = self.add(opens.timestamp(), min(closes, until).timestamp(), total)
            at = until

    def add(self, opens: float, closes: float, total: float) -> float:
        self.opens.append(opens)
        self.closes.append(closes)
        self.before.append(total)
        return total + closes - opens

    def up_to(self, moment: float) -> float:
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return 0.0
        return self.before[place] + min(moment, self.closes[place]) - self.opens[place]

    def between(self, start: datetime, end: datetime) -> float:
        """Open seconds; none where the rooms were closed all the while."""
        return max(0.0, self.up_to(end.timestamp()) - self.up_to(start.timestamp()))
