"""A demonstration: invented people, open accounts, mail that goes nowhere. Never on a real site.

Whoever stands before its sign-in page reads the password and the code there. So it starts only on
the machine it is shown on, with trial secrets and with mail in files.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

PASSWORD = "only for the demonstration"  # noqa: S105 - stands on the sign-in page
PHONE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - its codes stand there too
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ONLY_HERE = "DEMO=1 is for showing the site on your own machine."


def refuse(settings: Mapping[str, Any]) -> None:
    """Raise `ImproperlyConfigured` where strangers or real mail could be reached."""
    found = []
    if not settings["SITE_IS_LOOPBACK"]:
        found.append("SITE_URL is not a loopback address.")
    if settings["BIND"] not in LOOPBACK:
        found.append("BIND would open it to the network: leave it unset.")
    if settings["SERVICE_FILE"]:
        found.append(f"{settings['SERVICE_FILE']} holds the settings of a real site.")
    if not settings["MAIL_IS_FILES"]:
        found.append("EMAIL_URL would send real mail: leave it unset.")
    if found:
        raise ImproperlyConfigured(f"{ONLY_HERE} It will not start: {' '.join(found)}")
