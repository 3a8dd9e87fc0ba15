"""What a bundle says of itself: by it everything else in it is proved."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import NamedTuple

from clinic_site.operations.backups.problems import BackupProblem

FORMAT = 1
MANIFEST, SEAL, SETTINGS = "manifest.json", "manifest.sha256", "settings.env"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FOLDERS = ("private", "media")


class Member(NamedTuple):
    """Of one file in the bundle: bytes, and SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """`rows` counts each table of the copied database; `keys` are short names of the data keys."""

    release: str
    database: str
    made_at: str
    site: str
    identity: str
    key_witness: str
    keys: list[str]
    server: int = 0  # PostgreSQL's major version
    migrations: list[list[str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    missing_files: list[str] = field(default_factory=list)
    removed_meanwhile: int = 0
    format: int = FORMAT

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def database_member(self) -> str:
        return DATABASES[self.database]

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members.values())

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def from_json(data: bytes) -> Manifest:
    """Raises `BackupProblem` where it is of another format, or none at all."""
    try:
        values = json.loads(data)
        if values.get("format") != FORMAT:
            raise BackupProblem(
                f"The bundle is of format {values.get('format')}, and this release reads"
                f" {FORMAT}. Nothing was changed: use the release that made it, or a newer one."
            )
        values["members"] = {name: Member(*facts) for name, facts in values["members"].items()}
        found = Manifest(**values)
        _ = found.database_member, found.made
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupProblem(
            "The list in the bundle cannot be read, so it is no backup of this site or it is"
            " damaged. Nothing was changed: take another bundle."
        ) from error
    return found
