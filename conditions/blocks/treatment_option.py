"""One choice among several: the same facts for each."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar, NotRequired, TypedDict

from django.db import models
from django.forms import Textarea
from django.utils.text import slugify

from conditions.blocks.kind import NOT_IN_PLANNER, Chosen, PageBlock, Part, Role, TextLine
from conditions.choosing.mattering import MATTERS, Matter, first_facts, mattering
from conditions.links import LinkField
from conditions.payloads import BlockPayload


class Fact(TypedDict):
    label: str
    text: str


class TreatmentOptionPayload(BlockPayload):
    """`facts` are what the table shows: each fact with its name of that day."""

    name: str
    what_it_is: str
    where: str
    relief: str
    benefits: str
    risks: str
    recovery: str
    evidence: str
    link: str
    facts: list[Fact]
    group: NotRequired[str]


FACTS = ["what_it_is", "where", "relief", "benefits", "risks", "recovery", "evidence"]


class TreatmentOption(PageBlock):
    """One choice among several: the same facts for each, none may be left out."""

    kind = "treatment_option"
    place = 60
    draft_fields = ["name", "group", *FACTS, "link"]
    Payload = TreatmentOptionPayload
    parts: ClassVar = {
        "name": Part(),
        **{name: Part() for name in FACTS},
        "link": Part(Role.MARK),
        "facts": Part(Role.COPY),
        "group": Part(),
    }
    left_out: ClassVar = {
        "search": {
            "link": "An address is not among the words that people search for.",
            "group": "What it is, and where, say the same of each choice in more words.",
        },
        "planner": NOT_IN_PLANNER,
    }
    needs_more_styles = True

    name = models.CharField(max_length=60)
    group = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="Where there are many: the same few words, like With a needle, on neighbours "
        "make a small table of them. What a reader ticks stands in one table all the same.",
    )
    what_it_is = models.CharField(max_length=300)
    where = models.CharField("where, and anaesthetic", max_length=200)
    relief = models.CharField("how long relief may last", max_length=200)
    benefits = models.CharField("what it may bring", max_length=300)
    risks = models.CharField("what can go wrong", max_length=300)
    recovery = models.CharField("getting back to normal", max_length=200)
    evidence = models.CharField("how sure we are", max_length=300)
    link = LinkField(
        max_length=120,
        blank=True,
        help_text="The page about it, like /treatments/steroid-injection/.",
    )

    class Meta(PageBlock.Meta):
        verbose_name = "treatment option"

    def payload(self) -> TreatmentOptionPayload:
        payload: TreatmentOptionPayload = {
            "kind": self.kind,
            "name": self.name,
            "what_it_is": self.what_it_is,
            "where": self.where,
            "relief": self.relief,
            "benefits": self.benefits,
            "risks": self.risks,
            "recovery": self.recovery,
            "evidence": self.evidence,
            "link": self.link,
            "facts": [
                {"label": str(self._meta.get_field(name).verbose_name), "text": getattr(self, name)}
                for name in FACTS
            ],
        }
        return {**payload, "group": self.group} if self.group else payload

    @staticmethod
    def search_lines(block: TreatmentOptionPayload) -> Iterator[TextLine]:
        yield TextLine(block["name"], level=3)
        for fact in block["facts"]:
            yield TextLine(f"{block['name']}, {fact['label']}: {fact['text']}")

    @staticmethod
    def missing_words(block: TreatmentOptionPayload) -> str:
        if all(fact["text"].strip() for fact in block["facts"]):
            return ""
        return f"The option “{block['name']}” lacks a fact. Every option needs all of them."

    @staticmethod
    def specimens() -> list[TreatmentOptionPayload]:
        names = ["One choice", "Another choice", "A third choice"]
        samples = [
            TreatmentOption(
                name=name,
                link="" if name == names[-1] else "/treatments/",
                **{fact: f"Words on {name.lower()}." for fact in FACTS},
            )
            for name in names
        ]
        return [sample.payload() for sample in samples]

    @classmethod
    def shared_context(cls, blocks: list[dict[str, Any]], chosen: Chosen) -> dict[str, Any]:
        """Fact by fact, what was ticked in one table; else each group in a small one of its own."""
        slugs = [slugify(block["name"]) for block in blocks]
        wanted = chosen.options
        ticked = [b for b, slug in zip(blocks, slugs, strict=True) if slug in wanted]
        matters = mattering(chosen.matters)
        choices = [
            {"slug": slug, "name": block["name"], "is_chosen": slug in wanted}
            for block, slug in zip(blocks, slugs, strict=True)
        ]
        tables = [("", ticked)] if ticked else in_groups(blocks)
        return {
            "tables": [cls.table(group, part, matters) for group, part in tables],
            "choices": choices,
            "is_part": 0 < len(ticked) < len(blocks),
            "matters": [{**m._asdict(), "is_chosen": m in matters} for m in MATTERS],
            "mattering": matters,
        }

    @classmethod
    def table(
        cls, group: str, blocks: list[dict[str, Any]], matters: list[Matter]
    ) -> dict[str, Any]:
        return {"group": group, "blocks": blocks, "facts": cls.in_order(facts_of(blocks), matters)}

    @classmethod
    def in_order(cls, facts: list[dict[str, Any]], matters: list[Matter]) -> list[dict[str, Any]]:
        """What matters first, the rest as it was. A fact that had another name on the day of
        publishing stays in its place."""
        names = [str(cls._meta.get_field(name).verbose_name) for name in first_facts(matters)]
        places = {name: place for place, name in enumerate(names)}
        return sorted(facts, key=lambda fact: places.get(fact["label"], len(places)))

    @classmethod
    def editor_options(cls) -> dict[str, Any]:
        roomy = Textarea(attrs={"rows": 2, "cols": 80})
        return {"formfield_overrides": {models.CharField: {"widget": roomy}}}


def in_groups(blocks: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Neighbours of one group with its name; those of none stand together too."""
    runs = groupby(blocks, key=lambda block: block.get("group", ""))
    return [(group, list(run)) for group, run in runs]


def facts_of(compared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows: a fact, and the words of each option on it."""
    return [
        {
            "label": fact["label"],
            "cells": [{"name": b["name"], "text": b["facts"][place]["text"]} for b in compared],
        }
        for place, fact in enumerate(compared[0]["facts"])
    ]
