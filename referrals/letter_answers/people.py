"""Names of people as letters write them, and how they are cut into given and family names.

A name that could be cut in two ways is not cut.
"""

import re
from collections.abc import Set
from dataclasses import dataclass

from referrals.letter_answers.folding import folded_words, listed

LETTER = r"[^\W\d_]"
WORD = rf"{LETTER}(?:{LETTER}|['’\-])*"
TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "master",
    "mstr",
    "mister",
    "dame",
    "sir",
    "rev",
    "sr",
    "fr",
}
DOCTOR = (
    r"(?:Dr|DR|Doctor|Prof|Professor|PROF|A/Prof|A/PROF|A/Professor"
    r"|Assoc\.? Prof(?:essor)?|Associate Professor|Clin\.? A/Prof)"
)
PARTICLES = listed(
    """
    van von der den de del della di da dos das du la le el al abu ter ten st mac o af zu san
    """
)
NO_NAMES = listed(
    """
    the and or of to for with your our this that doctor colleague sir madam clinic centre center
    medical practice hospital health surgery general practitioner referral letter patient
    details date phone address unknown nil name number medicare dob sex department unit review
    back pain left right chronic sacroiliac joint opinion management assessment dysfunction
    lower low hip pelvic see above below mri scan report results request new urgent family team
    years year old aged age provider no consultant specialist rooms fax none not n/a na tba as
    per attached enclosed confidential is has
    she he they her his him them we i it its my was were had have are been who whom whose which
    where there then from since because please also but if when while these those at by into
    again today currently single only given surname first last gender mobile telephone email
    priority worker employer insurer client birth
    """
)
QUALIFICATIONS = re.compile(
    r"\b(?:M\.?B\.? ?,?B\.?S\.?|MBChB|MB ?BCh?|BMed|MD|FRACGP|FRACP|FRACS|FACRRM|FARGP"
    r"|FAFRM|FFPMANZCA|DRANZCOG"
    r"|DipObs|DCH|BSc|BMedSc|MPH|PhD|MMed|GradDip\w*|Dip\w*|OAM|AM|RN|NP|BDS|FRCGP|MRCGP"
    r"|BHSc|BN|AO|JP|GP)\b"
)
TITLE_OF_PERSON = (
    r"(?:Mr|MR|Mrs|MRS|Ms|MS|Miss|MISS|Mx|MX|Master|MASTER|Mstr|Dame|Sir|Rev|Dr|DR|Prof)"
)
DOCTOR_NAME = re.compile(
    rf"(?:{DOCTOR}\.? )+({WORD}\.?(?: (?:\([^\W\d_]{{2,20}}\) )?{WORD}\.?){{0,4}})"
)
TITLED_FAMILY = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Master)\.? ({WORD}(?: {WORD}){{0,3}})")
LONGEST_PART = 40
# Particles that are given names as well, where they begin with a capital.
ALSO_GIVEN = {"van", "le", "da", "du", "la", "san", "mac", "el", "al"}
# Family names that stand in front where they are from; whoever is written so is not cut by place.
OFTEN_FAMILY = listed(
    """
    nguyen tran pham huynh hoang phan vu vo dang bui ngo duong wang zhang liu chen yang huang
    zhao wu zhou xu sun zhu lin guo kim park choi jung
    """
)

# Given names that are hardly family names: whoever has one in the middle is called by the rest.
GIVEN_NAMES = listed(
    """
    aaron adam agnes alan albert alfred alice alison amanda amelia amy andrea andrew angela ann
    anna anne annette anthony antonio april arthur audrey barbara beatrice benjamin bernadette
    bernard beth betty beverley bradley brenda brian bridget bruce cameron carl carmel carol
    caroline catherine cecilia cecily charles charlotte cheryl christine christopher claire
    clare claudia colin colleen craig daisy damien daniel darren david dawn deborah deirdre denise
    dennis derek desmond devi diana diane donald donna dorothy douglas duncan edith edmund
    edward edwin eileen elaine eleanor elise elizabeth ellen emily emma eric ernest esther ethel
    eugene eva evelyn faith fay felicity fiona florence frances francoise frank frederick gail
    gareth gavin geoffrey georgia gerald gerard gillian gladys glenn gloria grace graeme graham
    gregory gwen hannah harold harriet harry heather helen henry herbert hilda hugh ian ida
    imogen irene iris isabel isabella isobel ivy jack jacob jacqueline james jane janet janice
    jason jasmine jean jeanette jeffrey jennifer jeremy jessica jill joan joanne john jonathan
    josephine joshua joy joyce judith julia julie june karen kate katherine kathleen kathryn
    keith kenneth kerry kevin kylie laura lauren lawrence leanne leigh leonard leslie lillian
    linda lisa lorraine louise lucy luke lynette lynne madeleine maeve malcolm margaret maria
    marie marion marjorie mark mary matthew maureen mavis maxwell megan melanie melissa michael
    michelle mildred moira monica muriel nancy naomi natalie neil ngaire nicholas nicola nicole
    nigel noel nora norma norman olive olivia pamela patricia patrick paul pauline peggy penelope
    peter philip phillip phyllis rachel ralph raymond rebecca reginald rhonda richard robert
    robin robyn rodney roger ronald rose rosemary ross roy russell ruth samantha samuel sandra
    sarah sean sharon shane sheila shirley simone sophie stanley stella stephanie stephen steven
    stuart susan suzanne sylvia theresa therese thelma thomas timothy tracey trevor ursula
    valerie vera veronica vicki victoria vincent violet virginia vivienne walter warren wayne
    wendy wilfred william winifred yvonne zoe
    """
)


@dataclass(frozen=True)
class Name:
    """Of a patient; either may be empty where it is not certain."""

    given: str
    family: str


def doctor_in(text: str, *, at_start: bool = False) -> str:
    """The first doctor's name in a line with the title, without letters behind it; or nothing."""
    found = DOCTOR_NAME.match(text) if at_start else DOCTOR_NAME.search(text)
    if not found:
        return ""
    title = text[found.start() : found.start(1)].strip()
    words = []
    for word in found[1].split():
        bare = word.strip(".")
        is_particle = bare.lower() in PARTICLES
        if (
            QUALIFICATIONS.fullmatch(bare)
            or (bare.lower() in NO_NAMES)
            or not (bare[0].isupper() or is_particle or word[0] == "(")
        ):
            break
        words.append(word.rstrip(".") if len(bare) > 1 else bare)
    while words and words[-1].lower() in PARTICLES:
        words.pop()
    if not words or len(words[-1].strip("().")) < 2:
        return ""
    short = "Dr" if title.strip(".") in ("DR", "Doctor", "Dr") else title.rstrip(".")
    return f"{short} {' '.join(words)}"


NONE: frozenset[str] = frozenset()


def cut(text: str, *, families: Set[str] = NONE, alone: Set[str] = NONE) -> Name | None:
    """A patient's name. `families`: folded family names that the letter uses after Mr, Mrs, Ms;
    `alone`: folded words of its prose.

    None where it is no name, or could be cut in two ways.
    """
    line = re.sub(r"[\"“(][^\"”()]{0,30}[\"”)]", " ", text)  # a name people are called by
    line = line.strip(" .,;:-–*|")
    family, comma, given = line.partition(",")
    if comma:
        return after_comma(family, given)
    words = without_title(line.split())
    if not are_names(words) or not 2 <= len(words) <= 6:
        return None
    titled = len(words) < len(line.split())
    return cut_words(words, families, alone, titled=titled)


def after_comma(family: str, given: str) -> Name | None:
    parts, others = without_title(family.split()), without_title(given.split(",")[0].split())
    if others and others[-1].strip(".").lower() in TITLES | {"dr"}:
        others.pop()
    if not parts or not others or not are_names(parts) or not are_names(others):
        return None
    if len(parts) > 4 or len(others) > 4:
        return None
    if len(parts) > 1 and not is_one_family(parts):
        return None  # “John Smith, Mary Jones”: two people
    return Name(nicely(others), nicely(parts))


def is_one_family(parts: list[str]) -> bool:
    return all(part.isupper() for part in parts) or parts[0].lower() in PARTICLES


def without_title(words: list[str]) -> list[str]:
    while words and words[0].strip(".").lower() in TITLES | {"dr", "prof"}:
        words = words[1:]
    return words


def are_names(words: list[str]) -> bool:
    return all(is_name(word) for word in words)


def is_name(word: str) -> bool:
    bare = word.strip(".")
    if not re.fullmatch(WORD, bare) or bare.lower() in NO_NAMES or len(bare) > LONGEST_PART:
        return False
    return bare[0].isupper() or bare.lower() in PARTICLES


def cut_words(
    words: list[str], families: Set[str], alone: Set[str], *, titled: bool
) -> Name | None:
    capitals = [word.isupper() and len(word.strip(".")) > 1 for word in words]
    if any(capitals) and not all(capitals):
        return cut_at_capitals(words, capitals)
    for start in range(1, len(words)):
        if "".join(folded_words(" ".join(words[start:]))) in families:
            return Name(nicely(words[:start]), nicely(words[start:]))
    middle = cut_after_middle(words, is_doubtful=all(capitals) and not titled)
    if middle is not None:
        return middle
    small = next((n for n, word in enumerate(words) if n and word.lower() in PARTICLES), 0)
    if small and small < len(words) - 1:
        is_family = small == 1 and (words[1].islower() or words[1].lower() not in ALSO_GIVEN)
        is_family |= small == 1 and words[2].lower() in PARTICLES
        return Name(nicely(words[:1]), nicely(words[1:])) if is_family else None
    if len(words) != 2 or words[0].lower() in PARTICLES:
        return None
    return cut_two(words, alone, is_doubtful=all(capitals) and not titled)


def cut_after_middle(words: list[str], *, is_doubtful: bool) -> Name | None:
    """Three words whose middle one is a given name alone, also before a “de la”.

    In doubt whether the family name stands in front: nothing.
    """
    first, *rest = (word.strip(".").lower() for word in words)
    if not rest or first in PARTICLES | OFTEN_FAMILY:
        return None
    end = 1
    while end < 2 and end < len(words) and GIVEN_NAMES.issuperset(folded_words(words[end])):
        end += 1
    end = min(end, len(words) - 1)
    if end < 2:
        return None
    family = words[end:]
    is_one = len(family) == 1 or all(word.lower() in PARTICLES for word in family[:-1])
    known = GIVEN_NAMES.issuperset(folded_words(first))
    is_last_given = GIVEN_NAMES.issuperset(folded_words(family[-1]))
    if not is_one or (is_doubtful and (is_last_given or not known)):
        return None
    return Name(nicely(words[:end]), nicely(family))


def is_given_alone(text: str) -> bool:
    """“Thank you for seeing John David”: given names, and perhaps no family name."""
    return GIVEN_NAMES.issuperset(folded_words(text))


def cut_two(words: list[str], alone: Set[str], *, is_doubtful: bool) -> Name | None:
    """Given name first, as people write; in doubt only if the prose says the given one alone."""
    one, other = (folded_words(word)[-1] for word in words)
    is_doubtful |= one in OFTEN_FAMILY and other not in OFTEN_FAMILY
    if is_doubtful and (other in alone) == (one in alone):
        return None
    if is_doubtful and other in alone:
        return Name(nice(words[1]), nice(words[0]))
    return Name(nice(words[0]), nice(words[1]))


def cut_at_capitals(words: list[str], capitals: list[bool]) -> Name | None:
    """The family name is the part in capitals, in front or behind; small particles go with it."""
    first = capitals.index(True)
    last = len(capitals) - 1 - capitals[::-1].index(True)
    while first and words[first - 1].lower() in PARTICLES:
        first -= 1
    if not all(
        up or words[n].lower() in PARTICLES for n, up in enumerate(capitals) if first <= n <= last
    ):
        return None
    others = words[:first] + words[last + 1 :]
    if not others or (first and last < len(words) - 1):
        return None
    return Name(nicely(others), nicely(words[first : last + 1]))


def nicely(words: list[str]) -> str:
    """As a form likes it: what stands in capitals alone as names are written."""
    return " ".join(nice(word) for word in words)


def nice(word: str) -> str:
    if not word.isupper() or len(word.strip(".")) < 2:
        return word
    small = re.sub(rf"{LETTER}+", lambda part: part[0].capitalize(), word)
    if re.match(r"Mc[a-z]", small):
        return "Mc" + small[2:].capitalize()
    return small


def families_in(text: str) -> set[str]:
    """Folded family names that stand after Mr, Mrs, Ms … in a text: “Ms Garcia Lopez” is one."""
    found = set()
    for match in TITLED_FAMILY.finditer(text):
        words = []
        for word in match[1].split():
            bare = word.removesuffix("'s").removesuffix("’s")
            if not is_name(bare):
                break
            words.append(bare)
            if bare != word:
                break
        found.add("".join(folded_words(" ".join(words))))
    return found - {""}
