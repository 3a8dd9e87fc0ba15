"""The words of a harmless PDF, page by page, as JSON: `… page_words < pdf`.

Only of pages that `file_pages` made of words (Word and RTF): there the words are all that is drawn.
A sender's PDF may hold words that its pages do not show.
"""

import json
import sys


def words_of(pdf: bytes) -> list[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        found = (page.get_textpage().get_text_bounded() for page in document)
        return [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in found]


def main() -> None:
    print(json.dumps(words_of(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
