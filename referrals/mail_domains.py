"""Mail addresses that nobody has, such as `…@gmial.con`: what was probably meant.

Only asked, never changed: a domain of one's own may look like a slip.
"""

from difflib import get_close_matches

# Each with the endings under which people have an address.
PROVIDERS = {
    "gmail": ["com"],
    "hotmail": ["com", "com.au"],
    "outlook": ["com", "com.au"],
    "yahoo": ["com", "com.au"],
    "icloud": ["com"],
    "bigpond": ["com", "net.au", "com.au"],
    "optusnet": ["com.au"],
    "iinet": ["net.au"],
    "internode": ["on.net"],
    "westnet": ["com.au"],
    "dodo": ["com.au"],
    "live": ["com", "com.au"],
    "telstra": ["com"],
    "ozemail": ["com.au"],
    "protonmail": ["com"],
}
NO_SLIPS = ["email", "mail", "ymail", "gmx", "fastmail", "rocketmail", "zoho"]  # they are real
ENDINGS_MISTYPED = {
    "com": ["con", "cmo", "ocm", "comm", "coom", "cim", "vom", "xom", "cpm", "clm", "cm", "om"],
    "net": ["ner", "nte", "met", "nett"],
    "org": ["ogr", "orgg", "orq"],
    "au": ["aua", "auu", "ua", "ay"],
}
ENDING_MEANT = {slip: end for end, slips in ENDINGS_MISTYPED.items() for slip in slips}
SHORTEST_TO_COMPARE = 5
LIKENESS = 0.79


def meant_address(address: str) -> str:
    """The address with the domain that was probably meant; empty where nothing looks wrong."""
    name, at, domain = address.rpartition("@")
    meant = meant_domain(domain.casefold().strip("."))
    return f"{name}{at}{meant}" if at and meant else ""


def meant_domain(domain: str) -> str:
    """`gmail.com` for `gmial.con`; empty where the domain may stand as it is."""
    label, _, ending = domain.partition(".")
    if not ending:
        label, ending = without_dot(domain)
    meant = ".".join([provider_meant(label), ending_meant(ending)])
    label, _, ending = meant.partition(".")
    if label in PROVIDERS and is_slip(label, ending):
        meant = f"{label}.{PROVIDERS[label][0]}"
    return "" if meant in {domain, "."} else meant


def without_dot(domain: str) -> tuple[str, str]:
    """`gmailcom` as `gmail` and `com`."""
    for provider, endings in PROVIDERS.items():
        for ending in endings:
            if domain == provider + ending.replace(".", ""):
                return provider, ending
    return domain, ""


def provider_meant(label: str) -> str:
    if label in PROVIDERS or label in NO_SLIPS or len(label) < SHORTEST_TO_COMPARE - 1:
        return label
    known = [name for name in PROVIDERS if len(name) >= SHORTEST_TO_COMPARE]
    close = get_close_matches(label, known, n=1, cutoff=LIKENESS)
    return close[0] if close and abs(len(close[0]) - len(label)) <= 1 else label


def ending_meant(ending: str) -> str:
    *first, last = ending.split(".")
    parts = [ENDING_MEANT.get(part, part) for part in first]
    # `.ua`, `.cm` and `.om` are countries: a slip only behind `.com` or with a known provider.
    is_country = len(last) == 2 and not (first and first[-1] in {"com", "con", "net"})
    return ".".join([*parts, last if is_country else ENDING_MEANT.get(last, last)])


def is_slip(provider: str, ending: str) -> bool:
    """Most have few endings; four of them exist under those of many countries."""
    if ending in PROVIDERS[provider]:
        return False
    few = provider not in {"hotmail", "outlook", "yahoo", "live"}
    return few or ending in {"co", "cm", "om", "c", "au", "com.com"}
