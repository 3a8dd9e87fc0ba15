"""What the shipped site answers to every search of the tests: `python -m benchmarks.answers FILE`.

Stores the answers in FILE, a line each. Where FILE is there already, compares with it, prints each
search whose answer is another one and ends with 1. For a change that must change no answer.
"""

import importlib
import json
import sys
import tomllib
from pathlib import Path

from benchmarks.__main__ import prepare
from benchmarks.growth import on_new_database

TESTS = Path("tests/conditions/search")
MODULES = ("test_search", "test_search_order", "test_likely", "test_nearest", "test_answering")
EACH = 25  # of so many sample questions one is asked, too


def main(file: Path) -> None:
    prepare()
    on_new_database(lambda: store_or_compare(file))


def searches() -> list[str]:
    """Those of the list, those of the tests of order and spelling, some of the sample questions."""
    from conditions.search.nearest import FOLDER

    said = tomllib.loads((TESTS / "searches.toml").read_text(encoding="utf-8"))
    found = [query for group in said.values() for query in group]
    for name in MODULES:
        for value in vars(importlib.import_module(f"tests.conditions.search.{name}")).values():
            found += [one for one in value if isinstance(one, str)] if is_list(value) else []
    found += slips()
    for path in sorted(FOLDER.glob("*.toml")):
        for asked in tomllib.loads(path.read_text(encoding="utf-8")).values():
            found += asked["asked"].splitlines()[::EACH]
    return list(dict.fromkeys(query for query in found if query.strip()))


def is_list(value: object) -> bool:
    return isinstance(value, list | dict) and all(isinstance(one, str) for one in value)


def slips() -> list[str]:
    from tests.conditions.search import test_search_order as order

    marks = order.test_a_slip_of_the_pen_is_searched_for_as_it_was_meant.pytestmark
    return [word for mark in marks for pair in mark.args[1] for word in pair]


def store_or_compare(file: Path) -> None:
    from conditions.publishing.starter_files import load_all
    from conditions.search.find import search
    from tests.makers import make_clinic

    make_clinic()
    load_all()
    answers = {
        query: json.loads(
            json.dumps([search(query, emergency_number="000", as_typed=way) for way in (0, 1)])
        )
        for query in searches()
    }
    if not file.exists():
        file.write_text(json.dumps(answers, indent=0, ensure_ascii=False), encoding="utf-8")
        print(f"{len(answers)} answers are stored")
        return
    before = json.loads(file.read_text(encoding="utf-8"))
    other = [q for q in answers | before if answers.get(q) != before.get(q)]
    print("\n".join([*other, f"{len(answers)} answers, {len(other)} of them another one"]))
    sys.exit(1 if other else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
