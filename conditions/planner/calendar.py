"""Recovery stages and visits as a calendar file (RFC 5545) that a telephone can import."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from conditions.blocks.recovery_stage import facts_of
from conditions.markup import read_lines
from conditions.planner.before import DatedBefore
from conditions.planner.dates import DatedStage
from conditions.planner.visits import DatedVisit

if TYPE_CHECKING:
    from icalendar import Alarm, Event

ALARM_AT = timedelta(hours=9)  # on the morning of the day a stage starts
EVENING_BEFORE = timedelta(hours=-6)  # what is for an early morning is read in time
TIME_TO_BOOK = timedelta(days=7)  # a visit rings a week before: by then it is to be booked
COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
OPERATION = "Operation"
AS_TYPED = "As you typed it into the recovery planner. Has the day changed? Make the file again."
HOSPITAL = "The number of the hospital is on its papers."
USUAL_TIMES = "These are usual times. Your surgeon may give you others."


class Entry(NamedTuple):
    """One event: `key` says which of the guide's, whatever its day."""

    key: str
    on: date
    summary: str
    description: str
    alarm_at: timedelta
    bell: str = ""  # what the alarm says, where that is not the summary


def recovery_calendar(
    before: list[DatedBefore],
    stages: list[DatedStage],
    visits: list[DatedVisit],
    *,
    surgery: date,
    title: str,
    address: str,
    prepare_at: str,
    telephone: str,
    made_at: datetime,
) -> bytes:
    """All-day events: what comes before, and each stage on its first day, with an alarm at nine;
    the operation with one on the morning before; each visit on its usual day with one a week
    before. `prepare_at` is the address of the guide to prepare, `telephone`
    that of the rooms.

    The UIDs depend on the guide alone, and a later file has a higher SEQUENCE: importing one for
    another day of surgery moves the events of the first.
    """
    from icalendar import Calendar  # three megabytes, which few processes ever need

    calendar = Calendar()
    calendar.add("prodid", "-//clinic-site//recovery planner//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    place = address.partition("://")[2].strip("/").replace("/", "-")
    words = "\n".join([title, AS_TYPED, address])
    operation = Entry("operation", surgery, OPERATION, words, ALARM_AT - timedelta(days=1))
    after = [*stage_entries(stages, address), *visit_entries(visits, address)]
    first = before_entries(before, prepare_at, telephone)
    for entry in [*first, operation, *after]:
        calendar.add_component(event(entry, place=place, made_at=made_at.astimezone(UTC)))
    return calendar.to_ical()


def event(entry: Entry, *, place: str, made_at: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.key}@{place}")
    event.add("sequence", int((made_at - COUNTED_FROM).total_seconds()))  # nothing is stored
    event.add("dtstamp", made_at)
    event.add("last-modified", made_at)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("transp", "TRANSPARENT")
    event.add_component(alarm(entry.bell or entry.summary, at=entry.alarm_at))
    return event


def alarm(words: str, *, at: timedelta) -> "Alarm":
    from icalendar import Alarm

    bell = Alarm()
    bell.add("action", "DISPLAY")
    bell.add("description", words)
    bell.add("trigger", at)
    return bell


def before_entries(before: list[DatedBefore], address: str, telephone: str) -> Iterator[Entry]:
    numbers = [f"Our rooms: {telephone}"] if telephone else []
    for on, _, step in before:
        words = "\n".join([step.words, *numbers, HOSPITAL, address])
        alarm_at = ALARM_AT if step.days else EVENING_BEFORE
        yield Entry(step.key, on, step.title, words, alarm_at)


def stage_entries(stages: list[DatedStage], address: str) -> Iterator[Entry]:
    for number, stage in enumerate(stages, start=1):
        words = description_of(stage, address=address)
        yield Entry(f"stage-{number}", stage.starts, title_of(stage), words, ALARM_AT)


def title_of(stage: DatedStage) -> str:
    """With the answer to what people look for first: whether they may drive."""
    driving = stage.stage["driving"].partition(".")[0].partition(",")[0]
    heading = stage.stage["heading"]
    return f"{heading}. Driving: {driving[0].lower()}{driving[1:]}" if driving else heading


def visit_entries(visits: list[DatedVisit], address: str) -> Iterator[Entry]:
    """The alarm of a visit reminds of booking it: the day itself is a guess until then."""
    for on, visit in visits:
        bring = f"What to bring: {visit.bring}"
        book = "Not booked by this file. Move it to the day and time that you are given."
        words = "\n".join([visit.usual, bring, book, address])
        title = f"{visit.title} ({'from now on' if visit.begins else 'about now'})"
        bell = f"Book your day: {visit.name}"
        yield Entry(visit.key, on, title, words, ALARM_AT - TIME_TO_BOOK, bell)


def description_of(stage: DatedStage, *, address: str) -> str:
    """What the planner shows of a stage, as plain lines."""
    facts = stage.stage
    lines = [f"{label}: {words}" for label, words in facts_of(facts)]
    lines += ["What you can do:", *listed(facts["can_do"])]
    lines += ["What to avoid:", *listed(facts["avoid"])]
    return "\n".join([*lines, USUAL_TIMES, address])


def listed(html: str) -> list[str]:
    """Paragraphs, and items of lists behind a hyphen, one per line."""
    return [f"- {line.text}" if line.is_item else line.text for line in read_lines(html)]
