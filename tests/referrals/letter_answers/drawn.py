"""Small letters for tests: PDFs of lines written by hand, and what is read in them."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from referrals.inspecting.sniffing import DOCX, PDF
from referrals.letter_answers.answers import LetterAnswers
from referrals.letter_answers.child import answers_of
from tests.letters.making.sheets import Sheet, as_docx

LETTER = """
Exampleville Medical Centre
Ph: (03) 7010 1234

3 March 2026

Dr Ann Other
Sacroiliac Joint Clinic

Dear Dr Other

Re: Mr John CITIZEN
DOB: 01/02/1960
{more}
Thank you for seeing this man with pain over the left sacroiliac joint.

Yours sincerely

Dr Jane Smith
"""


def pdf(*streams: str, change=None, **page) -> bytes:
    """One page a stream; `change` may alter the PDF and its first page before it is saved."""
    made = pikepdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    for stream in streams:
        sheet = made.add_blank_page(page_size=(595, 842))
        sheet.obj.Resources = Dictionary(
            Font=Dictionary(F1=made.make_indirect(font)), XObject=Dictionary()
        )
        sheet.obj.Contents = made.make_stream(stream.encode("cp1252"))
        for key, value in page.items():
            sheet.obj[f"/{key}"] = Array(value)
    if change is not None:
        change(made, made.pages[0].obj)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def written(
    text: str, *, left: float = 50, top: float = 800, size: float = 10, before: str = ""
) -> str:
    """Lines of text as a content stream; `before` stands in front of each, such as a colour."""
    lines = []
    for number, line in enumerate(text.strip("\n").split("\n")):
        shown = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        lines.append(f"q {before} BT /F1 {size} Tf {left} {top - 14 * number} Td ({shown}) Tj ET Q")
    return "\n".join(lines)


def letter(more: str = "", extra: str = "", change=None) -> LetterAnswers:
    """The letter above with more lines about the patient, and more on the page."""
    return read_pdf(pdf(written(LETTER.format(more=more)) + "\n" + extra, change=change))


def read_pdf(data: bytes) -> LetterAnswers:
    return answers_of(PDF, data)


def read_lines(*lines: str) -> LetterAnswers:
    """A Word file of these lines."""
    return answers_of(DOCX, as_docx(Sheet().p(*lines, gap=False)))


def value(answers: LetterAnswers, name: str) -> str | None:
    found = answers.answers.get(name)
    return found.value if found else None
