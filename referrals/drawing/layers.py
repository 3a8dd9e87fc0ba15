"""Layers that a PDF hides stay hidden when its pages move into another PDF."""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def carry_layers(source: pikepdf.Pdf, target: pikepdf.Pdf) -> None:
    """Add the layers of `source`, whose pages `target` has taken already, and their state.

    A layer that is hidden by the state at the start is written down as hidden, one by one: so
    several files with rules of their own live in one.
    """
    properties = source.Root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return
    groups = layers_in(properties.get("/OCGs"))
    state = properties.get("/D")
    state = state if isinstance(state, Dictionary) else Dictionary()
    shown, hidden = (layers_in(state.get(name)) for name in ("/ON", "/OFF"))
    if state.get("/BaseState") == Name.OFF:
        hidden = [one for one in groups if not among(one, shown)]
    ours = own_layers(target)
    for group in groups:
        ours.OCGs.append(target.copy_foreign(group))
    for group in hidden:
        ours.D.OFF.append(target.copy_foreign(group))
    for rule in members(state.get("/AS")):
        ours.D.AS.append(carried_rule(rule, target))


def members(value: Any) -> Iterator[Any]:
    if isinstance(value, Array):
        yield from (one for one in value if isinstance(one, Dictionary))


def layers_in(value: Any) -> list[Any]:
    """Only what other places can mean too is a layer."""
    return [one for one in members(value) if one.is_indirect]


def among(one: Any, many: list[Any]) -> bool:
    return any(one.objgen == other.objgen for other in many)


def own_layers(target: pikepdf.Pdf) -> Any:
    if "/OCProperties" not in target.Root:
        empty = Dictionary(BaseState=Name.ON, OFF=Array(), AS=Array(), Order=Array())
        target.Root.OCProperties = Dictionary(OCGs=Array(), D=empty)
    return target.Root.OCProperties


def carried_rule(rule: Any, target: pikepdf.Pdf) -> Dictionary:
    """When a layer is shown on a screen and when on paper."""
    kept = Dictionary(OCGs=Array(), Category=Array())
    for group in layers_in(rule.get("/OCGs")):
        kept.OCGs.append(target.copy_foreign(group))
    for name in rule.get("/Category", Array()):
        if isinstance(name, Name):
            kept.Category.append(name)
    event = rule.get("/Event")
    kept.Event = event if isinstance(event, Name) else Name.View
    return kept
