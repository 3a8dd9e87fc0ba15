"""Refuses tables in which something is forgotten, before any page is drawn from them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter, signature
from typing import Any

from referrals.models import Enquiry
from referrals.models.choices import EventKind, Status
from referrals.states.shapes import TABLE, Happening, Hears, Incomplete, Outcome, State, Verb

ARRIVES_AS = {Status.RECEIVED, Status.SPAM}  # no verb leads there
VERBS_FILE = "referrals/workflow/verbs.py"


def check_tables(
    *,
    states: Mapping[str, State],
    verbs: Mapping[str, Verb],
    outcomes: Mapping[str, Outcome],
    other_lines: Mapping[str, Happening],
) -> None:
    """Raises `Incomplete` for the first thing that is missing."""
    check_rows("state", Status, states)
    check_rows("outcome", Enquiry.Outcome, outcomes)
    check_timeline(verbs, other_lines)
    for outcome in outcomes.values():
        check_outcome(outcome)
    for state in states.values():
        check_state(state, verbs)
    for verb in verbs.values():
        check_verb(verb, states, verbs)


def check_rows(what: str, choices: Iterable[Any], rows: Mapping[Any, object]) -> None:
    for choice in choices:
        if choice not in rows:
            raise Incomplete(f"The {what} “{choice}” has no row in {TABLE}.")


def check_timeline(verbs: Mapping[str, Verb], other_lines: Mapping[str, Happening]) -> None:
    """Each kind of event belongs to one verb, or stands among the other lines."""
    count = Counter([*(verb.event for verb in verbs.values()), *other_lines])
    for kind in EventKind:
        if count[kind] == 0:
            raise Incomplete(
                f"The event “{kind}” belongs to no verb and to no other line in {TABLE}."
            )
        if count[kind] > 1:
            raise Incomplete(f"The event “{kind}” stands in {TABLE} more than once.")


def check_outcome(outcome: Outcome) -> None:
    name = outcome.outcome
    if outcome.hears is Hears.REFERRER and not outcome.news:
        raise Incomplete(f"The outcome “{name}” tells whoever referred, and has no news to tell.")
    if outcome.news and not outcome.news.if_undone:
        raise Incomplete(f"The outcome “{name}” can be undone: its news lacks if_undone.")


def check_state(state: State, verbs: Mapping[str, Verb]) -> None:
    name = state.status
    if not state.verbs:
        raise Incomplete(f"The state “{name}” has no verb that leaves it: name one in {TABLE}.")
    for verb in state.verbs:
        if verb not in verbs:
            raise Incomplete(f"The state “{name}” names the verb “{verb}”, which has no row.")
    leads_there = any(verb.target == name for verb in verbs.values())
    if name not in ARRIVES_AS and not leads_there:
        raise Incomplete(f"No verb leads to the state “{name}”: give one that target in {TABLE}.")


def check_verb(verb: Verb, states: Mapping[str, State], verbs: Mapping[str, Verb]) -> None:
    name = verb.name
    if verb.target is not None and not any(name in state.verbs for state in states.values()):
        raise Incomplete(f"The verb “{name}” leaves no state: name it in a state’s row.")
    if verb.permission not in permissions():
        raise Incomplete(f"The verb “{name}” asks for “{verb.permission}”, which nobody can have.")
    if verb.hears in {Hears.REFERRER, Hears.BY_OUTCOME, Hears.WHO_WAS_TOLD} and not verb.news:
        raise Incomplete(f"The verb “{name}” tells whoever referred, and has no news to tell.")
    check_button(verb)
    check_undoing(verb, states, verbs)


def check_button(verb: Verb) -> None:
    if verb.button and verb.button.has_form and not verb.button.press:
        raise Incomplete(f"The verb “{verb.name}” has a form without a button: add press=…")


def check_undoing(verb: Verb, states: Mapping[str, State], verbs: Mapping[str, Verb]) -> None:
    """What is taken back must be possible to take back, and have words for it."""
    if verb.undone_by is None:
        return
    if verb.undone_by not in verbs:
        raise Incomplete(f"The verb “{verb.name}” is undone by “{verb.undone_by}”: no such verb.")
    reached = states.get(verb.target) if isinstance(verb.target, Status) else None
    if reached and verb.undone_by not in reached.verbs:
        raise Incomplete(
            f"The verb “{verb.name}” is undone by “{verb.undone_by}”, which the state"
            f" “{reached.status}” does not name."
        )
    if verb.news and not verb.news.if_undone:
        raise Incomplete(f"The verb “{verb.name}” can be undone: its news lacks if_undone.")


def permissions() -> set[str]:
    options = Enquiry._meta
    names = [f"{action}_{options.model_name}" for action in options.default_permissions]
    return {f"{options.app_label}.{name}" for name in [*names, *dict(options.permissions)]}


def check_functions(verbs: Mapping[str, Verb], module: Mapping[str, object]) -> None:
    """Each row has its function, and each function its row."""
    functions = {name for name, thing in module.items() if callable(thing) and is_verb(thing)}
    for name in [*verbs, *functions]:
        if name not in functions:
            shape = "by keyword alone, with enquiry= and by=, returning the Enquiry"
            raise Incomplete(
                f"The verb “{name}” has a row and no function in {VERBS_FILE} (called {shape})."
            )
        if name not in verbs:
            raise Incomplete(f"The verb “{name}” has a function and no row in {TABLE}.")
        if has_words(verbs[name]) and "note" not in parameters_of(module[name]):
            raise Incomplete(f"The verb “{name}” asks for words, and its function takes no note=.")


def parameters_of(function: Any) -> Mapping[str, Parameter]:
    return signature(function).parameters


def has_words(verb: Verb) -> bool:
    return bool(verb.button and verb.button.words)


def is_verb(function: Callable[..., object]) -> bool:
    """Whether it takes an enquiry and who does it, by keyword alone, and returns the enquiry."""
    if isinstance(function, type):
        return False
    found = signature(function)
    by_keyword = {p.name for p in found.parameters.values() if p.kind is Parameter.KEYWORD_ONLY}
    alone = len(by_keyword) == len(found.parameters)
    return alone and {"enquiry", "by"} <= by_keyword and found.return_annotation is Enquiry
