"""No password made of the words that somebody who knows this clinic would try first."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from clinic_site.models import Clinic

ENOUGH_ELSE = 8  # letters and digits beside such words
SHORTEST_WORD = 4
# What anybody tries at a clinic's site, besides the words of the clinic's own name and tagline.
# A person's own name and address are looked at by Django's UserAttributeSimilarityValidator.
TRIED_FIRST = {
    *("admin", "administrator", "clinic", "dashboard", "doctor", "editor", "fusion", "health"),
    *("hospital", "joint", "letmein", "login", "medical", "password", "passphrase", "patient"),
    *("pelvis", "practice", "publisher", "reception", "receptionist", "referral", "rooms"),
    *("sacroiliac", "secret", "spine", "staff", "surgeon", "surgery", "website", "welcome"),
}
WRITTEN_OTHERWISE = str.maketrans("0134578@$!", "oieastbasi")


class OwnWordsValidator:
    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` where little is left without the words."""
        typed = password.casefold()
        for spelling in (typed, typed.translate(WRITTEN_OTHERWISE)):
            left = text = re.sub(r"[\W_]+", "", spelling)
            for word in sorted(own_words(), key=len, reverse=True):
                left = left.replace(word, "")
            if left != text and len(left) < ENOUGH_ELSE:
                raise ValidationError(self.get_help_text(), code="own_words")

    def get_help_text(self) -> str:
        return "Not the clinic’s name or words of its work alone: those are tried first."


def own_words() -> set[str]:
    clinic = Clinic.current()
    named = re.findall(r"[^\W\d_]+", f"{clinic.name} {clinic.tagline}".casefold())
    return TRIED_FIRST | {word for word in named if len(word) >= SHORTEST_WORD}
