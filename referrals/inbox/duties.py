"""Which rights the duties of the inbox need. `clinic_site/people/roles.py` makes roles of them."""

READ_AND_DECIDE = ["referrals.view_enquiry", "referrals.change_enquiry"]
RECURRING_TEXTS = [
    f"referrals.{verb}_replytemplate" for verb in ("view", "add", "change", "delete")
]
IN_WORDS = {
    "work through the inbox": "Reads every enquiry with the patient’s details, decides, files, and"
    " sees to mail that did not arrive. Changes the texts that recur.",
    "set the limits of the inbox": "Changes how fast the rooms mean to ring, read and decide, which"
    " makes the list say “late”.",
    "read and decide referrals": "Reads every enquiry with the patient’s details, and decides."
    " Changes the texts that recur.",
}


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`."""
    return {
        "work through the inbox": [
            *READ_AND_DECIDE,
            "referrals.view_notification",
            "referrals.view_patientrequest",
            "referrals.add_patientrequest",
            *RECURRING_TEXTS,
        ],
        "read and decide referrals": [*READ_AND_DECIDE, *RECURRING_TEXTS],
        "set the limits of the inbox": [
            "referrals.view_inboxlimits",
            "referrals.change_inboxlimits",
        ],
    }
