"""Who comes to /refer/: each has an address of its own, and words of its own above the form.

The form is the same for all and stands on every one of these pages, so that nothing typed is lost.
"""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

ASKED = "as"  # in the address, and in what is posted
PRESSED = "greet"  # the button that goes over to another role and takes along what was typed


class Role(NamedTuple):
    """`name` stands in the address, `label` on the tab."""

    name: str
    label: str
    is_form_folded: bool = False  # who cannot fill it in finds it closed

    @property
    def address(self) -> str:
        plain = reverse("referrals:refer")
        return plain if self is GP else f"{plain}?{ASKED}={self.name}"

    @property
    def template(self) -> str:
        return f"referrals/roles/{self.name}.html"


GP = Role("gp", "GP or specialist")
ROLES = [
    GP,
    Role("hospital", "Hospital doctor"),
    Role("physio", "Physiotherapist or other"),
    Role("self", "Refer myself", is_form_folded=True),
]
BY_NAME = {role.name: role for role in ROLES}


def role_of(request: HttpRequest) -> Role:
    """As the button says, then the posted form, then the address; a GP for anything else."""
    posted, asked = request.POST, request.GET.get(ASKED, "")
    name = posted.get(PRESSED) or posted.get(ASKED) or asked
    return BY_NAME.get(name, GP)
