"""The lines of who has an enquiry, for whom it is, and when somebody looks again.

None of them is a verb of the table: the state stays, and the sender hears of none.
"""

from referrals.models.choices import EventKind as Kind
from referrals.states.shapes import Happening

HANDS_LINES = [
    Happening(event=kind, dates_the_page=False, news=None)
    for kind in (Kind.HANDED, Kind.FOR_WHOM, Kind.REMIND, Kind.UNREAD)
]
