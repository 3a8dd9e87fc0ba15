"""Whether the rooms are closed on the day of a visit: staff are asked once before it is booked."""

from datetime import date

from django.utils.formats import date_format

from clinic_site.hours.rooms import ClosedDays
from clinic_site.models import Clinic
from referrals.inbox.buttons import VerbForm

ASKED = "Nothing is done yet. Another day? Or tick the box to book it all the same."


def why_closed(form: VerbForm) -> str:
    """In words for staff; nothing where somebody is there, or where no day was typed."""
    day: date | None = form.cleaned_data.get("booked_on")
    why = closed_on(day) if day else ""
    return f"{why} {ASKED}" if why else ""


def closed_on(day: date) -> str:
    """As the closures and the weekly hours say. Where no hours are given, no weekday is closed."""
    rooms = Clinic.with_rooms().rooms
    closures = [one for each in rooms for one in each.closures if is_in(day, one)]
    if closures:
        reason = f" ({closures[0].reason})" if closures[0].reason else ""
        return f"The rooms are closed on {date_format(day, 'l j F')}{reason}."
    weekdays = {hours.weekday for each in rooms for hours in each.hours}
    if weekdays and day.weekday() not in weekdays:
        return f"The rooms are not open on a {date_format(day, 'l')}."
    return ""


def is_in(day: date, closure: ClosedDays) -> bool:
    return closure.first_day <= day <= closure.last_day
