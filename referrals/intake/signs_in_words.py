"""Signs of an emergency in what somebody writes to the rooms, in a patient’s own words.

A message waits for the rooms; such a sign must not wait. The words decide nothing else: nobody is
told that all is well, nothing of it is stored, and the message goes as it is on the next press.
"""

import re

SIGNS = "signs"  # the code under which the form notes that it has said so
CANNOT = (
    r"(?:can ?not|can['’`]?t|could ?n['’`o]?t|unable to|not able to|hard to|struggling to"
    r"|(?:trouble|difficulty|problems?)(?: with)?) "
)
PRIVATE = (
    r"(?:between (?:(?:my|her|his|the|both) )?(?:legs|thighs)|down there|genitals?|private(?:s"
    r"| parts?)|bottom|bum|buttocks?|inner thighs?|groin|crotch|vagina|penis)"
)
TOILET = (
    r"(?:pee(?:ing)?|wee(?:ing)?|urinat\w+|pass(?:ing)? (?:urine|water)|poo(?:ing)?"
    r"|bladder|bowels?)"
)
LEG = r"(?:legs?|foot|feet|toes)"
NEAR = r"\b[^.!?\n]{0,40}\b"
SIGN = re.compile(
    "|".join(
        rf"\b(?:{words})\b"
        for words in (
            "cauda equina",
            rf"(?:numb\w*|tingl\w+|(?:no|lost all|lost) feeling){NEAR}{PRIVATE}",
            rf"{PRIVATE}{NEAR}numb\w*",
            rf"{CANNOT}(?:\w+ ){{0,2}}?{TOILET}",
            rf"(?:lost|losing|loss of) (?:control of (?:\w+ )?{TOILET}|(?:\w+ )?{TOILET} control)",
            r"(?:wet|wetting|soiled|peed|pooed) (?:my|her|him)self|wet (?:my|her|his|the) bed",
            rf"{LEG} (?:\w+ ){{0,2}}?(?:getting|growing|becoming|gone|going) (?:\w+ )?weak(?:er)?",
            rf"{CANNOT}(?:feel|feeling|move|moving|lift|lifting) (?:my|her|his|the) (?:\w+ )?{LEG}",
            rf"weak legs|legs{NEAR}weak|{CANNOT}put (?:any )?weight on",
            rf"chest pain|pain in (?:my|her|his|the) chest|{CANNOT}breath\w*",
            r"cough\w* (?:up )?blood",
            r"bleed\w* (?:very )?heavil\w+|heavy bleeding|stop bleeding",
            r"fainted|collapsed(?! dis[ck])",
            r"(?<!hay )fever\w*|temp(?:erature)? (?:of|is|was) (?:3[89]|4\d)|shivering",
            r"wants? to die|kill (?:my|her|him)self|end (?:my|her|his) life|suicid\w+",
        )
    ),
    re.IGNORECASE,
)
# What takes a sign back, right before it and in the same breath: “not sure, but I can't pee” denies
# nothing. “If” does not take it back either: one press too many is the smaller harm.
ANOTHER_BREATH = r"\b(?:but|and|so|why|how|because|since|now|when|that|i|he|she|we|it|my|his|her)\b"
SAME_BREATH = rf"(?:(?!{ANOTHER_BREATH})[^.,:;!?\n]){{0,20}}"
DENIED = re.compile(
    rf"\b(?:no|not|never|without|nor|don['’`]?t have)\b{SAME_BREATH}\Z", re.IGNORECASE
)


def names_a_sign(text: str) -> bool:
    """Whether words stand there that can mean an emergency, and are not denied."""
    said = " ".join(text.split())
    return any(not DENIED.search(said[: found.start()]) for found in SIGN.finditer(said))
