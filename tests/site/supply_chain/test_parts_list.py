"""The list of parts names what the lock file names, under licences we may hand on."""

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, version

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply_chain.locks import DEVELOPMENT, INSTALLER, ROOT, RUNTIME, locked
from supply_chain.parts_list import LICENCES, LIST, LicenceIsUnknown, licence

parts = json.loads(LIST.read_text())["components"]


def test_it_names_exactly_the_packages_and_versions_of_the_lock_file():
    assert {part["name"]: part["version"] for part in parts} == locked(RUNTIME)
    assert all(part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}" for part in parts)


def test_it_is_what_readers_of_such_lists_expect():
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(LIST.read_text()) is None


@pytest.mark.parametrize("part", parts, ids=lambda part: part["name"])
def test_every_licence_is_on_our_list(part):
    """Of “A OR B” one is enough; of “A AND B” each is needed."""
    allowed = tomllib.loads(LICENCES.read_text())["allowed"]
    [said] = part["licenses"]
    choices = [choice.split(" AND ") for choice in said["expression"].split(" OR ")]
    assert any(all(name in allowed for name in names) for names in choices), said


def test_it_names_no_address_and_no_folder_of_a_machine():
    text = LIST.read_text().replace(json.loads(LIST.read_text())["$schema"], "")
    assert re.findall(r"\w+://\S+|/(?:tmp|home|work|usr)/\S+", text) == []


def test_it_has_no_date_and_no_number_that_changes_with_each_run():
    written = json.loads(LIST.read_text())
    assert "serialNumber" not in written
    assert "timestamp" not in written["metadata"]


def test_what_a_part_needs_is_a_part():
    written = json.loads(LIST.read_text())["dependencies"]
    names = {line["ref"] for line in written}
    assert [line for line in written if not set(line["dependsOn"]) <= names] == []
    assert sum(len(line["dependsOn"]) for line in written[1:]) > 10


def test_a_licence_that_nobody_has_read_stops_the_list():
    vague = {"licenses": [{"license": {"name": "License :: OSI Approved :: BSD License"}}]}
    with pytest.raises(LicenceIsUnknown, match="new-package"):
        licence("new-package", vague)


@pytest.mark.parametrize("path", [INSTALLER, RUNTIME, DEVELOPMENT], ids=lambda path: path.name)
def test_every_locked_package_is_known_by_its_hash(path):
    """A package that the index swaps is refused by pip."""
    blocks = re.split(r"\n(?=\S)", path.read_text().strip())
    packages = [block for block in blocks if not block.startswith("#")]
    assert len(packages) >= len(locked(path)) > 0
    assert [block for block in packages if "--hash=sha256:" not in block] == []


def test_both_lists_install_the_same_installer():
    assert locked(DEVELOPMENT)["pip"] == locked(INSTALLER)["pip"]
    assert "setuptools" not in locked(RUNTIME) | locked(DEVELOPMENT)


def test_this_environment_has_the_locked_installer_and_nothing_older():
    assert version("pip") == locked(INSTALLER)["pip"]
    with pytest.raises(PackageNotFoundError):
        version("setuptools")


def test_lock_files_name_no_index():
    for path in ROOT.glob("requirements*.txt"):
        assert "://" not in path.read_text(), path.name
