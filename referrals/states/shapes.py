"""What each row of the tables holds. Only what is truly an extra has a default."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from typing import Any, ClassVar, Self

from django.core.exceptions import ImproperlyConfigured
from django.db.models import TextChoices
from django.db.models.expressions import Combinable

from referrals.models import Enquiry
from referrals.models.choices import EventKind, Status

TABLE = "referrals/states/table.py"


class Incomplete(ImproperlyConfigured):
    """Something is forgotten in the tables. Says what, and of which row."""


class Row:
    """A row that names itself when a part of it is missing. No text may be empty."""

    what: ClassVar[str]
    named_by: ClassVar[str]
    table: ClassVar[str] = TABLE

    def __new__(cls, *_: object, **given: Any) -> Self:
        """Before `__init__`, whose own complaint does not say which row it is about."""
        needed = [field.name for field in fields(cls) if field.default is MISSING]  # type: ignore[arg-type]
        if absent := [name for name in needed if given.get(name, "") == ""]:
            texts = [text for text in given.values() if isinstance(text, str)]
            name = given.get(cls.named_by) or max(texts, key=len, default="without a word")
            raise Incomplete(f"The {cls.what} “{name}” lacks {', '.join(absent)}: see {cls.table}.")
        return super().__new__(cls)


class Part(TextChoices):
    """The parts of the inbox, in their order."""

    TO_DO = "todo", "To do"
    TO_BOOK = "tobook", "To book"
    TO_FILE = "tofile", "Answered, to file"
    FILED = "filed", "Filed"
    SPAM = "spam", "Suspected spam"


class Clock(Enum):
    """Whether the sender waits for the rooms, from the moment that it came in."""

    UNREAD = "nobody has read it"
    UNDECIDED = "read, and not decided"
    STOPPED = "decided"

    @property
    def runs(self) -> bool:
        return self is not Clock.STOPPED


READ_WITHIN = "one working day"  # the limit that `Clock.UNREAD` runs against, as senders read it


class Tone(TextChoices):
    """How loud a state is drawn for staff; a class of the style sheet."""

    PLAIN = "plain"
    DONE = "done"
    ALARM = "alarm"


class Shown(Enum):
    """When a step stands among the steps of the sender’s page."""

    ALWAYS = "ahead, here and behind"
    IF_IT_WAS = "ahead and here, and behind if it came to that"
    ONLY_HERE = "only while it is the present one"


@dataclass(frozen=True, kw_only=True)
class PublicWord(Row):
    """What the sender calls a state, or several that are none of a sender’s business."""

    what, named_by = "public word", "word"

    word: str
    shown: Shown


@dataclass(frozen=True, kw_only=True)
class State(Row):
    """One state of an enquiry."""

    what, named_by = "state", "status"

    status: Status
    part: Part
    clock: Clock
    tone: Tone
    public: PublicWord
    says: str | Mapping[str, str]  # what happens next, for the sender; or that by outcome
    is_hidden: bool  # the sender’s page looks as if nobody had read it, and no news goes out
    verbs: tuple[str, ...]  # what leaves it
    folded: tuple[str, ...] = ()  # of a referral: what stands under “More” here, last to be done


class Hears(Enum):
    """Who gets a mail of what was done."""

    NOBODY = "nobody"
    REFERRER = "whoever referred"
    BY_OUTCOME = "whoever referred, where the outcome says so"
    WHO_WAS_TOLD = "whoever was told of what is taken back"
    WHO_WAS_NOT_TOLD = "the rooms and the sender, each unless told before"


@dataclass(frozen=True, kw_only=True)
class News(Row):
    """What whoever referred reads in the mail. `{telephone}` is the number of the rooms."""

    what, named_by = "news", "subject"

    subject: str  # after the reference
    heading: str
    words: str
    if_undone: str | None  # what a mail of its undoing says
    by_link: str = ""  # instead of `words`, where the mail brings a link to what the rooms wrote


@dataclass(frozen=True, kw_only=True)
class Outcome(Row):
    """What became of an enquiry that was filed."""

    what, named_by = "outcome", "outcome"

    outcome: Enquiry.Outcome
    says: str  # what happens next, for the sender
    hears: Hears
    news: News | None = None  # what whoever referred reads, where she hears of it


class Style(Enum):
    """How a button is drawn."""

    PRIMARY = "button"
    QUIET = "quiet-button"
    DANGER = "button button-danger"  # behind a quiet one that first says what it does


@dataclass(frozen=True, kw_only=True)
class ByMail(Row):
    """Words for staff: where the doctor gets a mail, where it repeats their words, where none."""

    what, named_by = "words for staff", "told"

    told: str
    not_told: str | None
    told_all: str | None = None  # NOTIFY_DETAIL=full; the same as `told` where it is not given
    tells_any_sender: bool = False  # also whoever wrote a message


@dataclass(frozen=True, kw_only=True)
class WordsField(Row):
    """The field for words that stay in the timeline."""

    what, named_by = "field for words", "label"

    label: str
    rows: int
    is_needed: bool


@dataclass(frozen=True, kw_only=True)
class Button(Row):
    """How staff come to use a verb. One that asks for something opens a form first."""

    what, named_by = "button", "label"

    label: str
    style: Style
    before: ByMail | str | None  # what will happen
    done: str  # what staff read afterwards
    after: ByMail | None = None  # and who was told
    words: WordsField | None = None
    asks_outcome: bool = False
    asks_if_sure: bool = False
    tells_sender: bool = False  # the words are for the sender: they may go into the mail itself
    press: str = ""  # the label of the second button, in the form

    @property
    def has_form(self) -> bool:
        return bool(self.words) or self.asks_outcome or self.asks_if_sure


def every(enquiry: Enquiry) -> bool:
    return True


def is_referral(enquiry: Enquiry) -> bool:
    return enquiry.kind == Enquiry.Kind.REFERRAL


def has_status_page(enquiry: Enquiry) -> bool:
    return bool(enquiry.status_token_hash)


@dataclass(frozen=True, kw_only=True)
class Happening(Row):
    """One kind of line in the timeline."""

    what, named_by = "line of the timeline", "event"

    event: EventKind
    dates_the_page: bool  # the sender’s page counts from it
    news: News | None
    says: str = ""  # what the sender’s page says after it, instead of the state’s own words


@dataclass(frozen=True, kw_only=True)
class Verb(Happening):
    """One thing that can be done with an enquiry."""

    what, named_by = "verb", "name"

    name: str  # its function in referrals/workflow/verbs.py
    fits: Callable[[Enquiry], bool]
    target: Status | Combinable | None  # None: it leaves the state, and fits every one
    permission: str
    hears: Hears
    undone_by: str | None  # the verb that takes it back; None where nothing does
    button: Button | None

    @property
    def needs_words(self) -> bool:
        return bool(self.button and self.button.words and self.button.words.is_needed)
