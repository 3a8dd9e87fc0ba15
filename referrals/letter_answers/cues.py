"""Words at the start of a line that say what the lines from there on are about."""

import re
from enum import StrEnum


class Part(StrEnum):
    """Which part of a letter a line belongs to."""

    HEAD = "head"  # the sender's letterhead, or its foot
    TO = "to"  # whom the letter is for
    PATIENT = "patient"
    REFERRER = "referrer"  # said to be the sender's details
    OTHER = "other"  # next of kin, employer, insurer, another doctor
    BODY = "body"
    SIGN = "sign"
    COPY = "copy"
    UNKNOWN = "unknown"


END = r"(?=\s*(?:[:\-–(/]|$))"
DEAR = re.compile(r"(?:dear|hello|hi|good (?:morning|afternoon))\b", re.IGNORECASE)
PROSE = re.compile(
    r"(?:thank(?:s| you) (?:very much )?(?:for|in)|many thanks for|i (?:would|am|have"
    r"|refer|saw|write)\b"
    r"|please (?:see|find|could|would|accept|review)|would you|could you|kindly|i'd"
    r"|we (?:would|are)\b"
    r"|this (?:letter|patient|\d|lady|man|woman|pleasant))",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"(?:past |current |active |relevant |social |family |medical |surgical |clinical "
    r"|presenting )*"
    r"(?:history|medications?|medicines|allerg(?:y|ies)|problems?|conditions|examination|findings"
    r"|investigations?|results|imaging|warnings|immunisations|observations|management|plan"
    r"|reason for referral|diagnos[ie]s|summary|background|treatment|request)\b" + END,
    re.IGNORECASE,
)
# The order matters: the first that fits counts.
CUES: list[tuple[Part, re.Pattern[str]]] = [
    (
        Part.COPY,
        re.compile(
            r"(?:b?cc|c\.c\.?|cop(?:y|ies)(?: to| sent to)?)(?:\s*:|\s+(?=(?:Dr|Prof|A/)\b)|$)",
            re.I,
        ),
    ),
    (
        Part.OTHER,
        re.compile(
            r"(?:(?:patient'?s |primary |secondary |1st |2nd )?"
            r"(?:next[ -]of[ -]kin|person (?:for notification|to (?:notify|contact|call|ring))"
            r"|notify"
            r"|(?:in case of |contact in )emergency|(?:support|nominated) (?:person|contact)"
            r"|advocate|n\.?o\.?k\b\.?|emergency contacts?|contact person"
            r"|(?:alternate"
            r"|alternative|other) contact"
            r"|carers?|(?:legal |public )?guardian|case ?worker|social worker"
            r"|support worker|parents?(?:/guardian)?|mother|father|spouse|partner|husband|wife"
            r"|son|daughter"
            r"|employers?|insurers?|insurance|private health(?: fund| insurance)?|health fund"
            r"|health insurance"
            r"|work ?cover|workers'? comp(?:ensation)?|claims?|case manager"
            r"|(?:enduring )?power of attorney|epoa"
            r"|account holder|person responsible|responsible person|head of family|pharmacy"
            r"|interpreter(?: service)?"
            r"|usual (?:gp|doctor|provider|practice|clinic)|(?:patient'?s |regular |local "
            r"|own )?(?:gp|general practitioner|family doctor)"
            r"|(?:treating|other) (?:specialist|doctor|physio(?:therapist)?|team)s?"
            r"|physio(?:therapist)?|chiropractor"
            r"|previous (?:gp|practice)|lawyer|solicitor"
            r"|radiolog(?:y|ist)|patholog(?:y|ist)|hospital contact|ward|supervisor|consultant"
            r"|locum(?: for)?))"
            r"(?:'s)?(?: (?:details|information|name|contact|phone|telephone|tel|mobile|number"
            r"|address|relationship))*" + END,
            re.IGNORECASE,
        ),
    ),
    (
        Part.REFERRER,
        re.compile(
            r"(?:from|(?:the )?referring (?:doctor|gp|g\.p\.|practitioner|clinician|provider"
            r"|practice|health professional)"
            r"|referred by|referral from|referrer|requesting (?:doctor|practitioner|provider)"
            r"|requested by"
            r"|sender|sent by|about the referrer|author)(?:'s)?(?: details| information| name)?"
            + END,
            re.IGNORECASE,
        ),
    ),
    (
        Part.TO,
        re.compile(
            r"(?:to|attention(?: to)?|attn?\.?|att'n|referred to|refer to|referral to"
            r"|referring to|specialist"
            r"|recipient|addressee|for(?=\s*:)|referral recipient"
            r"|receiving (?:doctor|clinic|practitioner))"
            r"(?: details| name)?(?=\s*(?::|$)|\s+(?:Dr|Prof|A/Prof|Mr|Ms|The)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        Part.PATIENT,
        re.compile(
            r"(?:re\b|regarding\b|concerning\b|subject\b|about (?:the )?patient"
            r"|(?:the )?patient(?:'s)?"
            r"(?: (?:details|information|demographics|particulars|name|full name|data|id))*\b"
            r"|client(?: details| name)?\b|pt\b"
            r"|demographics|personal details|name of patient)"
            r"(?=\.?\s*(?:[:\-–(]|$)|\.?\s+(?:Mr|Mrs|Ms"
            r"|Miss|Mx|Master|Dr)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        Part.SIGN,
        re.compile(
            r"(?:yours? (?:very )?(?:sincerely|faithfully|truly)|sincerely(?: yours)?"
            r"|(?:with )?(?:(?:kind(?:est)?|best|warm(?:est)?|many|my) )*(?:regards|wishes)"
            r"|(?:many thanks|with thanks|thanks|thank you)(?: again)?(?: and (?:kind "
            r"|best )?regards)?[,.!]?$"
            r"|cheers[,.!]?$"
            r"|(?:(?:discharge )?summary|letter|report|referral) (?:completed|prepared|written"
            r"|authored) (?:on )?(?:\S{1,12} )?by\b"
            r"|(?:this letter (?:was|has been) )?(?:electronically|digitally) (?:signed"
            r"|authorised|approved)"
            r"|signed(?: by)?\b|signature\b|e-?signed\b|letter (?:authored|dictated|signed) by)",
            re.IGNORECASE,
        ),
    ),
]
OF_THE_PATIENT = re.compile(
    r"(?:medicare|(?:patient(?:'s)? )?(?:d\.?\s?o\.?\s?b\b|date of birth|birth ?date"
    r"|sex\b|gender\b|surname|family name|given name))",
    re.IGNORECASE,
)


ROLE = re.compile(
    r"(?:general practitioner|gp|consultant|physio(?:therapist)?|chiropractor|supervisor"
    r"|radiologist"
    r"|pathologist|ward|insurance|locum)\b[^:]*\Z",
    re.IGNORECASE,
)


def is_role(text: str) -> bool:
    """What stands under somebody's name, and begins no part about another."""
    return bool(ROLE.match(text))


def cue_of(text: str) -> Part | None:
    """What a line says of itself and those after it, if anything."""
    for part, pattern in CUES:
        if pattern.match(text):
            return part
    if PROSE.match(text) or HEADING.match(text):
        return Part.BODY
    return None
