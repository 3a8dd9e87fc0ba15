"""Which rights the duty of keeping and erasing needs. Roles are made of duties."""

IN_WORDS = {
    "decide what is kept and what is erased": "Signs the rule on how long things are kept, holds an"
    " enquiry for a court, and erases one on request together with a colleague.",
}


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`."""
    return {"decide what is kept and what is erased": ["referrals.erase_enquiry"]}
