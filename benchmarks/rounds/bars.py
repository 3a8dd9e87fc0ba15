"""Ratios with their spread, and what they have to reach. A missed bar ends `make bench` with 1."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

SHORT = bool(os.environ.get("SHORT"))
PACKAGES = ["Django", "gunicorn", "whitenoise"]

missed: list[str] = []


def bar(
    name: str,
    values: Sequence[float],
    *,
    least: float | None = None,
    most: float | None = None,
    unit: str = "",
) -> None:
    """One line: smallest, median and largest, and whether the median is where it should be."""
    low, middle, high = min(values), statistics.median(values), max(values)
    goal, is_met = "", True
    if least is not None:
        goal, is_met = f"at least {least:g}{unit}", middle >= least
    if most is not None:
        goal, is_met = f"at most {most:g}{unit}", middle <= most
    verdict = "" if not goal else "ok" if is_met else "MISSED"
    spread = " / ".join(f"{value:.3g}{unit}" for value in (low, middle, high))
    print(f"{name:52} {spread:>28}   {goal:18} {verdict}", flush=True)
    if not is_met:
        missed.append(name)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Of each round by itself."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def say_where() -> None:
    """The machine, its load and the versions, without which no figure says anything."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # each line at once
    processor = next(
        line.partition(": ")[2]
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    load = " ".join(Path("/proc/loadavg").read_text().split()[:3])
    parts = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"{processor}, {os.cpu_count()} cores, load {load}")
    print(f"Python {platform.python_version()}, {parts}{', short form' if SHORT else ''}")


def end() -> None:
    """Ends the process with 1 when a bar was missed."""
    if missed:
        print("Missed: " + "; ".join(missed))
        sys.exit(1)
