"""Deployment checks: what must not stand on a public site."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.db import Error as AnyDatabaseError
from django.utils.module_loading import import_string

from clinic_site.append_only import guard_errors
from clinic_site.models import Clinic
from clinic_site.people.roles import what_roles_lack
from clinic_site.running.own_folder import open_to_others
from clinic_site.running.unsafe.mail import is_in_clear
from clinic_site.sign_in.passkeys.address import host, made_elsewhere


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


@register(deploy=True)
def folder_is_closed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Another user of the server could read what is open there."""
    found = open_to_others()
    if not found:
        return []
    named = ", ".join(str(path) for path in found[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return [
        CheckWarning(
            f"Other users of this server may open {named}{more}.",
            hint="Run manage.py prepare_site, as the user whose folder it is.",
            id="clinic_site.W010",
        )
    ]


@register(deploy=True)
def mail_is_hidden_on_its_way(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With a password the site does not start at all (`clinic_site.running.unsafe`)."""
    server = settings.MAIL_SERVER
    if settings.SITE_IS_LOOPBACK or not is_in_clear(server):
        return []
    return [
        CheckWarning(
            f"Mail goes to {server['host']} in clear: who listens on the way reads who wrote when.",
            hint="Let EMAIL_URL begin with smtp+tls:// (port 587) or smtp+ssl:// (port 465).",
            id="clinic_site.W011",
        )
    ]


@register(deploy=True)
def a_proxy_is_trusted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The web process itself knows no https, so a public site has a proxy."""
    if settings.SITE_IS_LOOPBACK or settings.TRUSTED_PROXIES:
        return []
    return [
        CheckWarning(
            "TRUSTED_PROXIES is empty: every page would lead back to itself for ever, and all"
            " visitors would count as one.",
            hint="Write the address of the proxy that serves https, for example 127.0.0.1.",
            id="clinic_site.W012",
        )
    ]


@register()
def error_hook_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Else the first to notice would be whoever waits for an error that is never told."""
    if not settings.ERROR_HOOK:
        return []
    try:
        is_there = callable(import_string(settings.ERROR_HOOK))
    except Exception:
        is_there = False
    if is_there:
        return []
    hint = "Install its package beside the site’s, or leave ERROR_HOOK empty."
    return [
        Error(
            f"ERROR_HOOK names {settings.ERROR_HOOK}, and there is no such function.",
            hint=hint,
            id="clinic_site.E020",
        )
    ]


@register()
def roles_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A role that names what is not there would silently be given less."""
    hint = "Roles stand in clinic_site/people/roles.py, duties in the modules of STAFF_DUTIES."
    return [Error(lack, hint=hint, id="clinic_site.E005") for lack in what_roles_lack()]


OWN_ADDRESS = (
    "Set DEFAULT_FROM_EMAIL to an address of the site’s own, for example website@your.domain,"
    " and let the mail server that EMAIL_URL names send for it (SPF, DKIM)."
)


@register()
def mail_is_not_dropped(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without DEBUG the site does not start at all (`clinic_site.running.unsafe`)."""
    if not settings.MAIL_IS_DROPPED:
        return []
    return [
        CheckWarning(
            "EMAIL_URL drops every mail: all mail stays in the queue.",
            hint="Leave EMAIL_URL unset: mail becomes files under var/mail/.",
            id="clinic_site.W001",
        )
    ]


@register(deploy=True)
def sender_is_chosen(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.SITE_IS_LOOPBACK or settings.DEFAULT_FROM_IS_SET:
        return []
    sender = settings.DEFAULT_FROM_EMAIL
    message = f"Mail comes from {sender}, an address that nobody chose."
    return [CheckWarning(message, hint=OWN_ADDRESS, id="clinic_site.W002")]


@register("database", deploy=True)
def sender_is_not_the_rooms(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`."""
    if settings.SITE_IS_LOOPBACK or not databases:
        return []
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        rooms = [address.casefold() for address in Clinic.current().addresses()]
    except AnyDatabaseError:
        return []
    if sender.casefold() not in rooms:
        return []
    message = f"Mail to the rooms would come from their own address {sender}: many servers drop it."
    return [CheckWarning(message, hint=OWN_ADDRESS, id="clinic_site.W003")]


@register("database", deploy=True)
def passkeys_belong_to_this_address(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`. SITE_URL was another when they were made."""
    if not databases:
        return []
    try:
        people = made_elsewhere().values("user").distinct().count()
    except AnyDatabaseError:
        return []
    if not people:
        return []
    return [
        CheckWarning(
            f"Passkeys of {people} {'person' if people == 1 else 'people'} were made for another"
            f" address than {host() or 'that of SITE_URL'}: they open nothing.",
            hint=(
                "Let SITE_URL be what it was, or tell them: sign in with a code, then add a"
                " passkey again under Your sign-in. Who has no code: reset_second_factor."
            ),
            id="clinic_site.W013",
        )
    ]


@register("database", deploy=True)
def sign_in_log_is_guarded(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --deploy --database default`."""
    return guard_errors(
        ["clinic_site_signinevent"],
        databases,
        loss="the sign-in log could be changed.",
        error_id="clinic_site.E010",
    )
