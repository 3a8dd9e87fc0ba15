"""How attached files come in: in memory, within limits, and none dropped for its name.

Django's own handlers write large files to the temporary folder, readable; these are patients'
letters, so they touch the disk sealed or not at all.
"""

import re
from io import BytesIO
from typing import Any, NamedTuple

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from clinic_site.web.body_limits import body_size, place_to_read, too_busy
from clinic_site.web.invisible import visible_line
from clinic_site.web.middleware import GetResponse
from referrals.files.size_limits import LARGEST_FILE, LARGEST_TOGETHER

STAFF = "/admin/referrals/"
SMALL_BODY = 64 * 1024  # what people type; no file worth a place of its own


def keep_files_in_memory(get_response: GetResponse) -> GetResponse:
    """Middleware, before anything reads what was posted: the files of staff pages that bear
    patients' letters. A large body waits for a place, as on the public form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path.startswith(STAFF):
            request.upload_handlers = [EveryFile(request)]
            if body_size(request) > SMALL_BODY:
                with place_to_read() as is_free:
                    if not (is_free and request.POST is not None):
                        return too_busy(request)
        return get_response(request)

    return middleware


class Received(NamedTuple):
    """One file part. `data` is empty where `size` is past a limit."""

    name: str
    size: int
    data: bytes

    @property
    def is_too_large(self) -> bool:
        return self.size > len(self.data)


class NamingParser(MultiPartParser):
    """Django drops a file whose name is only dots or slashes; here it is called `file`."""

    def sanitize_file_name(self, file_name: str) -> str:
        return super().sanitize_file_name(file_name) or "file"


class CountingInput:
    """A request body that counts the parts with a file name while it is read.

    Django drops a part whose head it cannot read, for example for a name in Latin-1, and says
    nothing.
    """

    HEAD = 4096  # bytes; Django gives up after 1024
    NAMED = re.compile(rb"filename\*?\s*=\s*\"?[^\"\r\n;]", re.IGNORECASE)

    def __init__(self, source: Any, boundary: bytes) -> None:
        self.source = source
        self.mark = b"--" + boundary + b"\r\n"
        self.unseen = b""
        self.named = 0

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.unseen += data
        self.look(len(self.unseen) - self.HEAD if data else len(self.unseen))
        return data

    def look(self, end: int) -> None:
        """Count the heads that start before `end`; the rest waits until it is there in full."""
        place = self.unseen.find(self.mark)
        while 0 <= place < end:
            following = self.unseen.find(self.mark, place + 1)
            # A head ends before the next part at the latest: no byte is looked at twice.
            stop = min(place + self.HEAD, following if following >= 0 else len(self.unseen))
            head = self.unseen[place:stop].partition(b"\r\n\r\n")[0]
            self.named += bool(self.NAMED.search(head))
            place = following
        self.unseen = self.unseen[max(end, 0) :]


class EveryFile(FileUploadHandler):
    """The one handler of a form with files: parses so that every part is counted."""

    named = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
        counting: Any = CountingInput(input_data, boundary)
        parser = NamingParser(META, counting, [FileInMemory(self.request)], encoding or "utf-8")
        parsed = parser.parse()
        self.named = counting.named
        return parsed

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


class FileInMemory(FileUploadHandler):
    """Keeps a file within the limits; of a larger one only name and size."""

    together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.chunks: list[bytes] = []
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        length = start + len(raw_data)
        if length > LARGEST_FILE or self.together + length > LARGEST_TOGETHER:
            self.is_too_large = True
            self.chunks.clear()
        elif not self.is_too_large:
            self.chunks.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        data = b"".join(self.chunks)
        self.together += len(data)
        return InMemoryUploadedFile(
            BytesIO(data), self.field_name, self.file_name or "file", None, file_size, None
        )


def received_files(files: MultiValueDict[str, UploadedFile]) -> list[Received]:
    """Every file of a POST, whatever its field is called, in the order of the form."""
    return [
        Received(visible_line(file.name or "file"), file.size or 0, file.read())
        for _, parts in files.lists()
        for file in parts
    ]
