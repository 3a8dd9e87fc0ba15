"""Files of every kind that senders attach: ordinary ones, odd ones, and some made to do harm."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)

PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{page}>>"
TEXT = "BT /F1 14 Tf 50 780 Td (Dear colleague) Tj ET"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PACKAGE_CLASS = bytes.fromhex("0c00030000000000c000000000000046")
PAINT_CLASS = bytes.fromhex("214be3d3759d1a108c3d00aa001a1652")


# Pictures


def sheet(size: tuple[int, int], mode: str = "RGB", corner: Any = "black") -> Image.Image:
    """White, with its top left quarter dark: so that it tells how it is turned."""
    picture = Image.new(mode, size, "white" if mode not in ("I;16", "F") else 65535)
    picture.paste(corner, (0, 0, size[0] // 2, size[1] // 2))
    return picture


def packed_picture(picture: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def fax(pages: int = 1) -> bytes:
    """Twice as many dots across as down: A4 at 204 by 98, with a ring that is round on paper."""
    sheets = []
    for _ in range(pages):
        page = Image.new("1", (1686, 1146), 1)
        ImageDraw.Draw(page).ellipse((408, 196, 1224, 588), outline=0, width=6)
        sheets.append(page)
    more = {"save_all": True, "append_images": sheets[1:]}
    return packed_picture(sheets[0], "TIFF", compression="group4", dpi=(204, 98), **more)


def broken_scan(*, cut: bool) -> bytes:
    """Three pages; the dots of the second are spoiled, or the file ends in the middle of it."""
    pages = [sheet((300, 400), "L", 0) for _ in range(3)]
    data = bytearray(
        packed_picture(
            pages[0], "TIFF", compression="tiff_lzw", save_all=True, append_images=pages[1:]
        )
    )
    with Image.open(BytesIO(data)) as scan:
        scan.seek(1)
        start, length = scan.tag_v2[273][0], scan.tag_v2[279][0]
    data[start : start + length] = b"\xff" * length
    return bytes(data[: start + length // 2] if cut else data)


def photograph(turn: int = 1, size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    picture = sheet(size)
    exif = picture.getexif()
    exif[0x0112] = turn
    exif[0x010E] = "SAMPLE-PLACE"
    return packed_picture(picture, "JPEG", exif=exif, **options)


def with_second_frame() -> bytes:
    """As telephones write it: beside the photograph its depth, brightness or the other eye."""
    frames = [sheet((300, 400)), Image.new("RGB", (300, 400), "black")]
    return packed_picture(frames[0], "MPO", save_all=True, append_images=frames[1:])


def heic() -> bytes:
    import pillow_heif

    target = BytesIO()
    pillow_heif.from_pillow(sheet((400, 300))).save(target, quality=90)
    return target.getvalue()


def picture(
    kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "L", **how: Any
) -> bytes:
    return packed_picture(Image.new(mode, size), kind, **how)


def tiff(*, pages: int, size: tuple[int, int]) -> bytes:
    page = Image.new("1", size, 1)
    others = [page] * (pages - 1)
    return packed_picture(page, "TIFF", compression="group4", save_all=True, append_images=others)


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header announces a size; nothing of it is there."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    header += struct.pack(">I", zlib.crc32(header))
    data = picture()
    return data[:12] + header + data[33:]


def heic_header(width: int = 100, height: int = 100) -> bytes:
    """What announces a size; nothing of the picture is there."""
    size = struct.pack(">4sIII", b"ispe", 0, width, height)
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + size


# PDF


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
    with pikepdf.open(BytesIO(pdf())) as document:
        return pdf_bytes(document, encryption=pikepdf.Encryption(user=user, owner=owner))


def packed_pdf(*objects: str, **parts: str) -> bytes:
    """The same, with all objects packed into streams as newer programs do."""
    with pikepdf.open(BytesIO(pdf(*objects, **parts))) as document:
        return pdf_bytes(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def scan_pdf(pages: int) -> bytes:
    """An ordinary scan: each page one picture in black and white."""
    page = Image.new("1", (1654, 2339), "white")
    file = BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page] * (pages - 1), resolution=200)
    return file.getvalue()


def pdf_saying(*words: str, **page: Any) -> pikepdf.Pdf:
    """A page for each text."""
    pdf = pikepdf.new()
    for text in words:
        add_page(pdf, f"BT /F 14 Tf 60 700 Td ({text}) Tj ET", **page)
    return pdf


def add_page(pdf: pikepdf.Pdf, content: str, **entries: Any) -> Any:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    given = entries.pop("Resources", Dictionary())
    resources = Dictionary(Font=Dictionary(F=font))
    for name, value in given.items():
        resources[name] = value
    entries.setdefault("MediaBox", Array([0, 0, 595, 842]))
    page = Dictionary(
        Type=Name.Page, Resources=resources, Contents=pdf.make_stream(content.encode()), **entries
    )
    pdf.pages.append(pikepdf.Page(page))
    return pdf.pages[-1].obj


def pdf_bytes(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    target = BytesIO()
    pdf.save(target, **options)
    return target.getvalue()


def layered_pdf(shown: str, hidden: str, name: str = "Template") -> bytes:
    """Two layers, one of them switched off."""
    pdf = pikepdf.new()
    on, off = (
        pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(title)))
        for title in ("Letter", name)
    )
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([on, off]), D=Dictionary(OFF=Array([off]), Order=Array([on, off]))
    )
    content = (
        f"/OC /On BDC BT /F 14 Tf 60 700 Td ({shown}) Tj ET EMC "
        f"/OC /Off BDC BT /F 14 Tf 60 600 Td ({hidden}) Tj ET EMC"
    )
    add_page(pdf, content, Resources=Dictionary(Properties=Dictionary(On=on, Off=off)))
    return pdf_bytes(pdf)


def form_pdf(value: str, *, needs_look: bool = True, **field: Any) -> bytes:
    """A form with one answer, as programs write that leave the drawing to the reader."""
    pdf = pikepdf.new()
    page = add_page(pdf, "BT /F 14 Tf 60 700 Td (Referral form) Tj ET")
    rect = field.pop("Rect", Array([60, 600, 300, 620]))
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=pikepdf.String("Question"),
            V=pikepdf.String(value),
            DA=pikepdf.String("/Helv 10 Tf 0 g"),
            F=4,
            Rect=rect,
            **field,
        )
    )
    page.Annots = Array([widget])
    form = Dictionary(Fields=Array([widget]), NeedAppearances=needs_look)
    form.XFA = pdf.make_stream(b"<xdp:xdp/>")
    pdf.Root.AcroForm = form
    return pdf_bytes(pdf)


def busy_pdf() -> bytes:
    """All that a PDF can do, and one line of words."""
    pdf = pdf_saying("Dear colleague")
    script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.pages[0].obj.AA = Dictionary(O=script)
    pdf.attachments["inside.txt"] = b"inside"
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([pikepdf.String("x"), script]))
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([60, 690, 200, 710]),
        A=Dictionary(S=Name.Launch, F=pikepdf.String("x.exe")),
    )
    pdf.pages[0].obj.Annots = Array([link])
    return pdf_bytes(pdf)


# Words


def docx(body: str = "<w:p/>", *, relations: str = "", **parts: Any) -> bytes:
    """A Word file with this inside `w:body`.

    A part `header1` is `word/header1.xml`, related by its kind. A part with `__` for a slash and
    `_` before its ending is stored as it is: `word__vbaProject_bin`. `types` stands among the
    types of content.
    """
    types = f'<Types xmlns="{PACKAGE}/content-types">{parts.pop("types", "")}</Types>'
    related = {name: data for name, data in parts.items() if "__" not in name}
    relations += "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.rstrip("0123456789")}" '
        f'Target="{name}.xml"/>'
        for name in related
    )
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": data for name, data in related.items()},
        **{stored_as(name): data for name, data in parts.items() if "__" in name},
    }
    return zipped(files)


def stored_as(name: str) -> str:
    stem, _, ending = name.replace("__", "/").rpartition("_")
    return f"{stem}.{ending}"


def zipped(files: dict[str, Any]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def worksheet(*names: str) -> bytes:
    return zipped(dict.fromkeys(names or ("xl/workbook.xml",), "x"))


def relation(kind: str, target: str) -> str:
    where = 'TargetMode="External"'
    return f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" {where}/>'


def field(*pieces: str) -> str:
    """A field of Word whose words are cut into runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    return f"<w:p>{mark('begin')}{runs}{mark('separate')}{mark('end')}</w:p>"


def part(kind: str, content: str) -> str:
    return f"<w:{kind} {SPACES}>{content}</w:{kind}>"


def p(text: str, properties: str = "") -> str:
    about = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{about}{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def rtf(
    body: str = "Dear colleague",
    head: str = r"\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}}",
) -> bytes:
    return f"{{\\rtf1{head} {body}}}".encode("latin-1")


def rtf_object(program: str, content: bytes = b"", *, version: int = 0x501) -> str:
    name = program.encode() + b"\0"
    head = struct.pack("<III", version, 2, len(name)) + name + bytes(8)
    packed = head + struct.pack("<I", len(content)) + content
    return r"{\object\objemb{\*\objdata " + packed.hex() + "}}"
