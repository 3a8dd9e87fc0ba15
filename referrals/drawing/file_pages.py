"""One file of a sender as PDF pages: `python -m referrals.drawing.file_pages <kind> < file`.

Answers with a parcel: what to tell as JSON, and the PDF. The JSON holds `pages` (how many),
`notes` (codes of what is not shown) and, where nothing could be drawn, `why` (a code).
"""

import gc
import json
import sys
from io import BytesIO
from typing import Any

from referrals.drawing.parcel import packed
from referrals.inspecting.sniffing import DOCX, PDF, RTF

LINES = {
    DOCX: "Words of the sender’s Word file. The original is in the inbox.",
    RTF: "Words of the sender’s RTF file. The original is in the inbox.",
    PDF: "Typed into the sender’s PDF. The original is in the inbox.",
}
BEYOND_ITS_PAGES = "Typed into this file, and not to be read in full on its pages:"
TOO_LONG = "long"
TYPED_WORDS = "typed_words"
RARE_SIGNS = "rare_signs"
BROKEN_PAGES = "broken_pages"
NO_WORDS, LOCKED, ONLY_ADOBE, BROKEN = "no_words", "locked", "only_adobe", "broken"

Answer = tuple[dict[str, Any], bytes]


def answer_for(kind: str, data: bytes) -> Answer:
    from referrals.drawing.pdf_pages import Locked, OnlyAdobe

    try:
        if kind == PDF:
            return pdf_answer(data)
        return words_answer(kind, data) if kind in LINES else picture_answer(kind, data)
    except Locked:
        return {"why": LOCKED}, b""
    except OnlyAdobe:
        return {"why": ONLY_ADOBE}, b""
    except MemoryError:
        raise
    except Exception:  # a broken file may break any reader, in any way
        return {"why": BROKEN}, b""


def picture_answer(kind: str, data: bytes) -> Answer:
    from referrals.drawing.pdf_pages import saved
    from referrals.drawing.picture_pages import pages_of_picture

    pdf, is_whole = pages_of_picture(kind, data)
    notes = [] if is_whole else [BROKEN_PAGES]
    return {"pages": len(pdf.pages), "notes": notes}, saved(pdf)


def pdf_answer(data: bytes) -> Answer:
    import pikepdf

    from referrals.drawing.letters.words import Paragraph, Run, pages_of_words
    from referrals.drawing.pdf_pages import pages_of_pdf, saved

    pdf, unseen = pages_of_pdf(data)
    notes = []
    if unseen:
        lines = [Paragraph([Run(BEYOND_ITS_PAGES, "b")])]
        for words in unseen:
            place = f"Page {words.page}" + (f", {words.name}" if words.name else "")
            lines += [Paragraph([Run(place, "i")]), Paragraph([Run(words.text)], indent=1)]
        more, _ = pages_of_words([*lines], foot=LINES[PDF])
        pdf.pages.extend(pikepdf.open(BytesIO(more)).pages)
        notes.append(TYPED_WORDS)
    return {"pages": len(pdf.pages), "notes": notes}, saved(pdf)


def words_answer(kind: str, data: bytes) -> Answer:
    import pikepdf

    from referrals.drawing.letters.docx_words import words_of_docx
    from referrals.drawing.letters.rtf_words import words_of_rtf
    from referrals.drawing.letters.words import has_words, pages_of_words, texts

    pieces = words_of_docx(data) if kind == DOCX else words_of_rtf(data)
    gc.collect()
    if not has_words(pieces):
        return {"why": NO_WORDS}, b""
    pdf, cut = pages_of_words(pieces, foot=LINES[kind])
    count = len(pikepdf.open(BytesIO(pdf)).pages)
    notes = [TOO_LONG] if cut else []
    if any(is_rare(sign) for text in texts(pieces) for sign in text):
        notes.append(RARE_SIGNS)
    return {"pages": count, "notes": notes}, pdf


def is_rare(sign: str) -> bool:
    """Of a script that the fonts of a plain server may lack, and would draw as a box."""
    return "\u0900" <= sign < "\u1d00" or "\u2e80" <= sign < "\uf000" or sign >= "\U00010000"


def main() -> None:
    told, pdf = answer_for(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(packed([json.dumps(told).encode(), pdf]))


if __name__ == "__main__":
    main()
