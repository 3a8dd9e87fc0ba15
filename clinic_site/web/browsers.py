"""A browser as people call it: “Firefox on Windows”. What else it tells of itself is not kept."""

# The first that is found counts: most browsers also claim to be others.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung browser"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("Windows", "Windows"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
]
UNKNOWN = "A browser we do not know"


def described(user_agent: str) -> str:
    """At most 40 letters, none of them the browser's own."""
    browser = first_in(user_agent, BROWSERS)
    system = first_in(user_agent, SYSTEMS)
    if not browser:
        return f"{UNKNOWN}, on {system}" if system else UNKNOWN
    return f"{browser} on {system}" if system else browser


def first_in(text: str, names: list[tuple[str, str]]) -> str:
    return next((name for sign, name in names if sign in text), "")
