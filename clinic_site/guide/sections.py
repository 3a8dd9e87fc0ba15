"""Which section of the guide fits which page of the staff site.

The names of addresses are as `reverse` takes them, `*` for any ending. The first that fits counts,
so the narrower ones stand above the wider. What fits none leads to the beginning of the guide.
"""

from fnmatch import fnmatchcase

FIRST_DAY = "your-first-day"
REFERRAL = "a-referral-from-mail-to-filed"
BY_FAX = "a-referral-by-fax-or-telephone"
LOST_PHONE = "a-lost-phone"
LEAVES = "a-colleague-leaves"
CLOSED = "the-rooms-are-closed"
PUBLISH = "publish-a-page"
ASKS = "a-patient-asks-to-see-correct-or-erase"
BANNERS = "what-each-banner-means"
DOWN = "when-the-site-is-down"
STARTS = "a-colleague-starts"
SIGN_PAGE = "read-and-sign-a-page"
WHO_READ = "who-read-what"

SECTIONS: dict[str, str] = {
    "admin:index": BANNERS,
    "admin:health": DOWN,
    "admin:clinic": BANNERS,
    "admin:referrals_notification*": BANNERS,
    "admin:referrals_accesslog*": WHO_READ,
    "admin:referrals_retention*": ASKS,
    "admin:referrals_enquiry_erase": ASKS,
    "admin:referrals_patientrequest*": ASKS,
    "admin:referrals_enquiry_enter*": BY_FAX,
    "admin:referrals_*": REFERRAL,
    "admin:conditions_page_sign": SIGN_PAGE,
    "admin:conditions_*": PUBLISH,
    "admin:clinic_site_clinic*": CLOSED,
    "admin:clinic_site_location*": CLOSED,
    "admin:clinic_site_signinevent*": LOST_PHONE,
    "admin:clinic_site_cspreport*": DOWN,
    "admin:auth_user_lost_phone": LOST_PHONE,
    "admin:auth_user_has_left": LEAVES,
    "admin:auth_*": STARTS,
    "admin:*invit*": STARTS,
    "account_link": FIRST_DAY,
    "account_*": LOST_PHONE,
    "forgot_password*": LOST_PHONE,
    "mfa_authenticate": LOST_PHONE,
    "mfa_reauthenticate": LOST_PHONE,
    "type_spoken_code": LOST_PHONE,
    "mfa_*": FIRST_DAY,
    "choose_factor": FIRST_DAY,
    "your_sign_in": LOST_PHONE,
    "replace_phone": LOST_PHONE,
    "*passkey*": FIRST_DAY,
}


def section_for(view_name: str) -> str:
    """The id of a heading, or nothing for the beginning."""
    return next((part for name, part in SECTIONS.items() if fnmatchcase(view_name, name)), "")
