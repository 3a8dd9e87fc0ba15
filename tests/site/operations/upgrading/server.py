"""A server in a folder: releases that only say what they were asked, and no systemd."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = settings.BASE_DIR
# Answers for the release it lies in. `answers/NAME` holds what a command says and its exit code.
PYTHON = f"""#!/bin/bash
here=$(cd "$(dirname "$0")/../.." && pwd)
[ "${{1-}}" = manage.py ] || exec {sys.executable} "$@"
echo "${{here##*/}} ${{*:2}}" >> "$CLINIC_ROOT/asked"
said="$here/answers/$2"
if [ -f "$here/meets/$2" ] && [ "${{3-}}" != --static-files ]; then . "$here/meets/$2"; fi
[ ! -f "$said" ] || {{ head -n -1 "$said"; exit "$(tail -n 1 "$said")"; }}
"""
SYSTEMCTL = """#!/bin/bash
echo "systemctl $*" >> "$CLINIC_ROOT/asked"
[ ! -e "$CLINIC_ROOT/fails-on-${1}" ]
"""
COMMANDS = "clinic_site/operations/management/commands"


class Server:
    """Runs `deploy/upgrade` and `deploy/back` without root, on 0.3.0 and what is brought."""

    def __init__(self, folder: Path, port: int) -> None:
        self.root, self.opt = folder / "server", folder / "server/opt/clinic"
        self.sources = folder / "sources"
        (self.opt / "releases").mkdir(parents=True)
        (self.root / "etc/clinic").mkdir(parents=True)
        (self.root / "etc/clinic/clinic.env").write_text(f"PORT={port}\n")
        self.programs = folder / "bin"
        write_program(self.programs / "systemctl", SYSTEMCTL)
        self.release("0.3.0", self.opt / "releases/0.3.0")
        (self.opt / "current").symlink_to(self.opt / "releases/0.3.0")

    def release(self, version: str, folder: Path | None = None, note: str = "") -> Path:
        """A release to bring, by default not yet on the server."""
        folder = folder or self.sources / version
        (folder / "deploy").mkdir(parents=True)
        (folder / COMMANDS).mkdir(parents=True)
        (folder / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
        (folder / "manage.py").write_text("")
        (folder / "clinic_site/operations/upgrading").mkdir()
        notes = "clinic_site/operations/upgrading/notes.py"
        (folder / notes).write_text((ROOT / notes).read_text())
        (folder / COMMANDS / "backup.py").write_text("")
        (folder / "deploy/nginx.conf").write_text("")
        text = f"\n**Before you upgrade.** {note}\n" if note else "\n- Better.\n"
        (folder / "CHANGELOG.md").write_text(f"# Changes\n\n## {version}, today\n{text}")
        (folder / "answers").mkdir()
        write_program(folder / "venv/bin/python", PYTHON)
        (folder / ".venv").symlink_to(folder / "venv")
        return folder

    def answers(self, folder: Path, command: str, words: str, code: int) -> None:
        (folder / "answers" / command).write_text(f"{words}\n{code}\n")

    def meets(self, folder: Path, command: str, script: str) -> None:
        """What happens to a command while it is at work, in the shell's words."""
        (folder / "meets").mkdir(exist_ok=True)
        (folder / "meets" / command).write_text(script)

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """The end of `deploy/SCRIPT`; `venv/` of a release stands for what pip would fetch."""
        path = f"{self.programs}:{os.environ['PATH']}"
        told = {"CLINIC_ROOT": str(self.root), "CLINIC_VENV": "venv", "PATH": path}
        command = ["bash", str(ROOT / "deploy" / script), *arguments]
        options = {"capture_output": True, "text": True, "check": False, "timeout": 60}
        return subprocess.run(
            command,
            env={**told, **environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # as on a terminal: what is sent to all of it reaches no test
            **options,
        )

    def runs(self) -> str:
        return self.linked("current")

    def linked(self, name: str) -> str:
        link = self.opt / name
        return link.resolve().name if link.is_symlink() else ""

    def asked(self) -> list[str]:
        path = self.root / "asked"
        return path.read_text().splitlines() if path.exists() else []


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
