"""Keyed digests by which staff find a person exactly, without a readable name in the database."""

from referrals.models import Enquiry


def index(*, enquiry: Enquiry) -> None:
    """Write the digests of a stored referral or message, in the caller's transaction."""
