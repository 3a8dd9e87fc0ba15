"""What a role may do, in plain words: whole duties, and what was set by hand besides.

Rights are `app.codename`. Staff tick duties and never see a right; what makes up no whole duty is
counted and kept as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils.text import capfirst

from clinic_site.people.roles import all_duties, label


@dataclass(frozen=True)
class Duty:
    """`words` says in a sentence what somebody who has it may do; empty where no app says it."""

    name: str
    words: str
    rights: frozenset[str]

    @property
    def title(self) -> str:
        return capfirst(self.name)


@dataclass(frozen=True)
class Held:
    """`by_hand` are the rights that no whole duty explains."""

    duties: tuple[Duty, ...]
    by_hand: frozenset[str]

    @property
    def shown(self) -> list[Duty]:
        """Without those that another one contains: “reads” is said by “reads and files”."""
        return [d for d in self.duties if not any(d.rights < other.rights for other in self.duties)]


def known_duties() -> list[Duty]:
    words = duty_words()
    return [
        Duty(name, words.get(name, ""), frozenset(rights)) for name, rights in all_duties().items()
    ]


def duty_words() -> dict[str, str]:
    """`IN_WORDS` of each module that declares duties."""
    together: dict[str, str] = {}
    for path in settings.STAFF_DUTIES:
        together |= getattr(import_module(path.rpartition(".")[0]), "IN_WORDS", {})
    return together


def in_words(rights: Iterable[str], duties: Iterable[Duty] | None = None) -> Held:
    rights = frozenset(rights)
    known = known_duties() if duties is None else duties
    whole = tuple(duty for duty in known if duty.rights <= rights)
    explained = frozenset[str]().union(*(duty.rights for duty in whole))
    return Held(whole, rights - explained)


def rights_of_group(group: Group) -> frozenset[str]:
    """Asks once for all groups of a list that was read with `with_rights`."""
    return frozenset(label(permission) for permission in group.permissions.all())


def with_rights() -> "list[Group]":
    return list(Group.objects.order_by("name").prefetch_related("permissions__content_type"))


def permissions_of(rights: Iterable[str]) -> list[Permission]:
    """The rows of these rights. One that has no row yet (before `prepare_site`) is left out."""
    wanted = set(rights)
    names = {right.partition(".")[2] for right in wanted}
    rows = Permission.objects.filter(codename__in=names).select_related("content_type")
    return [row for row in rows if label(row) in wanted]


def after_ticking(rights: Iterable[str], ticked: Iterable[str], *, keep_by_hand: bool) -> set[str]:
    """The rights of a role after a form that showed its whole duties and how many by hand.

    `ticked` are names of duties. A duty that is not ticked any more takes its rights along, save
    those that another ticked one needs.
    """
    known = {duty.name: duty for duty in known_duties()}
    by_hand = in_words(rights, known.values()).by_hand if keep_by_hand else frozenset()
    return set(by_hand).union(*(known[name].rights for name in ticked))
