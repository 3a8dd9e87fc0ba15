"""Which right a list with patients' details needs. `clinic_site/people/roles.py` makes roles."""

SAVE_DETAILS = "referrals.export_enquiry"
IN_WORDS = {
    "save lists with patients’ details": "Saves lists of enquiries with names, dates of birth and"
    " numbers as a file for a spreadsheet.",
}


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`. No role has it to begin with, save whoever may
    do everything: a file like that is a copy of the inbox that nobody watches."""
    return {"save lists with patients’ details": [SAVE_DETAILS, "referrals.view_enquiry"]}
