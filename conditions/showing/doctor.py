"""What the doctor says of instructions that the public does not read yet."""

from collections.abc import Iterator

from clinic_site.operations.doctor.finding import Finding, asks, hint, only_if_public
from conditions.showing.held_back import waiting


@asks(
    "Are all instructions on the public pages signed?",
    mend="Let a clinician read and sign these pages: the front page of the admin names them under"
    " Clinical reviews.",
)
def unsigned_instructions() -> Iterator[Finding]:
    """Nothing is broken: the pages say “Ring the rooms” meanwhile."""
    only_if_public()
    found = [reasons for _, reasons in waiting()]
    number = sum(map(len, found))
    if number:
        what = "1 instruction" if number == 1 else f"{number} instructions"
        pages = "1 page" if len(found) == 1 else f"{len(found)} pages"
        says = f"{what} on {pages} wait for a signature; the public reads “Ring the rooms”."
        yield hint("unsigned instructions", says)
