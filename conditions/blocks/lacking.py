"""What a kind of block leaves unsaid, in sentences that name the kind and the piece."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template

from conditions.blocks.kind import OF_ALL_KINDS, PLACES, VERBS, Kind
from conditions.blocks.registry import BLOCKS, KIND_FILES

OF_EVERY_BLOCK = {"id", "parent", "region", "ordering", OF_ALL_KINDS}


class Fault(NamedTuple):
    """`number` is that of the system check; `hint` says what to write, and where."""

    number: int
    message: str
    hint: str


def faults(kinds: Iterable[type[Kind]] | None = None) -> list[Fault]:
    """Of all kinds, or of those given. Nothing is left out silently: every piece has a number."""
    chosen = list(BLOCKS if kinds is None else kinds)
    found = [fault for kind in chosen for fault in faults_of(kind)]
    return [*found, *twins(chosen), *(files_without_a_kind() if kinds is None else [])]


def faults_of(kind: type[Kind]) -> Iterator[Fault]:
    name = name_of(kind)
    if not vars(kind).get("kind"):
        yield fault(2, name, "has no name", "Say kind = “…”, the word in payloads and files.")
        return
    if not hasattr(kind, "place"):
        hint = "Say place = …, a number: where it stands in the editor’s list."
        yield fault(3, name, "has no place among the kinds", hint)
    for number, piece, lack, hint in WRITTEN:
        if getattr(kind, piece, None) is getattr(Kind, piece, None):
            yield fault(number, name, lack, hint)
    if not has_template(kind):
        yield fault(8, name, "has no template", f"Make templates/{kind.template()}.")
    yield from faults_of_parts(kind, name)
    yield from faults_of_fields(kind, name)
    yield from faults_of_specimens(kind, name)
    yield from faults_of_left_out(kind, name)
    if unknown := set(kind.editor_may) - set(VERBS):
        yield fault(13, name, f"lets editors {sorted(unknown)}", f"editor_may knows {VERBS} only.")


WRITTEN = [
    (4, "payload", "has no payload", "Write payload(): what is published of it."),
    (5, "search_lines", "cannot be read by the search", "Write search_lines(), line by line."),
    (6, "missing_words", "says nothing of what a reader must have", "Write missing_words()."),
    (7, "specimens", "has no specimen", "Write specimens(): samples for the style guide."),
]


def faults_of_parts(kind: type[Kind], name: str) -> Iterator[Fault]:
    """A part that is not declared would be missing from comparison, hints and explained words."""
    if not hasattr(kind, "Payload"):
        hint = "Say Payload = …, a TypedDict of what payload() returns."
        yield fault(9, name, "does not say what its payload holds", hint)
        return
    wanted = set(kind.Payload.__annotations__) | set(kind.Payload.__required_keys__)
    wanted -= {"kind", OF_ALL_KINDS}
    declared = set(getattr(kind, "parts", {}))
    for part in sorted(wanted - declared):
        hint = f"Add “{part}” to parts: is it words, markup, a mark?"
        yield fault(10, name, f"does not say what “{part}” of its payload is", hint)
    for part in sorted(declared - wanted):
        yield fault(10, name, f"declares a part “{part}” that its payload has not", "Remove it.")


def faults_of_fields(kind: type[Kind], name: str) -> Iterator[Fault]:
    """A field that is not declared would be lost when an old version becomes the draft."""
    declared = set(getattr(kind, "draft_fields", []))
    meta: Any = getattr(kind, "_meta", None)
    fields = {field.name for field in meta.local_fields} - OF_EVERY_BLOCK if meta else declared
    if not declared:
        hint = "List them in draft_fields."
        yield fault(11, name, "does not say that staff fill in anything", hint)
        return
    for field in sorted(fields ^ declared):
        hint = f"Name “{field}” both as a field of the model and in draft_fields."
        yield fault(11, name, f"does not say that staff fill in “{field}”", hint)


def faults_of_specimens(kind: type[Kind], name: str) -> Iterator[Fault]:
    if kind.specimens is Kind.specimens or not hasattr(kind, "Payload"):
        return
    specimens = kind.specimens()
    if not specimens:
        yield fault(7, name, "has no specimen", "Let specimens() return one at least.")
    wanted = kind.Payload.__required_keys__
    for lacking in sorted({part for specimen in specimens for part in wanted - specimen.keys()}):
        yield fault(7, name, f"has a specimen without “{lacking}”", "Add it in specimens().")
    for other in sorted({str(specimen.get("kind")) for specimen in specimens} - {kind.kind}):
        yield fault(7, name, f"has a specimen of the kind “{other}”", f"Write “{kind.kind}”.")


def faults_of_left_out(kind: type[Kind], name: str) -> Iterator[Fault]:
    """Whatever does not reach a place says why."""
    fields = set(getattr(kind, "draft_fields", []))
    for place, reasons in kind.left_out.items():
        if place not in PLACES:
            yield fault(12, name, f"leaves something out of “{place}”", f"Places are {PLACES}.")
        each = {"": reasons} if isinstance(reasons, str) else reasons
        for field, reason in each.items():
            if field and field not in fields:
                hint = "Name a field of draft_fields."
                yield fault(12, name, f"leaves “{field}” out of {place}, which it has not", hint)
            if not reason.strip():
                what = f"“{field}”" if field else "everything"
                yield fault(12, name, f"leaves {what} out of {place} without a reason", "Say why.")


def twins(kinds: list[type[Kind]]) -> Iterator[Fault]:
    names = [name_of(kind) for kind in kinds]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield fault(2, name, "is there twice", "Give each kind a name of its own.")
    for kind in kinds:
        others = [other for other in kinds if name_of(other) != name_of(kind)]
        if getattr(kind, "place", None) in [getattr(other, "place", "none") for other in others]:
            hint = "Give each kind a place of its own."
            yield fault(3, name_of(kind), "shares its place among the kinds", hint)


def files_without_a_kind() -> Iterator[Fault]:
    """A model that is no `PageBlock` would be a table that no page can use."""
    modules = {block.__module__.rpartition(".")[2] for block in BLOCKS}
    for name in KIND_FILES:
        if name not in modules:
            message = f"conditions/blocks/{name}.py holds no kind of block."
            yield Fault(14, message, "Derive its model from PageBlock, or move the file elsewhere.")


def has_template(kind: type[Kind]) -> bool:
    try:
        get_template(kind.template())
    except TemplateDoesNotExist:
        return False
    return True


def name_of(kind: type[Kind]) -> str:
    return vars(kind).get("kind") or kind.__name__


def fault(number: int, name: str, lack: str, hint: str) -> Fault:
    return Fault(number, f"The kind of block “{name}” {lack}.", hint)
