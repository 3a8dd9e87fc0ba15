"""Lighthouse and html-validate, from npm: needs Node.js and Chromium."""

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
ROUNDS = 5
JUDGED = ["home", "treatment", "comparison", "planner", "referral"]
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


def test_html_is_valid(site: RunningSite, tmp_path: Path):
    for name, path in PAGES.items():
        html = fetch(f"{site.url}{path}")
        (tmp_path / f"{re.sub(r'[^a-z]', '-', name)}.html").write_text(html)
    rules = {"extends": ["html-validate:standard"], "rules": HOUSE_STYLE}
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(rules))
    command = ["npx", "--yes", VALIDATOR, "--formatter=stylish", "*.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


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
