"""Signs of spam that need no JavaScript and no third party. They quarantine, never discard."""

from datetime import datetime, timedelta


def suspicions(
    *,
    honeypot: str,
    form_age: timedelta | None,
    address: str,
    contacts: list[str],
    at: datetime,
) -> list[str]:
    """Codes of what looks like spam, empty for an ordinary form; counts this submission.

    `form_age` is the time since the form was shown, None where it is unknown; `address` the
    sender's network address; `contacts` the email and telephone as typed.
    """
    return []
