"""Recovery stages as a calendar file (RFC 5545) that a telephone can import."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from conditions.blocks.recovery_stage import facts_of
from conditions.markup import read_lines
from conditions.planner.dates import DatedStage

if TYPE_CHECKING:
    from icalendar import Alarm

ALARM_AT = timedelta(hours=9)  # on the morning of the day a stage starts


def recovery_calendar(
    stages: list[DatedStage], *, surgery: date, title: str, address: str, made_at: datetime
) -> bytes:
    """One all-day event for each stage, on its first day, with an alarm at nine.

    The same date and guide give the same UIDs, so that a second import changes nothing twice.
    """
    from icalendar import Calendar, Event  # three megabytes, which few processes ever need

    calendar = Calendar()
    calendar.add("prodid", "-//clinic-site//recovery planner//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    place = address.partition("://")[2].strip("/").replace("/", "-")
    for number, stage in enumerate(stages, start=1):
        event = Event()
        event.add("uid", f"{surgery:%Y%m%d}-{number}@{place}")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", stage.starts)
        event.add("dtend", stage.starts + timedelta(days=1))
        event.add("summary", stage.stage["heading"])
        event.add("description", description_of(stage, address=address))
        event.add("transp", "TRANSPARENT")
        event.add_component(alarm(stage.stage["heading"]))
        calendar.add_component(event)
    return calendar.to_ical()


def alarm(words: str) -> "Alarm":
    from icalendar import Alarm

    bell = Alarm()
    bell.add("action", "DISPLAY")
    bell.add("description", words)
    bell.add("trigger", ALARM_AT)
    return bell


def description_of(stage: DatedStage, *, address: str) -> str:
    """What the planner shows of a stage, as plain lines."""
    facts = stage.stage
    lines = [f"{label}: {words}" for label, words in facts_of(facts)]
    lines += ["What you can do:", *listed(facts["can_do"])]
    lines += ["What to avoid:", *listed(facts["avoid"])]
    return "\n".join([*lines, "These are usual times. Your surgeon may give you others.", address])


def listed(html: str) -> list[str]:
    """Paragraphs, and items of lists behind a hyphen, one per line."""
    return [f"- {line.text}" if line.is_item else line.text for line in read_lines(html)]
