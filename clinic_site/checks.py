"""Deployment checks: what must not stand on a public site."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from clinic_site.models import Clinic


@register(deploy=True)
def trial_set_up_is_not_public(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With a public SITE_URL, what is fine for trying out becomes an error."""
    if settings.SITE_IS_LOOPBACK:
        return []
    found: list[CheckMessage] = []
    if settings.MAIL_IS_FILES:
        found.append(
            Error(
                "Mail is written to files, so nobody will hear of a new enquiry.",
                hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.host:587.",
                id="clinic_site.E001",
            )
        )
    if settings.DATA_KEYS_UNDER_VAR:
        found.append(
            Error(
                "The data keys lie beside the data they seal.",
                hint="Set CLINIC_DATA_KEYS in the environment and keep a copy in the safe.",
                id="clinic_site.E002",
            )
        )
    return found


@register("database", deploy=True)
def contact_details_are_real(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`."""
    if settings.SITE_IS_LOOPBACK or not databases:
        return []
    try:
        clinic = Clinic.current()
    except DatabaseError:
        return []
    if not clinic.has_sample_contact_details:
        return []
    return [
        Error(
            "The clinic still has the sample telephone number or email address.",
            hint="Write the real ones in the admin under The clinic.",
            id="clinic_site.E003",
        )
    ]
