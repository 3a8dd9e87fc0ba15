"""Which rights the duty of keeping and erasing needs. Roles are made of duties."""


def duties() -> dict[str, list[str]]:
    return {"decide what is kept and what is erased": ["referrals.erase_enquiry"]}
