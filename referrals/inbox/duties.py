"""Which rights the duties of the inbox need. `clinic_site/staff/roles.py` makes roles of them."""


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`."""
    return {
        "work through the inbox": [
            "referrals.view_enquiry",
            "referrals.change_enquiry",
            "referrals.view_notification",
            "referrals.view_patientrequest",
            "referrals.add_patientrequest",
        ],
    }
