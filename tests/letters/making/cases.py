"""Who writes to whom about whom: one case, and what a letter of it truly says."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.letters.making import people


@dataclass
class Case:
    number: int
    random: Random = field(init=False)
    truth: dict[str, Any] = field(
        default_factory=lambda: {"answers": {}, "flags": [], "urgent": False}
    )

    def __post_init__(self) -> None:
        self.random = draw = Random(self.number)  # noqa: S311
        self.title, self.given, self.family = people.PATIENTS[self.number % len(people.PATIENTS)]
        self.born = date(1938, 1, 1) + timedelta(days=draw.randrange(25_000))
        self.sex = "Male" if self.title == "Mr" else "Female"
        self.mobile, self.home = people.mobile(draw), people.landline(draw)
        self.kin_phone = people.mobile(draw)
        while self.kin_phone == self.mobile:
            self.kin_phone = people.mobile(draw)
        self.street, self.town = people.address(draw)
        self.card, self.irn = people.medicare(draw), str(draw.randrange(1, 6))
        self.doctor_given, self.doctor_family = people.DOCTORS[self.number % len(people.DOCTORS)]
        self.doctor = f"Dr {self.doctor_given} {self.doctor_family}"
        self.other_doctor = "Dr " + " ".join(
            people.DOCTORS[(self.number + 3) % len(people.DOCTORS)]
        )
        self.provider, self.other_provider = people.provider(draw), people.provider(draw)
        self.practice = people.PRACTICES[self.number % len(people.PRACTICES)]
        self.practice_street, self.practice_town = people.address(draw)
        self.phone, self.fax, self.their_phone = (people.landline(draw) for _ in range(3))
        self.email = f"reception@{self.practice.split()[0].lower()}.example"
        self.specialist = "Dr " + " ".join(
            people.SPECIALISTS[self.number % len(people.SPECIALISTS)]
        )
        self.written = date(2026, 11, 20) - timedelta(days=draw.randrange(300))

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def spaced_card(self) -> str:
        return f"{self.card[:4]} {self.card[4:9]} {self.card[9]}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.town}"

    def is_said(self, *parts: str, **others: Any) -> None:
        """Note what stands in the letter."""
        known = {
            "names": {"patient_given_names": self.given, "patient_family_name": self.family},
            "birth": {"patient_birth_date": self.born.isoformat()},
            "sex": {"sex_at_birth": self.sex},
            "mobile": {"patient_phone": self.mobile},
            "home": {"patient_phone": self.home},
            "address": {"patient_address": self.address},
            "card": {"medicare_number": self.card},
            "irn": {"medicare_irn": self.irn},
            "doctor": {"name": self.doctor},
            "provider": {"provider_number": self.provider},
            "practice": {"practice_name": self.practice},
            "phone": {"phone": self.phone},
            "email": {"email": self.email},
        }
        for part in parts:
            if part == "date":
                self.truth["letter_date"] = self.written.isoformat()
                self.truth["answers"]["referral_date"] = self.written.isoformat()
            elif part == "to":
                self.truth["addressed_to"] = self.specialist
            else:
                self.truth["answers"] |= known[part]
        self.truth |= others


def day(value: date, shape: str = "/") -> str:
    shapes = {
        "/": f"{value.day:02}/{value.month:02}/{value.year}",
        ".": f"{value.day:02}.{value.month:02}.{value.year}",
        "-": f"{value.day}-{value:%b}-{value.year}",
        "long": f"{value.day} {value:%B} {value.year}",
        "th": f"{value.day}{'st' if value.day in (1, 21, 31) else 'th'} {value:%B} {value.year}",
        "short": f"{value.day}/{value.month}/{value:%y}",
        "week": f"{value:%A}, {value.day} {value:%B} {value.year}",
    }
    return shapes[shape]
