"""How long a file is kept for a form that is not sent."""

from datetime import timedelta

HELD_FOR = timedelta(hours=24)
# Where room is short, files of forms that were not sent go from the oldest on; not before this.
HELD_AT_LEAST = timedelta(hours=1)
