"""Tables in documents, and whether a test that one of them names exists."""

import ast
import re
from functools import cache

from django.conf import settings

ROOT = settings.BASE_DIR
TEST = re.compile(r"`(tests/[\w./]+\.py)::(\w+)`")


def rows_of(text):
    """The cells of each row of each table, without heads and rules."""
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("|")]
    lines = [[cell.strip() for cell in cells] for cells in lines]
    rules = {number for number, cells in enumerate(lines) if set("".join(cells)) <= set("-: |")}
    heads = {number - 1 for number in rules}
    return [cells for number, cells in enumerate(lines) if number not in rules | heads]


def named_tests(cell):
    """[(file, name of the test)], as `tests/x.py::test_y` in the cell."""
    return TEST.findall(cell)


@cache
def tests_of(path):
    """The names of all tests of a file; none where there is no such file."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    tree = ast.walk(ast.parse(file.read_text()))
    return frozenset(
        node.name
        for node in tree
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def missing_tests(text):
    """Which tests are named in the text and do not exist."""
    return [f"{path}::{name}" for path, name in TEST.findall(text) if name not in tests_of(path)]
