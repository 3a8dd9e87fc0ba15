"""Migrations are only added, and a migration does tomorrow what it does today."""

import ast
import json
import tomllib
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from tests.upgrades import released
from tests.upgrades.make import HERE

# What the state of a model has to name: classes of fields, and what checks a field. Each of these
# keeps its place for good. Whoever moves one leaves a name behind where it was.
MAY_BE_NAMED = {
    "clinic_site.colours.validate_brand_colour",
    "clinic_site.models.clinic.validate_time_zone",
    "clinic_site.sealing.fields.SealedTextField",
    "conditions.blocks.kind.Kind",  # of which makemigrations makes every new block
    "clinic_site.sealing.fields.SealedDateField",
    "clinic_site.sealing.fields.SealedListField",
}
# Ways to living code that no import shows.
BACK_DOORS = {"import_module", "import_string", "__import__", "call_command"}
BACK_DOORS |= {"django.apps.apps", "django.apps.registry.apps"}
DATABASES = ["postgresql", "sqlite"]
VERSION = tomllib.loads((released.ROOT / "pyproject.toml").read_text())["project"]["version"]


def names_in(source: str) -> set[str]:
    """Every name of this site that a migration uses, and every way around."""
    tree = list(ast.walk(ast.parse(source)))
    imported = [a.name for node in tree if isinstance(node, ast.Import) for a in node.names]
    used = {dotted(node) for node in tree if isinstance(node, ast.Attribute | ast.Name)}
    longest = {one for one in used if not any(other.startswith(f"{one}.") for other in used)}
    taken = {
        f"{'.' * node.level}{node.module or ''}.{alias.name}"
        for node in tree
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    whole = {m for m in imported if not any(one.startswith(f"{m}.") for one in longest)}
    return {name for name in longest | taken | whole if is_of_the_site(name) or is_a_way(name)}


def dotted(node: ast.AST) -> str:
    """A name with its parts, as `models.Model`; empty for a part of something that has no name."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def is_of_the_site(name: str) -> bool:
    return name.startswith(".") or name.split(".")[0] in released.OUR_APPS


def is_a_way(name: str) -> bool:
    return name in BACK_DOORS or name.split(".")[-1] in BACK_DOORS


def number(path: Path) -> list[int]:
    """A version as numbers: 0.10.0 comes after 0.9.0."""
    return [int(part) for part in path.name.split(".")]


@pytest.mark.parametrize("path", released.migrations(), ids=lambda path: "/".join(path.parts[-3:]))
def test_a_migration_names_nothing_of_the_site_that_may_change(path):
    assert names_in(path.read_text(encoding="utf-8")) <= MAY_BE_NAMED


@pytest.mark.parametrize(
    "source",
    [
        "from clinic_site.people.roles import create_roles",
        "import conditions.search.index",
        "import conditions.search.index as index\nindex.create()",
        "import clinic_site.models\nclinic_site.models.Clinic.current()",
        "from ..models import Page",
        "from django.apps import apps",
        "from importlib import import_module",
        "import importlib\nimportlib.import_module('conditions.models')",
        "from django.core.management import call_command",
    ],
)
def test_living_code_is_found_in_whatever_way_it_is_reached(source):
    assert names_in(source) - MAY_BE_NAMED


@pytest.mark.parametrize("name", sorted(MAY_BE_NAMED))
def test_what_migrations_name_is_where_they_name_it(name):
    assert import_string(name)


def test_a_released_migration_never_changes():
    assert released.released()
    assert released.changed() == []


@pytest.mark.parametrize("database", DATABASES)
def test_the_stored_database_of_a_release_has_its_migrations(database):
    newest = max(HERE.glob("[0-9]*"), key=number)
    stored = json.loads((newest / database / "known.json").read_text(encoding="utf-8"))
    paths = [path.removesuffix(".py") for path in released.released()]
    assert stored["migrations"] == [path.replace("/migrations/", ".") for path in sorted(paths)]


@pytest.mark.parametrize("database", DATABASES)
def test_this_version_has_its_database_stored_unless_it_is_in_the_making(database):
    assert "dev" in VERSION or (HERE / VERSION / database).is_dir()
