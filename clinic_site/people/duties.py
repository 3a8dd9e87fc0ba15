"""Which rights the duties around people and the clinic need. `roles.py` makes roles of them."""

IN_WORDS = {
    "look after people": "Invites colleagues, gives them roles, helps when a phone is lost and when"
    " somebody leaves. Gives nothing that she does not hold herself.",
    "look after the clinic’s details": "Changes telephone, hours, closures, rooms and the names of"
    " clinicians, and who gets mail about a new enquiry. Sees how the site is.",
}
ALL = ("view", "add", "change", "delete")
OF_THE_CLINIC = ["location", "openinghours", "closure", "clinician", "notifiedaddress"]


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`."""
    return {
        "look after people": [
            *(f"auth.{verb}_{kind}" for kind in ("user", "group") for verb in ALL),
            "clinic_site.view_signinevent",
        ],
        "look after the clinic’s details": [
            "clinic_site.view_clinic",
            "clinic_site.change_clinic",
            *(f"clinic_site.{verb}_{kind}" for kind in OF_THE_CLINIC for verb in ALL),
        ],
    }
