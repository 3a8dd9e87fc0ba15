"""Which rights a look at the log of who read what needs. `clinic_site/staff/roles.py` has roles."""

from referrals.access_log import SEE_LOG

IN_WORDS = {"see who read what": "Reads the log of who opened which enquiry, and when."}


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`."""
    return {"see who read what": [SEE_LOG]}
