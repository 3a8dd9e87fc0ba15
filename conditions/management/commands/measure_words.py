"""`manage.py measure_words [page …]`: what the words of the starter pages measure."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic_site.running.announcing import Announced
from conditions.publishing.measuring import Measures, measured, prose_of, repeats
from conditions.publishing.starter_files import STARTER_DIR, read_starter_file


class Command(Announced, BaseCommand):
    help = "Measure the prose of starter pages, such as treatments-medicines. None named: of all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pages", nargs="*", metavar="page")

    def handle(self, *args: Any, pages: list[str], **options: Any) -> None:
        files = sorted(STARTER_DIR.glob("*.toml"))
        every = [prose_of(path.stem, read_starter_file(path)) for path in files]
        if unknown := set(pages) - {page.name for page in every}:
            raise CommandError(f"There is no starter page {', '.join(sorted(unknown))}.")
        chosen = [page for page in every if not pages or page.name in pages]
        for page in chosen:
            self.stdout.write(f"{page.name:45}{told(measured([page]))}")
        whole = measured(chosen)
        self.stdout.write(f"{'together':45}{told(whole)}")
        twins, of = repeats(chosen, every)
        for twin in twins if pages else []:
            self.stdout.write(f"  {twin.page}: {twin.sentence[:90]} | also on {twin.other}")
        self.stdout.write(f"near-repeats {len(twins)} of {of}: {len(twins) / max(of, 1):.0%}")
        for sentence in whole.homework:
            self.stdout.write(f"  homework: {sentence}")


def told(found: Measures) -> str:
    asks = f"1 in {found.sentences // found.asks}" if found.asks else "none"
    return (
        f"words {found.words:6} (open {found.first_words:6})  mean {found.mean:4.1f}"
        f"  spread {found.spread:4.1f}  under 6 {found.short:4.0%}  over 25 {found.long:3}"
        f"  grade {found.grade:4.1f}  warnings {found.warning_grade:4.1f}  ask {asks}"
    )
