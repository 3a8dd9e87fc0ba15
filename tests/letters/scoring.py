"""How often each answer was right, wrong or not given, over folders of letters.

A folder holds letters and `truth.json`: by file name `state`, `answers` (by field; what is not
there the letter does not say), and where it says so `letter_date`, `addressed_to`, `flags` (codes)
and `urgent`.
"""

import gc
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referrals.identifiers import full_provider_number, plain_phone
from referrals.inspecting.sniffing import ENDINGS
from referrals.letter_answers.answers import LetterAnswers
from referrals.letter_answers.child import answers_of
from referrals.letter_answers.folding import folded_words

HERE = Path(__file__).parent
KINDS = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
SETS = sorted(path.parent.name for path in HERE.glob("*/truth.json"))


@dataclass
class Count:
    """Of one field: how often it stands in a letter, was answered, and rightly so."""

    said: int = 0
    answered: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.said if self.said else 1.0


def letters(folder: str) -> Iterator[tuple[str, dict[str, Any], LetterAnswers]]:
    """Name, truth, and what was read."""
    gc.freeze()  # a child collects what it held of each page; here that would walk all tests
    truths = json.loads((HERE / folder / "truth.json").read_text())
    for name, truth in truths.items():
        path = HERE / folder / name
        yield name, truth, answers_of(KINDS[path.suffix], path.read_bytes())


def score(folder: str) -> tuple[dict[str, Count], list[str]]:
    """By field, and a line for each answer that is wrong or missing."""
    counts: dict[str, Count] = defaultdict(Count)
    lines = []
    for name, truth, read in letters(folder):
        true, given = flat_truth(truth), flat(read)
        for field in true.keys() | given.keys():
            count, meant, got = counts[field], true.get(field), given.get(field)
            is_right = (
                got is not None and meant is not None and same(field, got) == same(field, meant)
            )
            count.said += meant is not None
            count.answered += got is not None
            count.right += is_right
            if not is_right:
                lines.append(f"{name}: {field}: {got!r} for {meant!r}")
    return counts, sorted(lines)


def flat_truth(truth: dict[str, Any]) -> dict[str, str]:
    flat = dict(truth.get("answers", {}), state=truth.get("state", "read"))
    flat |= {name: truth[name] for name in ("letter_date", "addressed_to") if truth.get(name)}
    flat |= {f"flag {code}": "yes" for code in truth.get("flags", [])}
    return flat | ({"urgency": "yes"} if truth.get("urgent") else {})


def flat(read: LetterAnswers) -> dict[str, str]:
    flat = {name: one.value for name, one in read.answers.items()} | {"state": read.state}
    flat |= {"letter_date": read.letter_date} if read.letter_date else {}
    flat |= {"addressed_to": read.addressed_to} if read.addressed_to else {}
    flat |= {f"flag {code}": "yes" for code in read.flags}
    return flat | ({"urgency": "yes"} if read.urgency_words else {})


def same(field: str, value: str) -> str:
    """As the form takes it: how digits are grouped and letters are written does not matter."""
    if field in ("patient_phone", "phone"):
        return plain_phone(value)
    if field == "provider_number":
        return full_provider_number(value)
    words = folded_words(value)
    if field in ("name", "addressed_to") and words[:1] == ["dr"]:
        words = words[1:]
    return "".join(words)


def table(counts: dict[str, Count]) -> str:
    """For `docs/letters.md`."""
    rows = [
        "| Answer | In letters | Answered | Right | Precision | Recall |",
        "|---|---|---|---|---|---|",
    ]
    for field, one in sorted(counts.items()):
        shares = f"{one.precision:.1%} | {one.recall:.1%}"
        rows.append(f"| {field} | {one.said} | {one.answered} | {one.right} | {shares} |")
    return "\n".join(rows)
