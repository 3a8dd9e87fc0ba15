"""Check digits of Medicare cards and provider numbers. Pure functions."""


def medicare_problem(number: str, irn: str = "") -> str:
    """Code of what is wrong with a Medicare card number, empty where nothing is."""
    return ""


def provider_number_problem(number: str) -> str:
    """Code of what is wrong with a provider number, empty where nothing is."""
    return ""
