"""Labels in front of, or above, what they name.

A label inside a line needs a colon, unless it is one that means nothing else (`DOB`, `Medicare`).
What a label names ends where the next label begins, also one of which nothing is read.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from referrals.letter_answers.cues import CUES, Part


class Label(StrEnum):
    """What a label names."""

    BIRTH = "birth"
    FAMILY = "family"
    GIVEN = "given"
    PATIENT = "patient"
    NAME = "name"
    RE = "re"
    MOBILE = "mobile"
    HOME = "home"
    PHONE = "phone"
    WORK = "work"
    EMAIL = "email"
    ADDRESS = "address"
    MEDICARE = "medicare"
    IRN = "irn"
    SEX = "sex"
    PROVIDER = "provider"
    DATE = "date"
    PRACTICE = "practice"
    DOCTOR = "doctor"
    TO = "to"
    STOP = "stop"  # nothing is read, but what stood before it ends here
    OTHERS = "others"  # about somebody else, with all that follows in the line


NUMBER = r"(?:\s?(?:number|no\b\.?|num\b\.?|nbr\b\.?|#|nos\b\.?))?"
# What each is called. Those of the first list count without a colon as well.
CERTAIN: list[tuple[Label, str]] = [
    (
        Label.BIRTH,
        r"(?:patient(?:'s)? )?(?:d\.? ?o\.? ?b\b\.?|date of birth|birth ?date|born on|born)",
    ),
    (
        Label.STOP,
        (
            r"(?:dva|ihi|ndis|pension|hcc|health ?care card|concession"
            r"|veteran(?:s'?)? ?(?:affairs)?|u\.?r\b|m\.?r\.?n\b|urn\b|a\.?b\.?n\b|prescriber"
            r"|hpi-?[io]|ahpra|edi\b|crn\b)"
        )
        + NUMBER,
    ),
    (
        Label.MEDICARE,
        r"(?:medicare|m[/']?care)(?: card)?"
        + NUMBER
        + r"(?: ?(?:/|&|and|\() ?(?:irn|ref(?:erence)?"
        + NUMBER
        + r")\)?)?",
    ),
    (
        Label.PROVIDER,
        r"(?:medicare )?prov(?:ider|\b\.?)(?:\s?(?:number|no\b\.?|num\b\.?|nbr\b\.?|#|n°|№))?",
    ),
    (Label.STOP, r"(?:fax|facsimile|fx)" + NUMBER),
    (Label.MOBILE, r"(?:mobile|mob\b\.?|cell)(?: ?(?:phone|tel\b\.?|telephone))?" + NUMBER),
    (Label.PHONE, r"(?:telephone|phone|ph\b\.?|tel\b\.?)" + NUMBER),
    (Label.IRN, r"(?:irn|i\.r\.n\.?)"),
    (Label.RE, r"re(?=\.? (?:Mr|Mrs|Ms|Miss|Mx|Master)\b)"),
]
WITH_COLON: list[tuple[Label, str]] = [
    (
        Label.STOP,
        (
            r"(?:previous|former|old|postal|mailing|work|business|practice|clinic|billing"
            r"|temporary) address"
        ),
    ),
    (
        Label.STOP,
        (
            r"(?:middle names?|preferred name|known as|alias|aka|maiden name|previous names?"
            r"|former names?|mother's maiden name)"
        ),
    ),
    (Label.STOP, r"(?:after[- ]hours|a/h)(?: phone| tel| telephone| number| contact)*"),
    (
        Label.STOP,
        (
            r"(?:age|occupation|title|marital status|religion|country of birth|language|ethnicity"
            r"|indigenous status|atsi(?: status)?|gender identity|pronouns?|file"
        )
        + NUMBER
        + r"|our ref(?:erence)?|your ref(?:erence)?|record"
        + NUMBER
        + (
            r"|patient id|id|expiry|exp\b\.?|valid to|web(?:site)?|www|relationship|status"
            r"|allergies|reason(?: for referral)?|diagnosis|urgency|priority|type|card type"
            r"|private health|speciality|specialty|position|qualifications?|suburb|postcode|state"
            r"|admission date|date of admission|discharge date|date of discharge"
            r"|appointment(?: date)?|date of (?:injury|accident|review|service|visit|issue"
            r"|procedure|surgery|operation|imaging|scan)|(?:date |clinic |last )?seen|clinic date"
            r"|admitted|discharged|dictated|completed|collected|reported|printed(?: on)?"
            r"|valid (?:from|until)|period|duration|last (?:seen|visit)|next (?:review"
            r"|appointment)|hearing|interpreter(?: required)?)"
        ),
    ),
    (Label.FAMILY, r"(?:patient(?:'s)? )?(?:family name|surname|last name)(?:\(s\))?"),
    (Label.GIVEN, r"(?:patient(?:'s)? )?(?:given|first|christian|fore) ?names?(?:\(s\))?"),
    (
        Label.DOCTOR,
        (
            r"(?:referring (?:doctor|gp|practitioner|clinician|provider)|referred by|referrer"
            r"|referral from|requesting (?:doctor|practitioner)|requested by)(?:'s)?(?: name)?"
        ),
    ),
    (Label.TO, r"(?:referred to|refer to|referral to|to|attention|attn)(?: (?:doctor|dr))?"),
    (
        Label.PATIENT,
        (
            r"(?:(?:full )?name of (?:the )?patient|(?:the )?patient(?:'s)?(?: full)?(?: name)?"
            r"|client(?: name)?)"
        ),
    ),
    (Label.PATIENT, r"pt"),
    (Label.MEDICARE, r"m\.?c\.?" + NUMBER),
    (Label.NAME, r"(?:full )?name"),
    (Label.RE, r"(?:re|regarding|concerning|subject)"),
    (
        Label.MOBILE,
        r"(?:patient(?:'s)? |contact )mobile(?: phone)?"
        + NUMBER
        + r"|(?:phone|tel\b\.?|telephone|ph\b\.?) ?\(?(?:m|mobile|mob)\)?|\(?m\)?",
    ),
    (
        Label.HOME,
        r"(?:home|private|after hours)(?: ?(?:phone|tel\b\.?|telephone|ph\b\.?))?"
        + NUMBER
        + r"|(?:phone|telephone|tel|ph)\.? ?\(?(?:h|home|hm|ah)\)?|\(?h\)?",
    ),
    (
        Label.WORK,
        r"(?:work|business)(?: ?(?:phone|tel\b\.?|telephone|ph\b\.?))?"
        + NUMBER
        + r"|(?:phone|telephone|tel|ph)\.? ?\(?(?:w|work|wk|bh)\)?|\(?w\)?",
    ),
    (
        Label.PHONE,
        (
            r"(?:(?:patient(?:'s)?|contact|day ?time|practice|clinic|surgery|preferred"
            r"|best contact) (?:telephone|phone|ph|tel|contact)?|contact|phones?|telephones?)"
        )
        + NUMBER
        + r"(?:\(s\))?|[pt]",
    ),
    (Label.STOP, r"f"),
    (
        Label.EMAIL,
        r"(?:practice |clinic |doctor'?s? |referrer |patient(?:'s)? )?e-?mail(?: address)?|e",
    ),
    (
        Label.ADDRESS,
        (
            r"(?:patient(?:'s)? |home |residential |street |current |full )?address|addr?\.?"
            r"|residence|(?:lives|living|resides) at|a"
        ),
    ),
    (
        Label.IRN,
        (
            r"(?:(?:medicare )?(?:ref(?:erence)?|line|position|card ref(?:erence)?"
            r"|individual ref(?:erence)?)"
        )
        + NUMBER
        + r"(?: on card)?|number on card)",
    ),
    (
        Label.SEX,
        r"(?:sex at birth|birth sex|sex assigned at birth|sex|gender)(?: ?/ ?(?:gender|sex))?",
    ),
    (
        Label.DATE,
        (
            r"(?:date|dated|letter date|date of (?:the )?(?:referral|letter)|referral date"
            r"|today's date|date written|date typed|typed|letter (?:created|typed|written)"
            r"|date created|sent)"
        ),
    ),
    (Label.PRACTICE, r"(?:practice|clinic|medical centre|surgery|organisation|facility)(?: name)?"),
]

COLON = r"\s*(?:[:=]|\s[-–](?=\s))\s*"
LONGEST_LABEL = 40


def compiled(known: list[tuple[Label, str]], ending: str) -> list[tuple[Label, re.Pattern[str]]]:
    return [(label, re.compile(rf"(?:{words}){ending}", re.IGNORECASE)) for label, words in known]


WITH = compiled([*CERTAIN, *WITH_COLON], COLON)
WITHOUT = compiled(CERTAIN, r"\.?[\s#]*(?=[(+\d]|[A-Z]{0,2}\d|\d? ?[A-Z][a-z]{2}|\Z)")
ALONE = compiled([*CERTAIN, *WITH_COLON], r"\s*[:.]?\s*\Z")
ANY_NAME = re.compile(r"[A-Za-z]{3,20}:\s*")
LETTER_ALONE = re.compile(
    r"\(?(?:(?P<phone>[PTpt])|(?P<mobile>[Mm])|(?P<home>[Hh])|(?P<work>[Ww])"
    r"|(?P<stop>[Ff]))\)?[:.]?\s*(?=\(?\+?\d)"
)
# Where a label may begin: at the start of a word.
START = re.compile(r"(?<![\w'@./-])(?=[A-Za-z(])")
OTHERS = next(pattern for part, pattern in CUES if part == Part.OTHER)


def starts_with_label(text: str) -> bool:
    return any(start == 0 for _, start, _ in labels_in(text))


def labels_in(text: str) -> Iterator[tuple[Label, int, int]]:
    """Each label with its place, from left to right."""
    for label, pattern in ALONE:
        if 2 <= len(text) <= LONGEST_LABEL and (found := pattern.match(text)):
            yield label, 0, found.end()
            return
    at = 0
    for start in START.finditer(text):
        if start.start() < at:
            continue
        found_here = label_at(text, start.start())
        if found_here:
            label, at = found_here
            yield label, start.start(), at


def label_at(text: str, place: int) -> tuple[Label, int] | None:
    """The label that begins there, and where what it names begins."""
    window = text[place : place + 2 * LONGEST_LABEL]
    if end := end_of_others(window, starts_line=place == 0):
        return Label.OTHERS, place + end
    for label, pattern in [*WITH, *WITHOUT, (Label.STOP, ANY_NAME)]:
        if found := pattern.match(window):
            return label, place + found.end()
    if found := LETTER_ALONE.match(window):
        return Label(str(found.lastgroup)), place + found.end()
    return None


def end_of_others(window: str, *, starts_line: bool) -> int:
    """Where the label of another person ends; 0 where there is none."""
    found = OTHERS.match(window)
    if not found:
        return 0
    behind = window[found.end() :]
    colon = re.match(r"\s?[:\-–]?\s?", behind)
    has_colon = behind[:2].lstrip().startswith(":")
    return found.end() + (colon.end() if colon else 0) if starts_line or has_colon else 0
