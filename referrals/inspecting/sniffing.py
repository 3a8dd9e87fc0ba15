"""What kind of file this is, told by its first bytes. Pure functions; a name proves nothing."""

import unicodedata
from pathlib import PurePath

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
HEIC = "image/heic"
RTF = "application/rtf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNKNOWN = "application/octet-stream"

# The endings that fit each kind; the first is added where a name has another one.
ENDINGS = {
    PDF: [".pdf"],
    JPEG: [".jpg", ".jpeg", ".jpe", ".jfif"],
    PNG: [".png"],
    TIFF: [".tif", ".tiff"],
    HEIC: [".heic", ".heif", ".hif"],
    RTF: [".rtf", ".doc"],  # practice software writes RTF into files named .doc
    DOCX: [".docx"],
}
KINDS_IN_WORDS = {
    PDF: "PDF",
    JPEG: "JPEG picture",
    PNG: "PNG picture",
    TIFF: "TIFF scan",
    HEIC: "HEIC photo",
    RTF: "RTF document",
    DOCX: "Word document",
}
ACCEPTED_ENDINGS = [ending for kind in ENDINGS for ending in ENDINGS[kind] if ending != ".doc"]
FIRST_BYTES = [
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),  # with longer numbers (BigTIFF)
    (b"MM\x00+", TIFF),
    (b"{\\rtf", RTF),
]
BEFORE_RTF = b"\xef\xbb\xbf \t\r\n"  # Word opens a letter behind these; programs do write them
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
OLE_START = b"\xd0\xcf\x11\xe0"
WORD_WAY_OUT = "In Word: Save As, choose PDF, and attach that."
KINDS_TAKEN = (
    "is a kind of file that we do not take. Save it as PDF and attach that."
    " We take PDF, JPEG, PNG, TIFF, HEIC, Word (.docx) or RTF."
)
PACKED = "is a packed folder (zip), which we do not open. Attach the letters themselves."
# What is written inside an OLE file, and inside a zip, in the order that tells best.
OLE_KINDS = [
    (
        "EncryptedPackage".encode("utf-16-le"),
        "asks for a password. In Word: File, Info, Protect Document,"
        " Encrypt with Password, empty the box, save, and attach it again.",
    ),
    ("WordDocument".encode("utf-16-le"), f"is an old Word file (.doc). {WORD_WAY_OUT}"),
    (
        "__substg1.0_".encode("utf-16-le"),
        "is an Outlook mail. Print it, choose “Save as PDF”, and attach that.",
    ),
]
ZIP_KINDS = [
    (
        b"vnd.oasis.opendocument",
        "is an OpenDocument file. In LibreOffice: File, Export As, PDF, and attach that.",
    ),
    (b"Index/Document.iwa", "is a Pages file. In Pages: File, Export To, PDF, and attach that."),
    (b"xl/workbook", "is an Excel file. In Excel: Save As, choose PDF, and attach that."),
    (b"ppt/presentation", "is a PowerPoint file. Save it as PDF and attach that."),
]
PDF_HEADER_WITHIN = 1024  # readers look for the header this far into a file
LONGEST_NAME = 150


def sniff(data: bytes) -> str:
    """The content type, or "" for a kind that the form does not take."""
    for magic, kind in FIRST_BYTES:
        if data.startswith(magic):
            return kind
    if data[:PDF_HEADER_WITHIN].lstrip(BEFORE_RTF).startswith(b"{\\rtf"):
        return RTF
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return HEIC
    if data.startswith(b"PK\x03\x04") and b"word/document" in data:
        return DOCX
    return PDF if b"%PDF-" in data[:PDF_HEADER_WITHIN] else ""


def way_out(data: bytes) -> str:
    """What to do with a file of a kind that is not taken, to stand after its name."""
    if data.startswith(OLE_START):
        return next((words for mark, words in OLE_KINDS if mark in data), KINDS_TAKEN)
    if data.startswith(b"PK\x03\x04"):
        return next((words for mark, words in ZIP_KINDS if mark in data), PACKED)
    head = data[:PDF_HEADER_WITHIN].lower()
    if b"<?mso-application" in head or b"<pkg:package" in head:
        return f"is a Word file in one piece (XML). {WORD_WAY_OUT}"
    if b"<html" in head or b"mime-version:" in head:
        return "is a web page or a mail. Print it, choose “Save as PDF”, and attach that."
    if head.startswith((b"gif8", b"bm")) or head[8:12] in {b"webp", b"avif"}:
        return "is a kind of picture that we do not take. Save it as JPEG or PNG and attach that."
    return KINDS_TAKEN


def shown_name(name: str, kind: str) -> str:
    """A name fit to show: no path, no control or direction characters, an ending that fits."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if not is_hidden(c)).strip(" .") or "file"
    stem, ending = PurePath(plain).stem, PurePath(plain).suffix
    if kind in ENDINGS and ending.lower() not in ENDINGS[kind]:
        stem, ending = plain, ENDINGS[kind][0]
    return stem[: LONGEST_NAME - len(ending)] + ending


def is_hidden(character: str) -> bool:
    """Control, format (direction) and separator characters, but not the joiners of some scripts and
    inside emoji: which of them are out of place was asked before."""
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return unicodedata.category(character) in hidden and character not in "\u200c\u200d"
