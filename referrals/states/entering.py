"""Lines that staff write who type in, add to or correct an enquiry. The sender hears of none."""

from referrals.models.choices import EventKind as Kind
from referrals.states.shapes import Happening

# Added to the lines of the table.
ENTERING_LINES = [
    Happening(event=Kind.ENTERED, dates_the_page=False, news=None),
    Happening(event=Kind.ATTACHED, dates_the_page=False, news=None),
    Happening(event=Kind.DETAILS_CORRECTED, dates_the_page=False, news=None),
    Happening(event=Kind.SENT_AGAIN, dates_the_page=False, news=None),
    Happening(event=Kind.NOTE, dates_the_page=False, news=None),
]
