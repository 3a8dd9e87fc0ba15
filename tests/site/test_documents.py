"""What the documents say of the code is there: files, modules, settings, and decisions' links."""

import os
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

ROOT = settings.BASE_DIR
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS += sorted(ROOT.glob("docs/*.md")) + sorted(ROOT.glob("docs/security/*.md")) + DECISIONS
FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:py|md|toml|html|css|js|svg|in)")
FOLDER = re.compile(r"(?:[\w.-]+/)+")
MODULE = re.compile(r"(?:clinic_site|conditions|referrals|tests)(?:\.\w+)+")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
STATUS = re.compile(
    r"20\d\d-\d\d-\d\d, (?:accepted|superseded)\.(?: (?P<relations>.+))?", re.DOTALL
)
BORN_HERE = (".venv/", "var/", "private/")  # folders that a running site makes
by_name = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
each_decision = pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name[:3])


@cache
def ours():
    """Every file of ours as "/path"; a folder of the machine beside them is not looked into."""
    strange = {".git", ".venv", "var", "node_modules", "__pycache__"}
    found = []
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [n for n in inner if n not in strange and not re.match(r"\..*cache", n)]
        found += [f"/{(Path(folder) / name).relative_to(ROOT).as_posix()}" for name in files]
    return found


def text_of(document):
    """Without its blocks of commands and samples."""
    return re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)


def quoted(document):
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text_of(document))


def is_there(name):
    """Whether a file or folder of this name, or with this end of a path, is ours."""
    if name.endswith("/"):
        return any(f"/{name}" in path for path in ours())
    return any(path.endswith(f"/{name}") for path in ours())


def resolves(dotted):
    """Whether it is a module, something in one, a model named by its app, or a name in our code,
    as of a right or a system check."""
    found = (partly_imported(dotted), partly_imported(dotted.replace(".", ".models.", 1)))
    return any(each is not None for each in found) or f'"{dotted}"' in all_code()


@cache
def all_code():
    paths = [
        path for path in ours() if re.match(r"/(clinic_site|conditions|referrals)/.*py$", path)
    ]
    return "".join((ROOT / path[1:]).read_text() for path in paths)


def partly_imported(dotted):
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name, None)
        return found
    return None


@by_name
def test_every_file_and_folder_that_a_document_names_is_there(document):
    names = [name for name in quoted(document) if FILE.fullmatch(name) or FOLDER.fullmatch(name)]
    names = [name for name in names if not name.startswith(BORN_HERE)]
    assert [name for name in names if not is_there(name)] == []


@by_name
def test_every_module_that_a_document_names_is_there(document):
    names = [name for name in quoted(document) if MODULE.fullmatch(name)]
    names = [name for name in names if not FILE.fullmatch(name)]
    assert [name for name in names if not resolves(name)] == []


@by_name
def test_every_link_of_a_document_leads_somewhere(document):
    links = LINK.findall(text_of(document))
    assert [link for link in links if not (document.parent / link).exists()] == []


@each_decision
def test_a_decision_says_its_number_its_day_and_whether_it_stands(decision):
    title, status, *_ = decision.read_text().split("\n\n")
    assert title.startswith(f"# {decision.name[:3]} ")
    assert STATUS.fullmatch(status), status


@each_decision
def test_decisions_that_change_each_other_name_each_other(decision):
    """“Adds to 004” here, and there a word of the page that adds."""
    relations = STATUS.fullmatch(decision.read_text().split("\n\n")[1]).group("relations") or ""
    for link in LINK.findall(relations):
        assert decision.name in (decision.parent / link).read_text(), link


def test_numbers_of_decisions_follow_each_other():
    assert [page.name[:3] for page in DECISIONS] == [
        f"{number:03}" for number in range(1, len(DECISIONS) + 1)
    ]


def test_every_setting_from_the_environment_is_explained_in_the_readme():
    """And none is explained that does not exist."""
    sources = [ROOT / "clinic_site/settings.py", *sorted(ROOT.glob("clinic_site/running/*.py"))]
    code = "".join(path.read_text() for path in sources)
    asked = set(re.findall(r"env\.\w+\(\s*\"([A-Z][A-Z_]+)\"", code))
    table = Path(ROOT / "README.md").read_text().partition("## Environment")[2]
    explained = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z][A-Z_]+)`", line.split("|")[1])
    }
    assert asked <= explained
    assert [name for name in explained if name not in code] == []


def test_the_picture_that_opens_the_readme_is_large_enough_for_a_sharp_screen():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"!\[[^]]+\]\(([^)]+)\)", readme)
    with Image.open(ROOT / first[1]) as picture:
        assert picture.width >= 1600
