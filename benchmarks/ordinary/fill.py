"""The words of a page of ours as rows: `python -m benchmarks.ordinary.fill PAGE.html`.

Headings, paragraphs and lists of what stands in <main>; the links around it become menu and footer.
"""

import os
import re
import sys
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

SLUG = "same-words"
PARTED_BY = {"h1", "h2", "h3", "h4", "p", "li", "td", "th", "dt", "dd", "summary", "figcaption"}
PARTED_BY |= {"div", "section", "caption", "legend", "main", "nav", "footer", "aside", "ul", "dl"}
UNREAD = {"script", "style", "svg", "head"}
LISTED = {"li", "td", "th", "dt", "dd"}
VOID = {"br", "img", "hr", "meta", "link", "input", "wbr", "source", "col"}


class Words(HTMLParser):
    """`texts` are runs of words with the tag that holds them; `links` stand around <main>."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.links: list[tuple[str, str, str]] = []  # place, title, address
        self.run = ""
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in PARTED_BY:
            self.part()
        if tag == "a":
            self.address = dict(attrs).get("href") or ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and "main" not in self.open and self.run.strip():
            place = "footer" if "footer" in self.open else "menu"
            self.links.append((place, " ".join(self.run.split()), self.address))
            self.run = ""
        if tag in PARTED_BY:
            self.part()
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not UNREAD & set(self.open):
            self.run += data

    def part(self) -> None:
        words = " ".join(self.run.split())
        self.run = ""
        if words and "main" in self.open:
            tag = next((one for one in reversed(self.open) if one in PARTED_BY), "p")
            self.texts.append((tag, words))


def fill(html: str) -> None:
    from benchmarks.ordinary import models

    words = Words()
    words.feed(html)
    models.Site.objects.create(name="Sample clinic", telephone="02 5550 0100")
    fill_links(words.links)
    title = re.sub("<[^>]*>", "", html.partition("<h1")[2].partition(">")[2].partition("</h1>")[0])
    reviewer = models.Reviewer.objects.create(name="Dr Sample")
    page = models.Page.objects.create(slug=SLUG, title=title.strip(), reviewer=reviewer)
    texts = [(tag, text) for tag, text in words.texts if tag != "h1"]
    runs = groupby(texts, key=lambda pair: "list" if pair[0] in LISTED else pair)
    for place, (kind, group) in enumerate(runs):
        if kind == "list":
            block = page.blocks.create(kind="list", ordering=place)
            for number, (_, text) in enumerate(group):
                block.items.create(text=text, ordering=number)
        else:
            is_heading = kind[0] in {"h2", "h3", "h4", "summary"}
            kind_of_ours = "heading" if is_heading else "paragraph"
            page.blocks.create(kind=kind_of_ours, text=kind[1], ordering=place)


def fill_links(links: list[tuple[str, str, str]]) -> None:
    from benchmarks.ordinary import models

    section = models.MenuSection.objects.create(title="Menu", ordering=0)
    for number, (place, title, address) in enumerate(links):
        if place == "menu" and number % 10 == 9:
            section = models.MenuSection.objects.create(title=title, ordering=number)
        elif place == "menu":
            section.pages.create(title=title, address=address, ordering=number)
        else:
            models.FooterLink.objects.create(title=title, address=address, ordering=number)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.ordinary.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill(Path(sys.argv[1]).read_text())


if __name__ == "__main__":
    main()
