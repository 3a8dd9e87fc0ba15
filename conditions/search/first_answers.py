"""Which page answers best what is often asked, chosen by hand where words alone mislead."""

import tomllib
from functools import cache
from pathlib import Path

from conditions.search.wording import OWNERSHIP, STOP_WORDS, Words, is_within, plain_words, stems_of

FILE = Path(__file__).with_name("first_answers.toml")


@cache
def chosen() -> tuple[dict[Words, str], dict[Words, str]]:
    """For the stems of each phrase, `section/slug`: phrases that are all of a query, and those
    that stand anywhere in one."""
    whole: dict[Words, str] = {}
    within: dict[Words, str] = {}
    for page, phrases in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for kind, text in ((whole, phrases.get("whole", "")), (within, phrases.get("within", ""))):
            for phrase in text.split(",") if text else ():
                kind[stems_of(plain_words(phrase))] = page
    return whole, within


def first_answer_to(query: str) -> str:
    """`section/slug` of the page chosen for a query; empty where none is."""
    words = plain_words(OWNERSHIP.sub("", query))
    typed = stems_of(words)
    telling = stems_of(word for word in words if word not in STOP_WORDS)
    whole, within = chosen()
    if page := whole.get(typed) or whole.get(telling):
        return page
    held = [phrase for phrase in within if is_within(phrase, typed)]
    longest = max(held, key=lambda phrase: (len(phrase), -typed.index(phrase[0])), default=())
    return within.get(longest, "")
