"""No pattern of ours takes much longer than its text is long, whatever was typed.

Every regular expression that is written in the code is found, wherever it is used.
"""

import ast
import inspect
import re
from contextlib import suppress
from pathlib import Path

import pytest
from django import forms

from referrals import fields
from tests.timing import processor_seconds

ROOT = Path(__file__).parents[3]
PACKAGES = ("clinic_site", "conditions", "referrals")
TAKES_A_PATTERN = {
    "compile",
    "match",
    "fullmatch",
    "search",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
    "RegexValidator",
    "re_path",
}
PIECES = ["a", " ", "0", "<", "&", "\n", "(", "{", "\\", "a ", "0 ", "a.", "a@", "<a", "0-", "/a"]
ENDINGS = ["", "!", "\x00", "\n"]
SHORT, MIDDLE, LONG = 25, 400, 10_000
# Called by `match` or `fullmatch` alone, which try once: an early start of `search` is not theirs.
FROM_THE_START = {
    "clinic_site/running/environment.py": "LINE",
    "clinic_site/running/unsafe/watching.py": "DOTTED",
    "conditions/pasting.py": "NUMBER",
    "conditions/search/wording.py": "SHORT_ROOT",
    "referrals/inspecting/pdf.py": "REMOTE",
    "referrals/inspecting/word_fields.py": "REMOTE",
}
# Only asked about markup that was cleaned a moment ago, in which every link has its end.
OF_CLEANED_WORDS = {"conditions/links.py": "LINK"}
A_MOMENT = 0.05  # seconds; ten thousand letters take a tenth of a millisecond where all is well


def patterns():
    """By place: the pattern, and how it is asked."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place, tree = str(path.relative_to(ROOT)), ast.parse(path.read_text())
            names = {n.value: ast.unparse(n.targets[0]) for n in ast.walk(tree) if is_named(n)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call) or not (found := written_in(node)):
                    continue
                name = names.get(node, "")
                if name and OF_CLEANED_WORDS.get(place) == name:
                    continue
                once = name and FROM_THE_START.get(place) == name
                yield f"{place}:{node.lineno}", found.match if once else found.search


def is_named(node):
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)


def written_in(call):
    """A pattern and its flags, where a call holds one that can be read without running it."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    of_re = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "re"
    if name not in TAKES_A_PATTERN or not (of_re or name in {"RegexValidator", "re_path"}):
        return None
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str | bytes):
        return None
    flags = [node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)]
    flag = sum({getattr(re, f) for f in flags if f.isupper() and hasattr(re, f)}, re.NOFLAG)
    return re.compile(first.value, flag)


FOUND = dict(patterns())


def test_patterns_are_found():
    assert len(FOUND) > 60


@pytest.mark.parametrize("place", FOUND)
def test_a_pattern_reads_ten_thousand_letters_in_a_moment(place):
    """Twice as many letters take twice as long, or four times as long at the most: what takes
    longer would never end here."""
    ask = FOUND[place]
    is_of_bytes = isinstance(ask.__self__.pattern, bytes)
    for text in hostile_texts():
        asked = text.encode() if is_of_bytes else text
        took = processor_seconds(lambda asked=asked: ask(asked))
        assert took < A_MOMENT, (text[:40], len(text), took)


def hostile_texts():
    for piece in PIECES:
        for ending in ENDINGS:
            for length in (SHORT, MIDDLE, LONG):
                yield piece * (length // len(piece)) + ending


FIELDS = [
    field
    for _, field in inspect.getmembers(fields, inspect.isclass)
    if issubclass(field, forms.Field) and field.__module__ == fields.__name__
]


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_a_public_form_reads_a_hundred_thousand_letters_as_quickly(field):
    """A stranger may send a megabyte in any of them."""
    is_text = issubclass(field, fields.KeptWhole)
    box = field(**({"max_length": 80} if is_text else {}))
    for piece in [" ", "a", "0", "@", "0-", "a.", " @", "1/"]:
        text = "x" + piece * (10 * LONG // len(piece)) + "!"
        assert processor_seconds(lambda text=text: read(box, text)) < 10 * A_MOMENT, piece


def read(box, text):
    with suppress(forms.ValidationError):
        box.clean(text)
