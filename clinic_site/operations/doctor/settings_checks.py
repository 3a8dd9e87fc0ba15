"""What the system checks of Django and our own find: one declaration for `check` and doctor."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, registry
from django.core.checks import Info as CheckInfo

from clinic_site.operations.doctor.finding import Finding, Level, Needs, asks
from clinic_site.running.unsafe.hosts import is_open

MOST = 3  # findings of one check
OWN = "doctor"  # the tag of those that `check` asks of the doctor
# What only a new version changes. Asking it loads every page, which the mail process never needs.
OF_CODE = {Tags.admin, Tags.models, Tags.urls, Tags.commands, Tags.templates, Tags.translation}
OURS = {"clinic_site", "conditions", "referrals"}
NUMBERS = {"WEB_CONCURRENCY": "2", "PORT": "8000"}


@asks("Are the settings fit for their site?", mend="See README.", needs=Needs.SETTINGS)
def deployment_settings() -> Iterator[Finding]:
    """Every deployment check that asks no database, and looks at more than the code."""
    yield from from_django(
        lambda check: Tags.database not in check.tags and not looks_at_code(check)
    )


@asks(
    "Does the code fit together?",
    mend="Install the version anew.",
    needs=Needs.SETTINGS,
    daily=False,
)
def code() -> Iterator[Finding]:
    """The checks of models, addresses, commands and templates."""
    yield from from_django(lambda check: Tags.database not in check.tags and looks_at_code(check))


@asks("Does the database hold what it should?", mend="Run manage.py prepare_site.")
def deployment_database() -> Iterator[Finding]:
    """Every system check that asks the database: triggers, search index, passkeys, sender."""
    yield from from_django(lambda check: Tags.database in check.tags, databases=["default"])


def looks_at_code(check: Any) -> bool:
    """Also what a library asks without a tag: are its middleware, forms and fields there?"""
    tags = set(check.tags)
    return bool(tags & OF_CODE) or (not tags and check.__module__.split(".")[0] not in OURS)


def from_django(
    is_asked: Callable[[Any], bool], *, databases: list[str] | None = None
) -> Iterator[Finding]:
    """What those checks say that are asked for."""
    for check in registry.registry.get_checks(include_deployment_checks=True):
        tags = set(check.tags)
        if OWN in tags or not is_asked(check):
            continue
        if settings.SITE_IS_LOOPBACK and Tags.security in tags:  # https, HSTS: of a public site
            continue
        found = check(app_configs=None, databases=databases)
        said = [message for message in found if not message.is_silenced()]
        yield from map(finding_of, said[:MOST])
        if said[MOST:]:
            more = f"And {len(said) - MOST} more of that kind."
            yield Finding(str(said[0].id), more, str(said[0].hint or ""))


def finding_of(message: CheckMessage) -> Finding:
    level = Level.HINT if message.level <= CheckInfo("").level else Level.UNWELL
    words = " ".join(str(message.msg).split())
    return Finding(str(message.id), words, str(message.hint or ""), level)


@asks(
    "Do only you reach the web process?",
    mend="Write BIND=127.0.0.1 and let the proxy in front hand on, or close the port in the"
    " firewall. In a container that publishes no port it may stay.",
    needs=Needs.SETTINGS,
)
def where_it_listens() -> Iterator[Finding]:
    facts = {"BIND": settings.BIND}
    if settings.SITE_IS_HTTPS and is_open(facts):
        says = f"BIND={settings.BIND}: who asks port {settings.PORT} goes past the proxy and https."
        yield Finding("bind", says, level=Level.HINT)


@asks(
    "Can the web process read its numbers?",
    mend="Write digits alone, or take the line away.",
    needs=Needs.SETTINGS,
)
def numbers_of_gunicorn() -> Iterator[Finding]:
    """Read by gunicorn, not by the settings."""
    for name, usual in NUMBERS.items():
        value = os.environ.get(name, "") or usual
        if not value.isdecimal() or int(value) < 1:
            yield Finding(name, f"{name} is no number of 1 or more, so the web process dies.")
