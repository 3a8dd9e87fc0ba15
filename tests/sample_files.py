"""Files of every kind that senders attach, written by hand: ordinary ones, and made to do harm."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{page}>>"
TEXT = "BT /F1 14 Tf 50 780 Td (Dear colleague) Tj ET"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PACKAGE_CLASS = bytes.fromhex("0c00030000000000c000000000000046")
PAINT_CLASS = bytes.fromhex("214be3d3759d1a108c3d00aa001a1652")


def pdf(*objects: str, catalogue: str = "", page: str = "", text: str = TEXT) -> bytes:
    """A PDF of one page. Further objects are numbered from 6; strings are PDF syntax."""
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE.format(page=page),
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start, count = len(data), len(bodies) + 1
    trailer = f"trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return data + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()


def tree_of_pages(*, levels: int, width: int = 17) -> bytes:
    """A page tree whose branches are named again and again: `width ** levels` pages."""
    kids = " ".join
    nodes = [
        f"<</Type/Pages/Kids[{kids([f'{7 + n} 0 R'] * width)}]/Count 1>>" for n in range(levels)
    ]
    leaf = PAGE.format(page="")
    return pdf(*nodes, leaf).replace(b"/Pages 2 0 R", b"/Pages 6 0 R")


def locked_pdf(*, user: str = "", owner: str = "owner") -> bytes:
    file = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(file, encryption=pikepdf.Encryption(user=user, owner=owner))
    return file.getvalue()


def packed_pdf(*objects: str, **parts: str) -> bytes:
    """The same, with all objects packed into streams as newer programs do."""
    file = BytesIO()
    with pikepdf.open(BytesIO(pdf(*objects, **parts))) as document:
        document.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


def scan_pdf(pages: int) -> bytes:
    """An ordinary scan: each page one picture in black and white."""
    page = Image.new("1", (1654, 2339), "white")
    file = BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page] * (pages - 1), resolution=200)
    return file.getvalue()


def docx(*, body: str = "<w:p/>", relations: str = "", **parts: Any) -> bytes:
    """`parts` by name with `__` for a slash and `_` before the ending: word__vbaProject_bin."""
    document = f'<w:document xmlns:w="{WORDS}" xmlns:r="{RELATIONS}"><w:body>{body}</w:body>'
    named = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": document + "</w:document>",
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    for name, data in parts.items():
        stem, _, ending = name.replace("__", "/").rpartition("_")
        named["[Content_Types].xml" if name == "types" else f"{stem}.{ending}"] = data
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in named.items():
            archive.writestr(name, data)
    return file.getvalue()


def relation(kind: str, target: str) -> str:
    where = 'TargetMode="External"'
    return f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" {where}/>'


def field(*pieces: str) -> str:
    """A field of Word whose words are cut into runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    return f"<w:p>{mark('begin')}{runs}{mark('separate')}{mark('end')}</w:p>"


def rtf(inside: str = "") -> bytes:
    return rb"{\rtf1\ansi Dear colleague\par " + inside.encode() + b"}"


def rtf_object(program: str, content: bytes = b"", *, version: int = 0x501) -> str:
    name = program.encode() + b"\0"
    head = struct.pack("<III", version, 2, len(name)) + name + bytes(8)
    packed = head + struct.pack("<I", len(content)) + content
    return r"{\object\objemb{\*\objdata " + packed.hex() + "}}"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "L", **how: Any
) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **how)
    return file.getvalue()


def tiff(*, pages: int, size: tuple[int, int]) -> bytes:
    page = Image.new("1", size, 1)
    return_to = BytesIO()
    others = [page] * (pages - 1)
    page.save(return_to, "TIFF", compression="group4", save_all=True, append_images=others)
    return return_to.getvalue()


def photo_with_second_frame() -> bytes:
    """As telephones write it: beside the photograph its brightness, or the other eye."""
    file = BytesIO()
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (16, 12))
    first.save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header announces a size; nothing of it is there."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    header += struct.pack(">I", zlib.crc32(header))
    data = picture()
    return data[:12] + header + data[33:]


def heic(width: int = 100, height: int = 100) -> bytes:
    size = struct.pack(">4sIII", b"ispe", 0, width, height)
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + size


def worksheet(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names or ("xl/workbook.xml",):
            archive.writestr(name, "x")
    return file.getvalue()
