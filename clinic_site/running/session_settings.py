"""How long sessions of staff go on, and what Django is told of them (docs/decisions/027)."""

from datetime import timedelta
from typing import Any

IDLE = timedelta(minutes=30)  # without any use
LONGEST = timedelta(hours=12)  # since the code, however much it is used
USE_IS_NOTED_EVERY = timedelta(minutes=1)
ENDED_ROWS_KEPT = timedelta(days=7)  # whose it was, over a long weekend
FORMS_KEPT = timedelta(hours=1)

SESSIONS: dict[str, Any] = {
    "SESSION_ENGINE": "clinic_site.sessions.store",
    # The row is the clock. The cookie goes with the browser, and outlives its session there: so
    # what is typed into a page that stood open too long still tells whose it is.
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
}
