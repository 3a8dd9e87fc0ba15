"""Makes a small file of each kind that senders attach, and of the odd ones among them."""

import zipfile
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
    """As telephones write for depth or brightness."""
    frames = [sheet((300, 400)), Image.new("RGB", (300, 400), "black")]
    return packed_picture(frames[0], "MPO", save_all=True, append_images=frames[1:])


def heic() -> bytes:
    import pillow_heif

    target = BytesIO()
    pillow_heif.from_pillow(sheet((400, 300))).save(target, quality=90)
    return target.getvalue()


# PDF


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


def docx(body: str, **parts: str) -> bytes:
    """A Word file with this inside `w:body`. Parts are called `word/<name>.xml`, by kind."""
    related = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.rstrip("0123456789")}" '
        f'Target="{name}.xml"/>'
        for name in parts
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{related}</Relationships>",
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def part(kind: str, content: str) -> str:
    return f"<w:{kind} {SPACES}>{content}</w:{kind}>"


def p(text: str, properties: str = "") -> str:
    about = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{about}{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def rtf(body: str, head: str = r"\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}}") -> bytes:
    return f"{{\\rtf1{head} {body}}}".encode("latin-1")
