"""What the timeline says of an enquiry that another, the same once more, was joined with."""

from referrals.models.choices import EventKind as Kind
from referrals.states.shapes import Happening

# They stand in the timeline of the one that goes on. The other one is filed, and opened again.
JOINING_LINES = [
    Happening(event=Kind.JOINED, dates_the_page=False, news=None),
    Happening(event=Kind.PARTED, dates_the_page=False, news=None),
]
