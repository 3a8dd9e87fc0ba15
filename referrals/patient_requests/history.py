"""What happened to a request, with what was erased of its enquiries: references and no patient."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from referrals.models import PatientRequest, PatientRequestLine, Tombstone


class Erased(NamedTuple):
    """Drawn as a line of the request is. It is read from the tombstone, and stored nowhere else."""

    at: datetime
    by: str
    note: str

    def get_kind_display(self) -> str:
        return "Erased"


def history(ask: PatientRequest, references: Iterable[str]) -> list[PatientRequestLine | Erased]:
    """Its lines, and each of these references that is not held any more, by the day it went."""
    stones = Tombstone.objects.select_related("by").filter(reference__in=list(references))
    gone = [Erased(s.erased_at, str(s.by or "the clinic’s rule"), s.reference) for s in stones]
    lines: list[PatientRequestLine | Erased] = [*ask.lines.select_related("by"), *gone]
    return sorted(lines, key=lambda line: line.at)
