"""Mixed into the form of a referral: a hospital doctor may have no provider number. Medicare then
asks for the hospital’s address, so the form of one letter asks for it beside the number."""

from referrals.greeting.roles import ASKED
from referrals.intake.referral_fields import with_after
from referrals.intake.therapists import AsksTherapist

NO_NUMBER = "For this hospital. None of your own? Write “none”, and your hospital’s address below."
TEAM = (
    "You get a receipt, a link to follow the referral, and the rooms’ questions. Off duty by then?"
    " Give an address that your team reads."
)
ADDRESS = "practice_address"


class AsksHospitalDoctor(AsksTherapist):
    is_from_hospital = False

    def ask_by_profession(self) -> None:
        """Before what was posted is checked, as that fixes the labels."""
        self.ask_therapist()
        if self.data.get(ASKED) == "hospital":
            self.ask_hospital_doctor()

    def ask_hospital_doctor(self) -> None:
        self.is_from_hospital = True
        self.fields["provider_number"].help_text = NO_NUMBER
        self.fields["email"].help_text = TEAM
        self.fields["practice_name"].label = "Hospital"
        self.fields[ADDRESS].label = "Hospital’s address"
        self.fields[ADDRESS].help_text = "Only if you wrote “none”."

    def with_hospital(self, names: list[str]) -> list[str]:
        """Where the form has the address in another place, it stays there."""
        if not self.is_from_hospital or ADDRESS in names:
            return names
        return [n for name in names for n in with_after(name, "provider_number", ADDRESS)]
