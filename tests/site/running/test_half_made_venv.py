"""`make` on a bare machine: what is missing is named, and half of a .venv is made anew."""

import shutil
import subprocess
import sys

from django.conf import settings

BARE = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; *) exec {python} "$@";; esac\n'


def made(folder, python):
    shutil.copy(settings.BASE_DIR / "Makefile", folder)
    command = ["make", "-s", ".venv/bin/python", f"PYTHON={python}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_without_debians_package_it_is_named_and_nothing_is_left_behind(tmp_path):
    bare = tmp_path / "python3"
    bare.write_text(BARE.format(python=sys.executable))
    bare.chmod(0o755)
    done = made(tmp_path, bare)
    assert done.returncode
    assert "apt install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_gone_is_replaced(tmp_path):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(tmp_path / "gone")
    (venv / "installed").touch()
    assert made(tmp_path, sys.executable).returncode == 0
    assert subprocess.run([venv / "bin" / "python", "-c", "import pip"]).returncode == 0
    assert not (venv / "installed").exists()
