"""The words of one group of RTF, read as Word does, and as it might.

What stands in for a letter given by its number is no text, nor is a group that a reader may skip.
Programs differ in this, so a group is read in each way, and the worst counts. Spelling that no
program writes into a field is a finding by itself.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from referrals.inspecting.rtf_tokens import Token, tokens
from referrals.inspecting.word_fields import spelled

# Groups whose content is no text of the letter. Those marked with a star are skipped as well,
# unless they are known here.
SKIPPED = {
    *("colortbl", "info", "filetbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl"),
    *("revtbl", "generator", "xmlnstbl", "themedata", "datastore", "latentstyles", "pn", "fldinst"),
    *("objdata", "objclass", "objname", "nonshppict", "shprslt", "sn", "sv", "sp", "datafield"),
    *("atnid", "atnauthor", "atntime", "annotation", "atnref", "atrfstart", "atrfend", "atndate"),
    *("tc", "tcn", "xe", "bkmkstart", "bkmkend", "private", "pgdsctbl", "mmathPr", "passwordhash"),
    *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "template", "picprop"),
    *(
        "background",
        "nonesttables",
        "userprops",
        "protusertbl",
        "formfield",
        "blipuid",
        "comment",
        "password",
    ),
}
STARRED_BUT_TEXT = {"shpinst", "shppict", "ud", "listtext", "nesttableprops", "formfield", "dowrap"}
# Groups that programs do write into the words of a field.
ORDINARY = {
    *("datafield", "formfield", "ffname", "ffdeftext", "ffformat", "ffhelptext", "ffstattext"),
    *("ffentrymcr", "ffexitmcr", "ffl", "bkmkstart", "bkmkend", "fldinst", "fldrslt"),
    *("atrfstart", "atrfend", "atnid", "atnauthor", "oldcprops", "oldpprops"),
}
NOT_TEXT = SKIPPED - {"fldinst"} | {"pict", "object", "footnote", "header", "footer", "upr"}
SPACES = {*("tab", "par", "line", "~", "emspace", "enspace", "qmspace", "sect", "page", "cell")}
SPACES |= {"\n", "\r", "\t", "row", "lbr"}
SIGNS = {"{", "}", "\\"}
# Words that hide nothing and stand for nothing.
PLAIN = {*("b", "i", "f", "fs", "cf", "lang", "rtlch", "ltrch", "insrsid", "charrsid")}
PLAIN |= {"field", "fldinst", "fldrslt"} | SIGNS
QUOTES = {"ldblquote": "“", "rdblquote": "”", "lquote": "‘", "rquote": "’"}
MOST_TOKENS = 60_000
MOST_SKIPS = 3
SKIP = re.compile(rb"\\uc(\d{1,3})(?!\d)")


class Group(NamedTuple):
    """What stands from a word to the end of its group."""

    tokens: list[Token]
    end: int
    is_odd: bool
    is_plain: bool  # there is one way to read it


class Way(NamedTuple):
    """One way to read: what is left out, and what stands for a sign of space."""

    drops: bool = False
    hides: bool = False
    skip: int | None = None  # None: nothing stands in for a letter
    space: str = ""


@dataclass
class State:
    """What a group inherits and its end takes back."""

    field: list[str]
    skip: int
    dropped: bool = False
    hidden: bool = False
    instruction: list[str] | None = None  # set in the group that holds the words of a field
    has_result: bool = False  # the field says by itself what it stands for
    in_result: bool = False
    first: bool = True


def skips_of(data: bytes) -> list[int]:
    """How many letters stand in for one that is given by its number, as the file says it."""
    found = dict.fromkeys(int(match[1]) for match in SKIP.finditer(data))
    return list({1: None, **dict.fromkeys(list(found)[:MOST_SKIPS])})


def group_from(data: bytes, start: int) -> Group:
    depth, end, is_odd, is_plain = 1, start, False, True
    kept: list[Token] = []
    starred = first = False
    for token in tokens(data, start):
        end = token.end
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if len(kept) == MOST_TOKENS:
            is_odd, end = True, len(data)  # the file is shown as a copy, whatever follows
            break
        kept.append(token)
        if token.kind == "word":
            is_odd |= is_odd_word(token, starred=starred, first=first)
            is_plain &= token.word in PLAIN
            starred = token.word == "*"
        first = token.kind == "open" or starred
    return Group(kept, end, is_odd, is_plain)


def is_odd_word(token: Token, *, starred: bool, first: bool) -> bool:
    word = token.word
    if word == "u":
        code = (token.number or 0) % 0x10000
        return code < 0x80 or 0xF000 <= code < 0xF100 or unicodedata.category(chr(code)) == "Cf"
    if word in {"bin", "ud", "upr"}:
        return True
    return (starred or (first and word in NOT_TEXT)) and word not in ORDINARY


def ways_to_read(group: Group, skips: list[int]) -> list[Way]:
    if group.is_plain:
        return [Way()]
    has_numbers = any(token.word == "u" for token in group.tokens)
    return [Way()] + [
        way
        for skip in (skips if has_numbers else [1])
        for way in (
            Way(drops=True, skip=skip),
            Way(drops=True, skip=skip, space=" "),
            Way(drops=True, hides=True, skip=skip, space=" "),
            Way(skip=skip, space=" "),
        )
    ]


def words_of(group: Group, way: Way) -> list[str]:
    """The words of each field inside, the outermost last."""
    return Reading(way).read(group.tokens)


@dataclass
class Reading:
    way: Way
    done: list[str] = field(default_factory=list)
    to_skip: int = 0
    starred: bool = False

    def read(self, kept: list[Token]) -> list[str]:
        self.state = State([], self.way.skip or 0, first=False)
        outer, self.groups = self.state.field, [self.state]
        for token in kept:
            if token.kind == "open":
                self.to_skip, self.starred = 0, False
                self.groups.append(self.state)
                self.state = replace(self.state, instruction=None, has_result=False, first=True)
            elif token.kind == "close":
                self.close()
            elif token.kind == "word":
                self.word(token)
            else:
                self.text(token)
        while len(self.groups) > 1:
            self.close()
        return [*self.done, "".join(outer)]

    def close(self) -> None:
        """The words of a field inside are done: what it stands for belongs to the outer one."""
        self.to_skip = 0
        ended, self.state = self.state, self.groups.pop()
        if ended.instruction is not None:
            words = "".join(ended.instruction)
            self.done.append(words)
            self.state.has_result = bool(spelled(words))
            self.write(spelled(words))

    def word(self, token: Token) -> None:
        word, state = token.word, self.state
        if word == "*":
            self.starred = True
            return
        first, state.first = state.first, False
        starred, self.starred = self.starred, False
        if first or starred:
            self.begin(word, starred=starred)
        if word == "u":
            self.number(token.number or 0)
        elif word == "uc":
            state.skip = token.number if token.number is not None else 1
        elif word in {"v", "deleted"}:
            state.hidden = token.number != 0
        elif self.to_skip:
            self.to_skip -= 1
        elif word in SIGNS:
            self.write(word)
        else:
            self.write(self.way.space if word in SPACES else QUOTES.get(word, ""))

    def begin(self, word: str, *, starred: bool) -> None:
        state = self.state
        if word == "fldinst":
            state.field = state.instruction = []
        elif word == "fldrslt":
            state.dropped |= self.groups[-1].has_result
        elif word == "ud":
            state.dropped = False
        elif word in NOT_TEXT or (starred and word not in STARRED_BUT_TEXT):
            state.dropped |= self.way.drops

    def number(self, number: int) -> None:
        code = number % 0x10000
        code -= 0xF000 if 0xF000 <= code < 0xF100 else 0
        invisible = code < 0x20 or unicodedata.category(chr(code)) == "Cf"
        self.write("" if invisible else chr(code))
        self.to_skip = 0 if self.way.skip is None else self.state.skip

    def text(self, token: Token) -> None:
        self.state.first = False
        skipped = min(self.to_skip, len(token.data))
        self.to_skip -= skipped
        self.write(token.data[skipped:].decode("cp1252", "replace"))

    def write(self, text: str) -> None:
        if not (self.state.dropped or (self.way.hides and self.state.hidden)):
            self.state.field.append(text)
