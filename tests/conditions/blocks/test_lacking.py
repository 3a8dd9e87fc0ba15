"""A kind of block that lacks a piece is refused in a sentence that names both."""

from typing import ClassVar
from unittest import mock

import pytest

from conditions.blocks import lacking
from conditions.blocks.kind import Kind, Part, TextLine
from conditions.blocks.lacking import faults
from conditions.checks import kinds_of_block_are_whole
from conditions.payloads import BlockPayload


class UnfinishedPayload(BlockPayload):
    text: str


class Unfinished(Kind):
    """A whole kind. It is no model, so that it stays out of every other test."""

    kind = "unfinished"
    place = 90
    draft_fields: ClassVar = ["text"]
    Payload = UnfinishedPayload
    parts: ClassVar = {"text": Part()}
    left_out: ClassVar = {"planner": "It says no dates."}

    def payload(self):
        return {"kind": "unfinished", "text": "Words."}

    @staticmethod
    def search_lines(block):
        yield TextLine(block["text"])

    @staticmethod
    def missing_words(block):
        return ""

    @staticmethod
    def specimens():
        return [{"kind": "unfinished", "text": "Words."}]

    @classmethod
    def template(cls):
        return "conditions/blocks/prose.html"


def without(*names, **changes):
    """The same kind, with pieces forgotten or changed."""
    kept = {name: value for name, value in vars(Unfinished).items() if not name.startswith("__")}
    pieces = {**kept, **changes}
    return type("Unfinished", (Kind,), {name: pieces[name] for name in pieces.keys() - set(names)})


def said_of(kind):
    return [fault.message for fault in faults([kind])]


def test_a_whole_kind_lacks_nothing():
    assert faults([Unfinished]) == []


def test_every_kind_of_ours_is_whole():
    assert faults() == []


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        ("kind", "The kind of block “Unfinished” has no name."),
        ("place", "The kind of block “unfinished” has no place among the kinds."),
        ("payload", "The kind of block “unfinished” has no payload."),
        ("Payload", "The kind of block “unfinished” does not say what its payload holds."),
        ("parts", "The kind of block “unfinished” does not say what “text” of its payload is."),
        (
            "draft_fields",
            "The kind of block “unfinished” does not say that staff fill in anything.",
        ),
        ("search_lines", "The kind of block “unfinished” cannot be read by the search."),
        (
            "missing_words",
            "The kind of block “unfinished” says nothing of what a reader must have.",
        ),
        ("specimens", "The kind of block “unfinished” has no specimen."),
        ("template", "The kind of block “unfinished” has no template."),
    ],
)
def test_a_forgotten_piece_is_named(piece, sentence):
    assert said_of(without(piece)) == [sentence]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parts": {}}, "does not say what “text” of its payload is."),
        ({"parts": {"text": Part(), "x": Part()}}, "a part “x” that its payload has not."),
        ({"specimens": staticmethod(list)}, "has no specimen."),
        ({"specimens": staticmethod(lambda: [{}])}, "has a specimen without “text”."),
        ({"left_out": {"planner": " "}}, "leaves everything out of planner without a reason."),
        ({"left_out": {"search": {"text": ""}}}, "leaves “text” out of search without a reason."),
        ({"left_out": {"search": {"x": "So."}}}, "leaves “x” out of search, which it has not."),
        ({"left_out": {"radio": "So."}}, "leaves something out of “radio”."),
        ({"editor_may": ["publish"]}, "lets editors ['publish']."),
    ],
)
def test_half_a_piece_is_named_too(changes, sentence):
    assert any(said.endswith(sentence) for said in said_of(without(**changes)))


def test_two_kinds_of_one_name_are_refused():
    assert [fault.message for fault in faults([Unfinished, without()])] == [
        "The kind of block “unfinished” is there twice."
    ]


def test_a_field_of_the_model_that_staff_cannot_fill_in_is_named():
    from conditions.blocks.step import Step

    with mock.patch.object(Step, "draft_fields", ["heading"]):
        assert "The kind of block “step” does not say that staff fill in “html”." in said_of(Step)


def test_a_file_without_a_kind_is_named():
    with mock.patch.object(lacking, "KIND_FILES", [*lacking.KIND_FILES, "unfinished"]):
        assert [fault.message for fault in faults()] == [
            "conditions/blocks/unfinished.py holds no kind of block."
        ]


def test_the_system_check_says_it_with_what_to_write():
    with mock.patch.object(lacking, "BLOCKS", [without("search_lines")]):
        errors = [e for e in kinds_of_block_are_whole(None) if e.id == "conditions.E005"]
    assert errors[0].msg == "The kind of block “unfinished” cannot be read by the search."
    assert "search_lines()" in errors[0].hint
