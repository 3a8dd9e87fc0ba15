"""Mixed into the form of a referral: who treats the patient and is no doctor needs no provider
number, signs a letter, and may send a report on a patient whom a doctor referred."""

from referrals.intake.asking_once import AsksOnce
from referrals.intake.referral_fields import with_after
from referrals.models import Referral

NO_LETTER = "Attach your letter or report, or use the full form."


class AsksTherapist(AsksOnce):
    def ask_therapist(self) -> None:
        """Whoever is no doctor may have no provider number, and sees what they said they are."""
        kind = Referral.ReferrerType.PHYSIOTHERAPIST
        self.is_therapist = self.value_of("referrer_type") == kind
        if self.is_therapist:
            self.fields["provider_number"].required = False
            phone = self.fields["patient_phone"]  # a report books no visit, so nobody rings
            phone.help_text = "We ring the patient to book. For a report it may stay empty."
            phone.required = not self.value_of("is_report")
            signed = self.fields["signed"]
            signed.label = "I sign this letter electronically, and the patient agrees."
            signed.error_messages["required"] = "Tick the box to sign the letter."
            self.fields["letter"].error_messages["required"] = NO_LETTER

    def with_report(self, names: list[str]) -> list[str]:
        """Asked of therapists alone, beside the files."""
        if not self.is_therapist:
            return names
        return [n for name in names for n in with_after(name, "letter", "is_report")]

    def codes_of_kind(self) -> list[str]:
        """What is stored of it: a code beside those of what we remark."""
        is_report = self.is_therapist and self.cleaned_data["is_report"]
        return [Referral.REPORT] if is_report else []
