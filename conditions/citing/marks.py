"""Source marks: `[R129]` or `[R15, NCT01681004]` behind a claim leads to the sources of the page.

Only codes of the page's own sources make a mark; every other bracket stays what it is. Who reads
the words of a page and does not draw them takes the payload without its marks.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from conditions.markup import UNREAD, Token, tokens_of

AnyPayload = TypeVar("AnyPayload", bound=Mapping[str, Any])

HELP = (
    "Behind a claim, name its source in square brackets: [R129], or [R15, R129]. "
    "Readers see a small number that leads to the list of sources."
)
BRACKET = re.compile(r"\[([\w-]{1,12}(?:\s*,\s*[\w-]{1,12})*)\]", re.ASCII)
USUAL = re.compile(r"(?:R|NCT)\d+")
# A link within a link is no link; headings are read in the list of contents and in addresses.
NO_MARKS = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "button", "summary", "label", "legend"}
NO_MARKS |= {"title", "option", "svg"} | UNREAD


def with_marks(html: str, codes: list[str]) -> str:
    """Each mark as small numbers that link to its sources, `codes` in the order of the list."""
    if not codes or "[" not in html:
        return html
    numbers = {code: place for place, code in enumerate(codes, 1)}
    tokens = tokens_of(html)
    return "".join(token.text if token.is_tag else drawn(token, numbers) for token in tokens)


def drawn(token: Token, numbers: Mapping[str, int]) -> str:
    is_bare = bool(NO_MARKS & token.within)
    parts = []
    for text, cited in split(token.text, numbers):
        links = ", ".join(link(code, numbers[code]) for code in cited)
        parts += [text, f'<sup class="cited">{links}</sup>' if links and not is_bare else ""]
    return "".join(parts)


def link(code: str, number: int) -> str:
    return f'<a href="#source-{code}" aria-label="source {number}">{number}</a>'


def split(text: str, known: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A text cut at its marks: words, without the space before the mark, and what is cited."""
    start = 0
    for match in BRACKET.finditer(text):
        codes = codes_in(match[1])
        if all(code in known for code in codes):
            yield without_space_at_the_end(text[start : match.start()]), codes
            start = match.end()
    yield text[start:], []


def without_space_at_the_end(text: str) -> str:
    while text != (text := text.rstrip().removesuffix("&nbsp;")):
        pass
    return text


def codes_in(bracket: str) -> list[str]:
    return [code.strip() for code in bracket.split(",")]


def unmarked(payload: AnyPayload) -> AnyPayload:
    """The same payload as words alone, for search, planner, hints, machines and titles."""
    known = dict.fromkeys(codes_of(payload), True)
    if not known:
        return payload
    parts = payload.items()
    words = {name: part if name == "sources" else bare(part, known) for name, part in parts}
    return cast(AnyPayload, words)


def bare(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return "".join(text for text, _ in split(value, known)) if "[" in value else value
    if isinstance(value, Mapping):
        return {name: bare(part, known) for name, part in value.items()}
    return [bare(part, known) for part in value] if isinstance(value, list) else value


def codes_of(payload: Mapping[str, Any]) -> list[str]:
    """The codes of a page's sources in their order; of what is no payload, none."""
    sources = payload.get("sources") if isinstance(payload, Mapping) else None
    found = sources if isinstance(sources, list) else []
    return [str(s["code"]) for s in found if isinstance(s, Mapping) and "code" in s]


def brackets_in(value: Any) -> Iterator[list[str]]:
    """What stands in square brackets in a value as a mark does, whoever knows its codes."""
    if isinstance(value, str):
        yield from (codes_in(match[1]) for match in BRACKET.finditer(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from brackets_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from brackets_in(part)
