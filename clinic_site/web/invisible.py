"""Signs that nobody sees and that make one text look like another: marks of direction, joiners out
of place, spaces without width, tags.

A name may be written in any script: what its letters need stays. Knows no Django.
"""

import re
import unicodedata

ZWNJ, ZWJ, EMOJI_STYLE = "\u200c", "\u200d", "\ufe0f"
# Scripts whose letters take another shape beside a joiner, by the names of their letters.
JOINING = {
    *["ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI"],
    *["GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN"],
    *["MYANMAR", "KHMER", "BALINESE", "JAVANESE"],
}
VIRAMA = 9  # its combining class: a joiner may end a word behind it
# Seen, though Unicode calls them format characters: Arabic and Syriac signs of numbers.
SEEN_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Unseen, though Unicode calls them letters or marks: fillers, and joiners of graphemes.
MONGOLIAN_VARIATIONS = set("\u180b\u180c\u180d\u180f")
UNSEEN = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | MONGOLIAN_VARIATIONS
FLAG_OF = ["gbeng", "gbsct", "gbwls"]  # England, Scotland, Wales: a black flag with tags
TAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in flag) for flag in FLAG_OF)
FLAGS = re.compile(f"\U0001f3f4(?:{TAGS})\U000e007f")
MARKS_OF_DIRECTION = set("\u061c\u200e\u200f")
EMBEDDINGS, ISOLATES = set("\u202a\u202b"), set("\u2066\u2067\u2068")
OVERRIDES = set("\u202d\u202e")
END_OF_EMBEDDING, END_OF_ISOLATE = "\u202c", "\u2069"
OPENED_BY = EMBEDDINGS | ISOLATES | OVERRIDES


def visible_line(text: str) -> str:
    """One line, such as a name, without what nobody sees; letters in their composed form (NFC)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", without_unseen(text, keeps=set()))


def visible_lines(text: str) -> str:
    """Several lines. Marks of direction stay, and embeddings that end in their own line; what turns
    letters around goes."""
    if text.isascii():
        return text
    keeps = MARKS_OF_DIRECTION | OPENED_BY | {END_OF_EMBEDDING, END_OF_ISOLATE}
    return "\n".join(balanced(line) for line in without_unseen(text, keeps=keeps).split("\n"))


def without_unseen(text: str, *, keeps: set[str]) -> str:
    flags = {place for found in FLAGS.finditer(text) for place in range(*found.span())}
    return "".join(
        sign
        for place, sign in enumerate(text)
        if place in flags or sign in keeps or not is_unseen(text, place)
    )


def is_unseen(text: str, place: int) -> bool:
    sign = text[place]
    if sign in {ZWNJ, ZWJ}:
        return not is_joiner_in_place(text, place)
    if is_variation(sign):
        return not is_variation_in_place(sign, text[place - 1 : place])
    if sign in UNSEEN:
        before = text[place - 1 : place]
        return not (sign in MONGOLIAN_VARIATIONS and script_of(before) == "MONGOLIAN")
    return unicodedata.category(sign) == "Cf" and not SEEN_FORMAT.match(sign)


def is_joiner_in_place(text: str, place: int) -> bool:
    """Between letters of one script that joins, behind the sign that takes a vowel away, or in an
    emoji of several parts."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if script_of(before) in JOINING:
        return script_of(after) == script_of(before) or unicodedata.combining(before) == VIRAMA
    return text[place] == ZWJ and is_emoji(before) and is_emoji(after)


def script_of(sign: str) -> str:
    """The first word of the name of a letter or of a mark on one, such as `ARABIC`."""
    if not sign or unicodedata.category(sign)[0] not in "LM":
        return ""
    return unicodedata.name(sign, "").partition(" ")[0]


def is_emoji(sign: str) -> bool:
    return bool(sign) and (sign == EMOJI_STYLE or unicodedata.category(sign) in {"So", "Sk", "Sm"})


def is_variation(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def is_variation_in_place(sign: str, before: str) -> bool:
    """Of an emoji or a key (#, 1), or of a Chinese character, as some Japanese names need it."""
    if sign in {"\ufe0e", EMOJI_STYLE}:
        return bool(before) and (before in "#*0123456789©®™" or is_emoji(before))
    return script_of(before) == "CJK"


def balanced(line: str) -> str:
    """Without overrides, and without embeddings that do not end in this line, or never began."""
    opened: list[int] = []
    dropped: set[int] = set()
    for place, sign in enumerate(line):
        if sign in OPENED_BY:
            opened.append(place)
        elif sign in {END_OF_EMBEDDING, END_OF_ISOLATE}:
            if not opened or ends_of(line[opened[-1]]) != sign:
                dropped.add(place)
            elif line[start := opened.pop()] in OVERRIDES:
                dropped |= {start, place}
    dropped.update(opened)
    return "".join(sign for place, sign in enumerate(line) if place not in dropped)


def ends_of(sign: str) -> str:
    return END_OF_ISOLATE if sign in ISOLATES else END_OF_EMBEDDING
