"""What becomes of a file: an inspection in a bounded child, and the virus scanner where one is.

A web process has little patience: where no place is free, time is up or the scanner is silent,
the file waits, and the mail process judges it later with more (`late_inspecting`). Taking a file
never fails for that; opening it waits.
"""

import json
import time
from typing import NamedTuple

from referrals.files import clamd
from referrals.inspecting import bounded
from referrals.inspecting.findings import COULD_NOT_INSPECT, VIRUS, Outcome, worst
from referrals.models import Attachment

MEMORY = 256 * 1024 * 1024
State = Attachment.State
STATES = {
    Outcome.MILD: State.CLEAN,
    Outcome.COPY: State.COPY,
    Outcome.SET_ASIDE: State.QUARANTINED,
}


class Verdict(NamedTuple):
    state: str
    codes: list[str]


class Patience:
    """How long one request, or one file in the mail process, may take to judge what it has.

    `cpu_seconds` and `seconds` are for each file, `together` for all of them, by the clock.
    """

    def __init__(self, *, cpu_seconds: int, seconds: float, together: float, wait: float) -> None:
        self.cpu_seconds = cpu_seconds
        self.seconds = seconds
        self.wait = wait
        self.until = time.monotonic() + together

    def left(self) -> float:
        return min(self.seconds, self.until - time.monotonic())


def in_a_request() -> Patience:
    return Patience(cpu_seconds=2, seconds=3, together=4, wait=0)


def in_the_mail_process() -> Patience:
    return Patience(cpu_seconds=10, seconds=20, together=25, wait=1)


WAITS = Verdict(State.WAITING, [])


def judge(kind: str, data: bytes, *, patience: Patience, is_last_try: bool = False) -> Verdict:
    """The state of a file with its codes. On the last try a file that breaks its inspection, or
    takes too long, is set aside; before that it waits."""
    try:
        codes = inspect(kind, data, patience=patience)
    except bounded.Busy:
        return WAITS
    except (bounded.TookTooLong, bounded.Failed):
        return Verdict(State.QUARANTINED, [COULD_NOT_INSPECT]) if is_last_try else WAITS
    try:
        if clamd.is_used() and clamd.is_infected(data, seconds=allowed(patience)):
            codes = [*codes, VIRUS]
    except (bounded.Busy, clamd.ScannerSilent):
        if worst(codes) != Outcome.SET_ASIDE:
            return WAITS
    return Verdict(STATES[worst(codes)], codes)


def inspect(kind: str, data: bytes, *, patience: Patience) -> list[str]:
    """Codes of what is in the file. Raises `bounded.Busy`, `TookTooLong` or `Failed`."""
    answer = bounded.run(
        "referrals.inspecting.child",
        kind,
        data=data,
        cpu_seconds=patience.cpu_seconds,
        wall_seconds=allowed(patience),
        memory=MEMORY,
        wait=patience.wait,
    )
    try:
        return [str(code) for code in json.loads(answer)["codes"]]
    except (ValueError, TypeError, KeyError) as error:
        raise bounded.Failed(0) from error


def allowed(patience: Patience) -> float:
    left = patience.left()
    if left <= 0:
        raise bounded.Busy
    return left
