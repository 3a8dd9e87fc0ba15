"""What a kind of block says of itself. Each kind is one file beside this one.

`lacking.py` refuses a kind that leaves something unsaid, and `registry.py` collects the kinds for
all who read them: pages, search, comparison, planner, hints, editor, roles, style guide.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from content_editor.models import create_plugin_base
from django.utils.html import strip_tags
from django.utils.text import Truncator

from conditions.models import Page, instructs_field
from conditions.payloads import BlockPayload
from conditions.rendering import trusted

VERBS = ("view", "add", "change", "delete")


class Chosen(NamedTuple):
    """What a reader chose in the address of a page: options by their slugs, none means all, and
    what matters by its keys. Words that name nothing are let be."""

    options: Collection[str] = ()
    matters: Collection[str] = ()


class Role(Enum):
    """What a part of a payload is, for those who read all kinds alike."""

    WORDS = "words for readers"
    RICH = "words for readers, in markup of ours"
    CITED = "words of others"
    MARK = "for machines: a choice, an address, a picture, a number"
    COPY = "what other parts say already"


class Part(NamedTuple):
    """A part of a payload. In a comparison its words stand behind `label`, which is made of its
    name where none is given; an empty one lets the words stand alone."""

    role: Role = Role.WORDS
    label: str | None = None


class TextLine(NamedTuple):
    """A line of a block as a search reads it, in plain words that can stand alone as an answer:
    “What to avoid: twisting”, or both halves of a risk figure.

    `level` is 2 or 3 for a heading; one of level 2 leads to its `anchor_words`, as they stand in
    the markup. `below_heading` says the same in fewer words for who has just read the block's
    heading. A line that `needs_heading` says nothing without the one above it. An aside is a
    picture told in words.
    """

    text: str
    level: int = 0
    anchor_words: str = ""
    below_heading: str = ""
    needs_heading: bool = False
    is_aside: bool = False


# Why parts of a kind do not reach a place: one reason for all, or one for each.
LeftOut = Mapping[str, str | Mapping[str, str]]
# The guide and its preview are one template; print is the guide on paper.
PLACES = ("page", "search", "comparison", "planner")
NOT_IN_PLANNER = "The planner shows stages, warning signs and questions; the guide has the rest."


OF_ALL_KINDS = "instructs"  # the one field that every kind has; in a payload only where it is set


class Kind:
    """All that a kind declares. What stands here without a value must be said by each kind."""

    kind: ClassVar[str]  # its name in payloads and files, and of its template
    place: ClassVar[int]  # among the kinds an editor chooses from; small numbers come first
    draft_fields: ClassVar[list[str]]  # what staff fill in
    Payload: ClassVar[Any]  # the TypedDict of what is published
    parts: ClassVar[dict[str, Part]]  # of the payload, in the order in which they are read
    left_out: ClassVar[LeftOut] = {}
    editor_may: ClassVar[Collection[str]] = VERBS
    makes_claims: ClassVar[bool] = False  # its numbers need a source
    needs_more_styles: ClassVar[bool] = False  # its rules stand in more.css
    from_lists: ClassVar[Collection[str]] = ()  # parts whose words come from a list of the site
    draws_data: ClassVar[bool] = False  # its rules stand in figures.css

    def payload(self) -> Any:
        """The block as it is published: an instance of `Payload`."""
        raise NotImplementedError

    @staticmethod
    def search_lines(block: Any) -> Iterator[TextLine]:
        """The words of a published block for the search, line by line."""
        raise NotImplementedError

    @staticmethod
    def missing_words(block: Any) -> str:
        """What a block lacks that a reader must have, in words; empty when it lacks nothing."""
        raise NotImplementedError

    @staticmethod
    def specimens() -> list[Any]:
        """Samples for the style guide, in every state that looks different; the fullest first."""
        raise NotImplementedError

    @classmethod
    def template(cls) -> str:
        """Draws `blocks` of this kind that follow each other; see `prepared/bodies.py`."""
        return f"conditions/blocks/{cls.kind}.html"

    @classmethod
    def prepared(cls, block: Any) -> dict[str, Any]:
        """A published block as its template wants it."""
        rich = [name for name, part in cls.parts.items() if part.role is Role.RICH]
        return {**block, **{name: trusted(block[name]) for name in rich if name in block}}

    @staticmethod
    def shared_context(blocks: list[dict[str, Any]], chosen: Chosen) -> dict[str, Any]:
        """What the template needs beside the prepared blocks."""
        return {}

    @staticmethod
    def is_warning(block: Any) -> bool:
        """Whether it says when to seek help today: the planner repeats it, hints count it."""
        return False

    @staticmethod
    def questions(block: Any) -> list[str]:
        """What a reader may want to ask at a visit."""
        return []

    @classmethod
    def fields_from(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The draft's fields out of a payload or a starter file."""
        fields = [*cls.draft_fields, OF_ALL_KINDS]
        return {name: data[name] for name in fields if name in data}

    def as_data(self) -> dict[str, Any]:
        """The draft's fields as a starter file holds them."""
        return {name: getattr(self, name) for name in self.draft_fields}

    @classmethod
    def editor_options(cls) -> dict[str, Any]:
        """How its form in the page editor differs from what Django makes of the model."""
        return {}

    @classmethod
    def label(cls) -> str:
        """What the editor calls it."""
        raise NotImplementedError

    @classmethod
    def parts_that_are(cls, *roles: Role) -> set[str]:
        return {name for name, part in cls.parts.items() if part.role in roles}


Base: Any = create_plugin_base(Page)


class PageBlock(Kind, Base):
    """A row of a page's draft. In the editor it is called by its first words."""

    instructs = instructs_field()

    class Meta(Base.Meta):
        abstract = True

    @classmethod
    def label(cls) -> str:
        return str(cls._meta.verbose_name)

    def published(self) -> BlockPayload:
        """The payload, with what it instructs about where that is set."""
        payload: BlockPayload = self.payload()
        return {**payload, "instructs": self.instructs} if self.instructs else payload

    def __str__(self) -> str:
        return Truncator(words_in(self.payload(), type(self))).words(8) or "Empty"


def words_in(block: BlockPayload, kind: type[Kind]) -> str:
    """All words of a block's payload, without markup, marks and addresses."""
    unsaid = kind.parts_that_are(Role.MARK) | {"kind", OF_ALL_KINDS}
    return " ".join(plain_words(value) for name, value in block.items() if name not in unsaid)


def plain_words(value: Any) -> str:
    """The words in a value, without markup; of a source or a term without its address."""
    if isinstance(value, dict):
        return " ".join(plain_words(v) for key, v in value.items() if key not in {"url", "code"})
    if isinstance(value, list):
        return " ".join(plain_words(part) for part in value)
    return strip_tags(value.replace("<", " <")).strip() if isinstance(value, str) else ""
