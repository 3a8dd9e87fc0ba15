"""PDF, read by qpdf: objects as any program sees them, whatever they are packed into.

A word in a title or in a text is no action, and a link that a person clicks is none either.
What counts is what runs, what is sent or fetched, and whether that happens by itself.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from referrals.inspecting.seen import Seen

MOST_PAGES = 2000
MOST_STEPS = 200  # of actions that follow one another

# An object without any of these in it is not looked at more closely.
TELLING = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|Thread|EF|RichMedia|Rendition"
    rb"|Movie|Sound|Screen|3D|GoTo3DView|AA|OpenAction)(?![A-Za-z0-9])"
)
CODES_OF_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit_form",
    "/ImportData": "import_data",
    "/Rendition": "rich_media",
    "/Movie": "rich_media",
    "/Sound": "rich_media",
    "/GoTo3DView": "rich_media",
}
MEDIA = {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
LEADS_ELSEWHERE = {"/GoToR", "/GoToE", "/Thread"}
STARTS_SOMETHING = {"/Launch", "/URI"}
PRESSED = {"/U", "/D"}  # the keys of /AA that need a person's finger
REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|[\\/]{2})", re.IGNORECASE)
# What Acrobat writes into a form that checks a date or adds up two numbers.
CALCULATION = re.compile(r"(?:AF[A-Za-z_]+\([^()]*\);?)+")
LONGEST_CALCULATION = 4000
PLEASE_WAIT = b"Please wait"  # on the one page of a form that only Adobe's program draws


def inspect_pdf(data: bytes) -> Seen:
    try:
        seen = look_at_document(data)
        if is_followed_by_objects(data):
            # Another program may rebuild the list of objects from all that is there.
            rebuilt = look_at_document(data.replace(b"startxref", b"startnone") + b"\n%%EOF\n")
            seen = Seen(seen.codes | rebuilt.codes, seen.pages)
    except pikepdf.PasswordError:
        return Seen({"needs_password"})
    return seen


def look_at_document(data: bytes) -> Seen:
    with pikepdf.open(BytesIO(data), inherit_page_attributes=False) as pdf:
        pages = count_pages(pdf.Root.get("/Pages"))
        if not 0 < pages <= MOST_PAGES:
            return Seen({"page_bomb" if pages else "could_not_inspect"}, pages)
        found = codes_of_form(pdf)
        for thing in pdf.objects:
            found |= codes_of_object(thing)
        return Seen(found, pages)


def is_followed_by_objects(data: bytes) -> bool:
    end = data.rfind(b"%%EOF")
    return end >= 0 and data.find(b" obj", end) >= 0


def count_pages(root: Any) -> int:
    """The leaves of the page tree. A branch that is named twice counts twice, as programs draw
    it twice; one that leads back to itself counts nothing. Stops past MOST_PAGES."""
    known: dict[tuple[int, int], int] = {}

    def leaves(node: Any) -> int:
        if not isinstance(node, Dictionary):
            return 0
        if node.objgen not in known or not node.is_indirect:
            known[node.objgen] = 0
            known[node.objgen] = leaves_below(node.get("/Kids"))
        return known[node.objgen]

    def leaves_below(kids: Any) -> int:
        if not isinstance(kids, Array):
            return 1
        count = 0
        for kid in kids:
            count += leaves(kid)
            if count > MOST_PAGES:
                break
        return count

    return leaves(root)


def codes_of_object(thing: Any) -> set[str]:
    if not isinstance(thing, Stream):
        return codes_below(thing)
    elsewhere = {"external_object"} if leads_away(thing.stream_dict.get("/F")) else set()
    return elsewhere | codes_below(thing.stream_dict)


def codes_below(thing: Any) -> set[str]:
    """Codes of one object and of all that is written inside it, not of what it refers to."""
    if not isinstance(thing, (Dictionary, Array)) or not TELLING.search(bare(thing)):
        return set()
    found: set[str] = set()
    for part in dictionaries_in(thing):
        found |= codes_of_dictionary(part)
    return found


def bare(thing: Any) -> bytes:
    return thing.unparse(resolved=True)


def dictionaries_in(root: Any) -> Iterator[Any]:
    waiting = [root]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, Dictionary):
            yield thing
            waiting += written_inside(value for _, value in thing.items())
        elif isinstance(thing, Array):
            waiting += written_inside(thing)


def written_inside(values: Iterable[Any]) -> list[Any]:
    return [v for v in values if isinstance(v, (Dictionary, Array)) and not v.is_indirect]


def codes_of_dictionary(part: Any) -> set[str]:
    found = codes_of_action(part)
    if name_of(part.get("/Subtype")) in MEDIA and "/Rect" in part:
        found.add("rich_media")
    if "/EF" in part:
        found.add("embedded_file")
    if "/OpenAction" in part:
        found |= codes_by_itself(part["/OpenAction"])
    actions = part.get("/AA")
    if isinstance(actions, Dictionary):
        for key, action in actions.items():
            found |= set() if key in PRESSED else codes_by_itself(action)
    return found


def codes_of_action(part: Any) -> set[str]:
    kind = name_of(part.get("/S"))
    if isinstance(part.get("/JS"), (pikepdf.String, Stream)):
        return {"form_calculations" if is_calculation(part["/JS"]) else "javascript"}
    if kind in LEADS_ELSEWHERE:
        return {"remote_goto"} if leads_away(part.get("/F")) else set()
    return {CODES_OF_ACTIONS[kind]} if kind in CODES_OF_ACTIONS else set()


def codes_by_itself(action: Any) -> set[str]:
    """What happens without a finger: an address or a program that is opened so is an attack."""
    waiting, found = [action], set()
    for _ in range(MOST_STEPS):
        if not waiting:
            break
        step = waiting.pop()
        if isinstance(step, Array):
            waiting += [one for one in step if isinstance(one, Dictionary)]
        elif isinstance(step, Dictionary):
            if name_of(step.get("/S")) in STARTS_SOMETHING:
                found.add("launch_at_open")
            waiting.append(step.get("/Next"))
    return found


def name_of(value: Any) -> str:
    return str(value) if isinstance(value, Name) else ""


def leads_away(file: Any) -> bool:
    """Whether a file specification names another machine."""
    if isinstance(file, pikepdf.String):
        return bool(REMOTE.match(str(file)))
    if not isinstance(file, Dictionary):
        return False
    if name_of(file.get("/FS")) == "/URL":
        return True
    return any(
        leads_away(file[k]) for k in ("/F", "/UF", "/DOS", "/Unix", "/Mac") if is_text(file, k)
    )


def is_text(file: Any, key: str) -> bool:
    return isinstance(file.get(key), pikepdf.String)


def is_calculation(script: Any) -> bool:
    if not isinstance(script, pikepdf.String):
        return False
    text = str(script)
    return len(text) < LONGEST_CALCULATION and bool(CALCULATION.fullmatch("".join(text.split())))


def codes_of_form(pdf: pikepdf.Pdf) -> set[str]:
    """XFA, a form within the form: does the file have pages of its own beside it?"""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary) or "/XFA" not in form:
        return set()
    fields = form.get("/Fields")
    has_fields = isinstance(fields, Array) and len(fields) > 0
    is_empty = not has_fields and says_please_wait(pdf.pages[0])
    return {"xfa_only"} if pdf.Root.get("/NeedsRendering") is True or is_empty else {"xfa"}


def says_please_wait(page: pikepdf.Page) -> bool:
    page.contents_coalesce()
    contents = page.obj.get("/Contents")
    return not isinstance(contents, Stream) or PLEASE_WAIT in contents.read_bytes()
