"""Files that a sender adds later: one that is another patient's is asked about once.

The patient of the referral is not named on the page: it may be a stranger's by now.
"""

from collections.abc import Iterable, Sequence

from referrals.from_letter.held import read_held, said_by
from referrals.from_letter.whose import Named, Wrong, of_another_patient
from referrals.models import Attachment, Enquiry

ASKED = "asked"  # the ids of files that were asked about


def not_asked_about(
    enquiry: Enquiry, files: Sequence[Attachment], asked: Iterable[str]
) -> list[Wrong]:
    """Files that seem to be about another patient, where one of them is new; else none."""
    if enquiry.kind != Enquiry.Kind.REFERRAL or not files:
        return []
    read_held(files)
    hers = enquiry.referral
    born = hers.patient_birth_date
    patient = Named(hers.patient_family_name, hers.patient_given_names, born)  # type: ignore[arg-type]  # sealed, read as a date
    wrong = of_another_patient(said_by(files), patient)
    is_new = {str(one.said.file.pk) for one in wrong} - set(asked)
    return wrong if is_new else []
