"""Writes docs/security/sbom.cdx.json: each package a site runs, its version, its licence and what
it needs. `make lock` runs it; the same lock files make the same file, byte for byte.

The names come from requirements.txt, the rest from what is installed. Addresses and texts that
the packages say of themselves are left out: they change with every release and prove nothing.
"""

import json
import subprocess
import sys
import tomllib
from typing import Any

from supply_chain.locks import ROOT, RUNTIME, canonical, locked

LIST = ROOT / "docs/security/sbom.cdx.json"
LICENCES = ROOT / "supply_chain/licences.toml"


class LicenceIsUnknown(Exception):
    """A package says no licence that can be named, and nobody has read it yet."""


def main() -> None:
    described = json.loads(describe_what_is_installed())
    LIST.write_text(json.dumps(parts_of(described), indent=1, sort_keys=True) + "\n")
    print(f"{LIST.relative_to(ROOT)}: {len(locked(RUNTIME))} packages.")


def describe_what_is_installed() -> str:
    """All that this Python can import, as CycloneDX, development tools and all."""
    command = [
        *(sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "environment", sys.executable),
        *("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def parts_of(described: dict[str, Any]) -> dict[str, Any]:
    """The parts of requirements.txt alone, also those that another system installs."""
    installed = {canonical(part["name"]): part for part in described["components"]}
    needed = {canonical(line["ref"].partition("==")[0]): line for line in described["dependencies"]}
    wanted = locked(RUNTIME)
    main_part = described["metadata"]["component"]
    return {
        **{key: described[key] for key in ("$schema", "bomFormat", "specVersion", "version")},
        "metadata": {
            "component": {
                **{key: main_part[key] for key in ("bom-ref", "name", "type", "version")},
                "licenses": [{"license": {"id": "BSD-3-Clause"}}],
            },
            "tools": {"components": [tool(each) for each in tools(described)]},
        },
        "components": [
            part(name, version, installed.get(name)) for name, version in sorted(wanted.items())
        ],
        "dependencies": [
            {
                "ref": main_part["bom-ref"],
                "dependsOn": [ref(*each) for each in sorted(wanted.items())],
            },
            *(dependencies(name, needed.get(name), wanted) for name in sorted(wanted)),
        ],
    }


def tools(described: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = described["metadata"]["tools"]["components"]
    return found


def tool(described: dict[str, Any]) -> dict[str, Any]:
    return {key: described[key] for key in ("name", "type", "version") if key in described}


def part(name: str, version: str, installed: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": ref(name, version),
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{ref(name, version).replace('==', '@')}",
        "licenses": [{"expression": licence(name, installed)}],
    }


def ref(name: str, version: str) -> str:
    return f"{name}=={version}"


def dependencies(name: str, line: dict[str, Any] | None, wanted: dict[str, str]) -> dict[str, Any]:
    """What a part needs of the other parts. What is only there for development is none of them."""
    names = {canonical(each.partition("==")[0]) for each in (line or {}).get("dependsOn", [])}
    return {
        "ref": ref(name, wanted[name]),
        "dependsOn": [ref(each, wanted[each]) for each in sorted(names & wanted.keys())],
    }


def licence(name: str, installed: dict[str, Any] | None) -> str:
    """An SPDX expression: as somebody read it, or else as the package says."""
    read = tomllib.loads(LICENCES.read_text())["read"]
    if name in read:
        return str(read[name])
    for said in (installed or {}).get("licenses", []):
        expression = said.get("expression") or said["license"].get("id")
        if expression:
            return str(expression)
    raise LicenceIsUnknown(f"{name}: read its licence and write it into {LICENCES.name}")


if __name__ == "__main__":
    main()
