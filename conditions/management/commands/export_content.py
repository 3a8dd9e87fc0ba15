"""Writes all drafts, stages, sources and glossary terms as TOML files: `export_content FOLDER`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic_site.running.announcing import Announced
from conditions.publishing.starter_files import write_all


class Command(Announced, BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        written = write_all(folder=options["folder"])
        self.stdout.write(f"Wrote {len(written)} files to {options['folder']}.")
