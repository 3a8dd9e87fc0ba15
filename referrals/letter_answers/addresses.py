"""An Australian address in lines of a letter: from its number or box to its postcode, or none."""

import re

STATE = (
    r"(?:NSW|N\.S\.W\.?|VIC|Vic|Victoria|QLD|Qld|Queensland|SA|S\.A\.|WA|W\.A\.|TAS|Tas"
    r"|Tasmania|ACT|A\.C\.T\.|NT|N\.T\.)"
)
START = re.compile(
    r"(?<![\w/-])(?:(?:unit|flat|apt\.?|apartment|lot|level|suite|villa|townhouse|room"
    r"|rm)\s?\d{1,5}[A-Za-z]?\b"
    r"|u\d{1,4}[ /]|\d{1,5}[A-Za-z]?(?: ?[/-] ?\d{1,5}[A-Za-z]?)?,? (?=[A-Z])"
    r"(?!(?:yrs?|years?|y/?o|months?|st|nd|rd|th|day of)\b)"
    r"|(?:g\.?)?p\.? ?o\.? box \d{1,6}|rmb \d{1,5})",
    re.IGNORECASE,
)
WITH_STATE = re.compile(rf"\b{STATE}[.,]? {{0,2}}(?:Australia,? )?(\d{{4}})(?!\d)")
PLAIN_END = re.compile(r"[A-Za-z'.]{2},? {1,3}(\d{4})\.?\Z")
A_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[.,]? \d{4}\Z",
    re.IGNORECASE,
)
COUNTRY = re.compile(r",? ?\(?Australia\)?\.?\Z", re.IGNORECASE)
HOUSE = re.compile(r"[A-Za-z/'&.,\"“” -]{1,60}")
LONGEST = 160
MOST_LINES = 4


def address_in(lines: list[str], *, is_labelled: bool = False) -> tuple[str, int]:
    """The address that begins in the first line, and how many lines it takes; "" and 0 for none.

    Where a label says that it is one, the name of a house may stand in front of its number.
    """
    start = START.search(lines[0]) if lines else None
    if not start:
        return "", 0
    has_house = is_labelled and HOUSE.fullmatch(lines[0][: start.start()])
    text = lines[0] if has_house else lines[0][start.start() :]
    for count in range(1, MOST_LINES + 1):
        if len(text) > LONGEST:
            break
        if end := end_of(text):
            return tidy(text[:end]), count
        if count == len(lines):
            break
        text = f"{text.rstrip(' ,')}, {lines[count]}"
    return "", 0


def end_of(text: str) -> int:
    with_state = WITH_STATE.search(text)
    if with_state:
        return with_state.end()
    bare = COUNTRY.sub("", text.rstrip(" ,;.|"))
    plain = None if A_MONTH.search(bare) else PLAIN_END.search(bare)
    return plain.end(1) if plain and plain.start() > 3 else 0


def tidy(text: str) -> str:
    return re.sub(r"(?: ?, ?)+", ", ", " ".join(text.split())).strip(" ,;")
