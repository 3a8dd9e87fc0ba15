"""Asks the public lists of weaknesses about every locked package: `make advisories`.

Ends with 1 when a package has a known weakness that a newer version mends. When no list answers
it says so and ends with 0: not asked is neither good nor bad news, and it is never called good.

pip-audit asks; it calls a package that the list does not know “skipped” and the whole run clean.
So a list counts only after it has named a weakness that everybody knows (ONCE_WEAK), and what it
skips is named here.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from supply_chain.locks import DEVELOPMENT, INSTALLER, ROOT, RUNTIME

SOURCES = ("pypi", "osv")
ONCE_WEAK = "django==2.0.0"
SECONDS_TO_ANSWER = 5  # for each list, once; both together stay near ten
SECONDS_FOR_ALL = 300
IGNORED = ROOT / "supply_chain/ignored.toml"


class Finding(NamedTuple):
    package: str
    version: str
    names: tuple[str, ...]  # the one it was found by, then others (CVE, GHSA)
    mended_in: tuple[str, ...]  # empty: nobody has mended it yet

    def __str__(self) -> str:
        cure = f"mended in {', '.join(self.mended_in)}" if self.mended_in else "not mended yet"
        return f"{self.package} {self.version}: {self.names[0]}, {cure}"


class Answer(NamedTuple):
    findings: list[Finding]
    skipped: list[str]  # packages that the list said nothing about
    asked: int


class NoAnswer(Exception):
    """The list did not answer, or not in time."""


def main() -> int:
    for source in SOURCES:
        try:
            if not knows_weaknesses(source):
                continue
            answer = ask(source, [INSTALLER, RUNTIME, DEVELOPMENT], seconds=SECONDS_FOR_ALL)
        except NoAnswer:
            continue
        return report(source, answer, today=datetime.now(UTC).date())
    print("Advisories: NOT ASKED. No list of weaknesses answered; nothing is known either way.")
    return 0


def knows_weaknesses(source: str) -> bool:
    """Whether it answers, and with what a list must know."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "once-weak.txt"
        path.write_text(f"{ONCE_WEAK}\n")
        return bool(ask(source, [path], seconds=SECONDS_TO_ANSWER).findings)


def ask(source: str, paths: list[Path], *, seconds: int) -> Answer:
    command = [
        *(sys.executable, "-m", "pip_audit", "--vulnerability-service", source),
        *("--format", "json", "--desc", "off", "--aliases", "on", "--progress-spinner", "off"),
        *("--no-deps", "--disable-pip", "--timeout", str(SECONDS_TO_ANSWER)),
        *(argument for path in paths for argument in ("--requirement", str(path))),
    ]
    try:
        run = subprocess.run(  # noqa: S603
            command, check=False, capture_output=True, text=True, timeout=seconds
        )
        return read(json.loads(run.stdout))
    except (subprocess.TimeoutExpired, ValueError) as error:  # it prints no JSON when it fails
        raise NoAnswer from error


def read(said: dict[str, Any]) -> Answer:
    packages = {each["name"]: each for each in said["dependencies"]}  # a name once, of three files
    findings = [
        Finding(
            package=name,
            version=each["version"],
            names=(weakness["id"], *weakness["aliases"]),
            mended_in=tuple(weakness["fix_versions"]),
        )
        for name, each in sorted(packages.items())
        for weakness in each.get("vulns", [])
    ]
    skipped = sorted(name for name, each in packages.items() if "skip_reason" in each)
    return Answer(findings, skipped, asked=len(packages) - len(skipped))


def report(source: str, answer: Answer, *, today: date) -> int:
    """Prints what was found; 1 when something has to be done."""
    ignored = ignored_on(today)
    urgent = 0
    for finding in answer.findings:
        is_ignored = bool(ignored & set(finding.names))
        urgent += bool(finding.mended_in) and not is_ignored
        print(f"Advisories: {finding}{' (on our list of exceptions)' if is_ignored else ''}.")
    if answer.skipped:
        print(f"Advisories: NOT ASKED about {', '.join(answer.skipped)}.")
    print(f"Advisories: {answer.asked} packages asked about at {source}, {urgent} to upgrade now.")
    return 1 if urgent else 0


def ignored_on(today: date) -> set[str]:
    """Names of weaknesses that do not concern us, until the day written beside each."""
    exceptions = tomllib.loads(IGNORED.read_text()).get("exception", [])
    return {each["name"] for each in exceptions if today <= each["until"]}


if __name__ == "__main__":
    sys.exit(main())
