"""Lighthouse, html-validate and the Nu checker, from npm: Node.js, Chromium and (for Nu) Java."""

import json
import os
import re
import shutil
import statistics
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.page_types import PAGES
from tests.running_site import RunningSite

pytestmark = [
    pytest.mark.audit,
    pytest.mark.skipif(shutil.which("npx") is None, reason="needs Node.js: apt install npm"),
]
LIGHTHOUSE = "lighthouse@12.8.2"
VALIDATOR = "html-validate@10.17.0"
NU_CHECKER = "vnu-jar@26.9.27"
ROUNDS = 3
JUDGED = ["home", "section", "condition", "treatment", "comparison", "guide", "planner"]
JUDGED += ["questions", "contact", "referral"]
FULL_MARKS = ["accessibility", "best-practices", "seo"]
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def lighthouse(url: str, folder: Path) -> dict[str, float]:
    """The marks out of 100 of one run with Lighthouse's settings for telephones."""
    target = folder / "lighthouse.json"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json"]
    command += [f"--output-path={target}", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    for _ in range(3):  # now and then it loses its browser
        if subprocess.run(command, env=environment, timeout=180, check=False).returncode == 0:
            break
    categories = json.loads(target.read_text())["categories"]
    return {name: round(100 * judged["score"]) for name, judged in categories.items()}


@pytest.mark.parametrize("name", JUDGED)
def test_lighthouse_gives_full_marks(site: RunningSite, tmp_path: Path, name: str):
    runs = [lighthouse(f"{site.url}{PAGES[name]}", tmp_path) for _ in range(ROUNDS)]
    median = {mark: statistics.median(run[mark] for run in runs) for mark in runs[0]}
    print(f"\n{name}: {median}")
    assert {mark: median[mark] for mark in FULL_MARKS} == dict.fromkeys(FULL_MARKS, 100)
    assert median["performance"] >= 98


@pytest.fixture
def saved(site: RunningSite, tmp_path: Path) -> Path:
    """A folder with each type of page as a file."""
    for name, path in PAGES.items():
        html = fetch(f"{site.url}{path}")
        (tmp_path / f"{re.sub(r'[^a-z]', '-', name)}.html").write_text(html)
    return tmp_path


def test_html_is_valid(saved: Path):
    rules = {"extends": ["html-validate:standard"], "rules": HOUSE_STYLE}
    (saved / ".htmlvalidate.json").write_text(json.dumps(rules))
    command = ["npx", "--yes", VALIDATOR, "--formatter=stylish", "*.html"]
    done = subprocess.run(command, cwd=saved, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.skipif(shutil.which("java") is None, reason="needs Java: apt install default-jre")
def test_html_and_styles_are_valid_to_the_nu_checker(saved: Path):
    """It says nothing, not even a warning, where nothing is wrong."""
    command = ["npx", "--yes", NU_CHECKER, "--skip-non-html", str(saved)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


# What is a matter of taste, not of validity.
HOUSE_STYLE = {
    "void-style": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "long-title": "off",
    "tel-non-breaking": "off",
}


def fetch(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
