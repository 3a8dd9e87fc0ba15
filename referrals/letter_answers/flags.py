"""Words of a letter that belong to a red flag, or that say how soon; silent where they are denied.

The codes are those of `referrals.urgency.RED_FLAGS`; a test compares them.
"""

import re
from collections.abc import Iterator

from referrals.letter_answers.cues import Part
from referrals.letter_answers.layout import Letter

PROBLEM = (
    r"(?:retention|incontinence|dysfunction|disturbances?|symptoms?|trouble|problems?"
    r"|loss|accidents?|changes?|urgency)"
)
WEAK = (
    r"(?:(?:leg|limb|motor|foot|ankle|knee|quadriceps|calf)s? (?:weakness|power|strength)"
    r"|weakness (?:of|in) (?:the |his |her |their )?(?:(?:right|left|both|lower) ){0,2}"
    r"(?:legs?|foot|feet|ankles?|limbs?)|foot ?drop)"
)
WORSE = r"(?:worse(?:n(?:s|ed|ing))?|progress(?:ed|ing|ive)|deteriorat(?:ing|ed)|increas(?:ing|ed))"
# Between the weakness and that it is worse; the pain may be worse and the leg as it was.
BETWEEN = r"(?:(?!(?:not|no|never|without|nor|but|pain|stable|unchanged|and)\b)\w{1,13} )"
FLAGS: dict[str, re.Pattern[str]] = {
    "cauda_equina": re.compile(
        r"\b(?:cauda equina|saddle (?:an?aesthesia|numbness|hypoaesthesia|paraesthesia"
        rf"|sensory \w{{3,12}})"
        r"|(?:peri-?anal|perineal|genital|saddle)[ -](?:area )?(?:numbness|an?aesthesia"
        r"|sensory loss|paraesthesia)"
        r"|(?:numb(?:ness)?|an?aesthesia) (?:around|of|in|over) (?:the |his |her "
        r"|their )?(?:genitals?|perineum|groin and|saddle|back passage|perianal)"
        r"|(?:new |recent |acute )?(?:bladder|bowel|urinary|f(?:a)?ecal|sphincter"
        rf"|sexual)(?: (?:and|or|&) (?:bladder|bowel))?(?:/(?:bladder|bowel))? {PROBLEM}"
        r"|incontinent of (?:urine|faeces)|unable to pass urine|not passing urine"
        r"|reduced anal tone)\b",
        re.IGNORECASE,
    ),
    "leg_weakness": re.compile(
        r"\b(?:(?:progressive|worsening|increasing|deteriorating|rapid(?:ly progressive)?"
        r"|new)(?: \w{2,12})? (?:leg |limb |lower limb |motor |foot )?weakness"
        r"|(?:leg|limb|motor|foot|ankle|quadriceps)s? (?:weakness|power"
        r"|strength) (?:\w{2,10} )?(?:is |are )?(?:worsening|getting worse|progressing"
        r"|progressive|deteriorating|increasing)"
        r"|(?:progressive|worsening|increasing) (?:neurolog(?:y|ical) (?:deficits?|signs)"
        r"|motor deficit|foot ?drop|neurologic deficit)|(?:new|acute) foot ?drop"
        rf"|{WEAK} {BETWEEN}{{0,6}}?{WORSE}"
        r"|(?:legs?|foot|feet|ankle) (?:is |are )?(?:\w{2,12} )?(?:getting|becoming|growing) "
        r"(?:\w{2,13} )?weak(?:er)?)\b",
        re.IGNORECASE,
    ),
    "infection": re.compile(
        r"\b(?:discitis|spondylodiscitis|osteomyelitis|septic (?:arthritis|joint"
        r"|sacroiliitis)|infect(?:ive|ious) sacroiliitis"
        r"|epidural abscess|psoas abscess|spinal infection|joint infection|rigors?"
        r"|(?:high )?fevers?|febrile|septic(?:aemia)?|night sweats)\b",
        re.IGNORECASE,
    ),
    "trauma": re.compile(
        r"\b(?:major trauma|significant trauma|high[- ]speed (?:mva|accident|collision|crash)"
        r"|motor vehicle (?:accident|collision|crash)|mva|mvc"
        r"|fall from (?:a )?(?:height|ladder|roof|horse)|fell (?:off|from) (?:a |the |his "
        r"|her )?(?:ladder|roof|height|horse)"
        r"|(?:cannot|can't|unable to) (?:weight[- ]?bear|stand|walk)|(?:pelvic|sacral"
        r"|vertebral|spinal|compression) fracture)\b",
        re.IGNORECASE,
    ),
    "cancer": re.compile(
        r"\b(?:metasta(?:sis|ses|tic(?: disease)?)|malignan(?:cy|t)|spinal tumou?r"
        r"|sacral (?:mass|tumou?r)|bone lesions?|lytic lesions?|sclerotic lesions?"
        r"|suspected cancer|suspicious lesion|myeloma|lymphoma|sarcoma|unexplained weight loss)\b",
        re.IGNORECASE,
    ),
}
# What takes the words back when it stands before them in the same sentence, or right behind them.
DENIED_BEFORE = re.compile(
    r"\b(?:no|not|nil|denies|denied|denying|without|never|negative for|absence of|absent"
    r"|none of|neither|nor|excluded?|excludes|excluding"
    r"|rule[ds]? out|ruling out|free of|no evidence|unlikely|resolved|hasn't|has not"
    r"|doesn't|does not|didn't|did not|isn't|any|if|should|return if"
    r"|watch for|develops?|develop|advised|warned|safety[- ]net\w*|screen(?:ed|ing)? for"
    r"|risk of|family history|fhx|mother|father|aunt|sister|brother"
    r"|past(?! (?:(?:few|two|three|four|six|\d{1,2}) )?"
    r"(?:days?|weeks?|months?)\b)|previous|history of|hx of"
    r"|ago|childhood|19\d\d|20[01]\d|in remission)\b|\?|☐"
    r"|\[ ?\]|(?:^|\s)0(?=\s)",
    re.IGNORECASE,
)
DENIED_BEHIND = re.compile(
    r"(?: (?:symptoms?|signs?|features?|syndrome|function|involvement|changes|disturbance"
    r"|red flags?)){0,2}"
    r"[\s:,;()–-]{0,6}(?:\b(?:nil|no|none|absent|negative|denie[sd]|excluded|ruled out"
    r"|not (?:present|reported|noted)|resolved|unlikely|was ruled|were denied|(?:was"
    r"|were) (?:discussed|explained)"
    r"|is absent|are absent|have been excluded|has been excluded|\w{2,4} (?:denied|absent"
    r"|excluded)|normal|only (?:when|if|with|during|after)"
    r"|in (?:19|20)\d\d|\d{1,3} years ago|many years ago)\b|\?|-ve)",
    re.IGNORECASE,
)
# A bladder of which the same sentence says that it is not this.
NO_CAUDA_EQUINA = re.compile(
    r"\bno (?:(?:evidence|signs?|features?|symptoms?|suspicion|concern) (?:of|for) )?"
    r"cauda equina\b",
    re.IGNORECASE,
)
BUT = re.compile(
    r"\b(?:but|however|although|though|now has|now reports|except|apart from)\b", re.IGNORECASE
)
SENTENCE = re.compile(r"(?<=[.;!])\s+(?=[A-Z(])|\n{2,}")
SOON = re.compile(
    r"\b(?:semi[- ]urgent(?:ly)?|urgent(?:ly)?|as soon as possible|asap|a\.s\.a\.p\.?"
    r"|at your earliest convenience|expedite[ds]?|prioriti[sz]e"
    r"|high priority|priority:? high|category (?:1|one)|cat(?:egory)? ?1|as an emergency"
    r"|within (?:the next )?(?:\d{1,2}|a|one|two|three"
    r"|four)(?: ?[-–to]{1,3} ?\d{1,2})? (?:days?|weeks?))\b",
    re.IGNORECASE,
)
NOT_SOON = re.compile(
    r"\b(?:not|non|no|isn't|nil)[ -]{0,2}(?:an? |at all |considered |currently |so )?\Z"
    r"|\bif \w{0,20} ?\w{0,20} ?\Z",
    re.IGNORECASE,
)
AROUND = 60  # letters shown before and behind
ALONE = {Part.PATIENT, Part.OTHER}  # each line stands for itself
NO_BODY = {Part.HEAD, Part.TO, Part.COPY}
MOST = 300_000  # letters


def sentences_of(letter: Letter) -> Iterator[str]:
    """Of what the letter says, not of letterheads; a block is at least one."""
    for block in letter.blocks:
        said = [line for line in block.lines if line.part not in NO_BODY]
        text = "\n".join(f"{line.text}\n" if line.part in ALONE else line.text for line in said)
        for part in SENTENCE.split(text[:MOST]):
            yield " ".join(part.split())


def flags_in(letter: Letter) -> dict[str, str]:
    """Code of each flag whose words stand there undenied, with the words around them."""
    found: dict[str, str] = {}
    for sentence in sentences_of(letter):
        for code, pattern in FLAGS.items():
            if code not in found and (words := said(sentence, pattern)):
                found[code] = words
    return found


def said(sentence: str, pattern: re.Pattern[str]) -> str:
    for match in pattern.finditer(sentence):
        before = BUT.split(sentence[max(match.start() - 200, 0) : match.start()])[-1]
        behind = sentence[match.end() : match.end() + 60]
        if pattern is FLAGS["cauda_equina"] and NO_CAUDA_EQUINA.search(sentence):
            return ""
        if not DENIED_BEFORE.search(before) and not DENIED_BEHIND.match(behind):
            return around(sentence, match)
    return ""


def around(sentence: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - AROUND, 0), min(match.end() + AROUND, len(sentence))
    words = sentence[start:end]
    words = words if start == 0 else "… " + words.partition(" ")[2]
    return words if end == len(sentence) else words.rpartition(" ")[0] + " …"


def urgency_in(letter: Letter) -> tuple[str, ...]:
    """The words that ask for an early visit, as the letter writes them."""
    found: dict[str, str] = {}
    for sentence in sentences_of(letter):
        for match in SOON.finditer(sentence):
            before = sentence[max(match.start() - 40, 0) : match.start()]
            if not NOT_SOON.search(before):
                found.setdefault(match[0].casefold(), match[0])
    return tuple(found.values())[:8]
