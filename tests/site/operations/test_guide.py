"""The guide for the server names only commands, settings and files that there are."""

import os
import re
import subprocess
import time

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from clinic_site.running import environment

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/operations.md").read_text()
README = (ROOT / "README.md").read_text()
INSTALL = (DEPLOY / "install").read_text()
SAMPLE = (DEPLOY / "clinic.env.sample").read_text()
STANDS_FOR_SOMETHING = {"ADDRESS", "FILE", "NAME", "DATE", "BUNDLE"}


def commands_in(text):
    """Each `clinic NAME …` and `manage.py NAME …`, as its name and its options."""
    found = re.findall(r"(?:^|[`\s\"])(?:clinic|manage\.py) ([a-z_]+)((?: [^`;\n|]*)?)", text)
    return {(name, option) for name, rest in found for option in [*re.findall(r"--\w+", rest), ""]}


def typed():
    """What the guide and the installer tell a person to type, without the words around it."""
    in_blocks = "\n".join(re.findall(r"^```\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
    in_lines = "\n".join(f"`{span}`" for span in re.findall(r"`([^`\n]+)`", GUIDE))
    told = "\n".join(re.findall(r": (clinic [a-z_]+)", INSTALL))
    return commands_in(f"{in_blocks}\n{in_lines}\n{told}") - {("help", "")}


def known_settings():
    table = README.partition("## Environment")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


@pytest.mark.parametrize(("name", "option"), sorted(typed()))
def test_each_command_and_its_options_are_there(name, option):
    if name == "NAME":
        return
    assert name in get_commands(), f"there is no manage.py {name}"
    if option:
        command = load_command_class(get_commands()[name], name)
        assert option in command.create_parser("manage.py", name)._option_string_actions


def test_there_are_commands_to_look_at():
    assert {("key_sheet", ""), ("createsuperuser", ""), ("doctor", "--mail")} <= typed()


def test_each_setting_is_known():
    spans = " ".join(re.findall(r"`([^`\n]+)`", GUIDE))
    named = set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", spans)) - STANDS_FOR_SOMETHING
    asked = set(re.findall(r"^\s+ask ([A-Z_]+) ", INSTALL, re.MULTILINE))
    assert named - known_settings() - asked == set()


def test_the_sample_of_settings_is_readable_and_names_known_ones():
    environment.parse(SAMPLE)
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", SAMPLE, re.MULTILINE))
    assert {"SITE_URL", "DATABASE_URL", "VAR_DIR"} <= named
    assert named - known_settings() == set()


def test_each_file_and_unit_that_is_named_is_there():
    scripts = set(re.findall(r"\bdeploy/([\w.-]*\w)", GUIDE + INSTALL + README))
    units = set(re.findall(r"\bclinic-[a-z]+\.(?:service|socket|timer)", GUIDE + INSTALL))
    units |= {f"{name}.service" for name in re.findall(r"\bclinic-(?:web|mail|backup)\b", GUIDE)}
    there = {path.name for path in DEPLOY.iterdir()} | {"pages"}
    assert scripts - there == set()
    assert units - there == set()


def test_pages_that_nginx_shows_are_called_in_the_guide_as_they_are():
    titles = [
        re.search("<h1>(.*)</h1>", page.read_text())[1] for page in DEPLOY.glob("pages/*.html")
    ]
    assert len(titles) == 3
    for title in titles:
        assert f"“{title}”" in GUIDE


def test_it_takes_fifteen_commands_at_the_most():
    steps = GUIDE.partition("## From a bare server")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", steps, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) == 9  # as its first lines say
    assert "by nine commands" in GUIDE


def test_copies_on_another_machine_outlive_those_of_the_server(tmp_path):
    assert "--delete" not in re.search(r"^0 4 .*rsync .*", GUIDE, re.MULTILINE)[0]
    line = re.search(r"^0 6 \* \* \* (.*-delete)$", GUIDE, re.MULTILINE)[1]
    line, now = line.replace("/srv/clinic-backups", str(tmp_path)), time.time()

    def left(**days):
        for name, age in days.items():
            (tmp_path / f"clinic-{name}.tar").touch()
            os.utime(tmp_path / f"clinic-{name}.tar", (now - age * 86400,) * 2)
        subprocess.run(["sh", "-c", line], check=False)
        return sorted(path.stem for path in tmp_path.iterdir())

    assert left(old=40, older=60) == ["clinic-old", "clinic-older"]  # nothing arrives any more
    assert left(new=0.5) == ["clinic-new"]
