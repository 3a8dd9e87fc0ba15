"""Draws a page of ours as a tagged PDF: `python -m referrals.drawing.own_words < page.html`.

Pictures stand in the page itself, as `data:` addresses; nothing else is fetched.
"""

import sys
from typing import Any

NO_PANGO = 3  # the exit code where the libraries that draw words are missing


def drawn(html: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class OnlyInThePage(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise ValueError("nothing is fetched for a PDF")
            return super().fetch(url, headers)

    return HTML(string=html, url_fetcher=OnlyInThePage()).write_pdf(pdf_variant="pdf/ua-1")


def main() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        sys.exit(NO_PANGO)
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
