"""The moved clock: everything that asks what time it is hears this one."""

from datetime import date, datetime

import time_machine
from django.utils import timezone

from tests.faults.years.book import World


class Clock:
    """Goes on by itself between two moves, as real clocks do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.traveller = time_machine.travel(world.now, tick=True)
        self.hands = self.traveller.start()

    def move(self, moment: datetime) -> None:
        self.hands.move_to(moment)
        self.world.now = moment

    def today(self) -> date:
        return timezone.localdate()

    def stop(self) -> None:
        self.traveller.stop()
