"""Writes down the migrations of a release: `python -m tests.upgrades.released`, when it is made.

`released.sha256` has one line for each, as `sha256sum --check` reads it from the top folder. Lines
are only added: what is released has run on databases that nobody here can reach.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("released.sha256")
OUR_APPS = ["clinic_site", "conditions", "referrals"]


def migrations() -> list[Path]:
    """Every migration of the site there is, released or not."""
    return sorted(path for app in OUR_APPS for path in ROOT.glob(f"{app}/migrations/[0-9]*.py"))


def released() -> dict[str, str]:
    """The digest of each released migration, by its path from the top folder."""
    lines = LIST.read_text(encoding="utf-8").splitlines() if LIST.exists() else []
    return {path: sha256 for sha256, path in (line.split("  ", 1) for line in lines)}


def changed() -> list[str]:
    """Released migrations that are not as they were released, or gone."""
    paths = {path: ROOT / path for path in released()}
    return [p for p, sha256 in released().items() if digest(paths[p]) != sha256]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def main() -> None:
    if wrong := changed():
        sys.exit(f"{', '.join(wrong)}: released already. Put back what it was; add a new one.")
    known = released()
    found = {str(path.relative_to(ROOT)): digest(path) for path in migrations()}
    both = {**known, **found}
    LIST.write_text("".join(f"{sha256}  {path}\n" for path, sha256 in sorted(both.items())))
    print(f"{len(both)} migrations, {len(both) - len(known)} of them new.")


if __name__ == "__main__":
    main()
