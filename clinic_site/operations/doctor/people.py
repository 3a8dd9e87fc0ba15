"""Who looks after the site, who hears of trouble, and what still is as the software brought it."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from clinic_site.models import Clinic
from clinic_site.operations.doctor.finding import Finding, asks, only_if_public
from clinic_site.people.letting_in import owners
from clinic_site.staff.still_sample import sample_places

FIRST = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


@asks(
    "Is there an owner who can sign in?",
    mend="Make one: manage.py createsuperuser, as the site’s own user. If the only"
    " one was switched off: manage.py let_owner_in NAME --reactivate.",
)
def owner() -> Iterator[Finding]:
    if not owners().filter(is_active=True, is_staff=True).exists():
        yield Finding("no owner", "Nobody may look after people and their accounts.")


@asks(
    "Has everybody a second factor?",
    mend="Let them sign in now and connect a phone or a passkey, or close the account: until then"
    " whoever knows the password connects a phone of his own.",
)
def second_factors() -> Iterator[Finding]:
    """Accounts that an invitation waits for have no password yet, and nothing to guess."""
    safe = Authenticator.objects.filter(type__in=FIRST).values("user")
    bare = User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=safe)
    number = sum(user.has_usable_password() for user in bare)
    if number:
        who = "1 staff account has" if number == 1 else f"{number} staff accounts have"
        yield Finding("second factor", f"{who} a password alone.")


@asks(
    "Does somebody hear when mail to the rooms fails?",
    mend="Write a second address in the admin under The clinic, of another provider.",
)
def second_address() -> Iterator[Finding]:
    only_if_public()
    clinic = Clinic.current()
    if not clinic.second_email:
        says = "There is no second address: it hears of refused mail, and of what is found here."
        yield Finding("second address", says)
    elif clinic.second_email.casefold() in {a.casefold() for a in clinic.rooms_own()}:
        yield Finding("second address", "The second address is the first one once more.")


@asks(
    "Are all facts of the clinic your own?",
    mend="Write your own in the admin under The clinic.",
)
def sample_facts() -> Iterator[Finding]:
    """The clinic’s own places, never a patient’s. A site for trying out may keep them."""
    only_if_public()
    places = [place.what for place in sample_places(Clinic.current())]
    if places:
        yield Finding("sample", f"Still sample: {', '.join(places)}.")
