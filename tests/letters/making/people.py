"""Invented people with numbers that nobody has: kept free for films and tests, or with a check digit
that is right by chance."""

from random import Random

from referrals.identifiers import (
    MEDICARE_WEIGHTS,
    PROVIDER_CHECKS,
    PROVIDER_LOCATION_WEIGHT,
    PROVIDER_LOCATIONS,
    PROVIDER_WEIGHTS,
)

# The Australian Communications and Media Authority keeps these for fiction.
MOBILES = [
    "0491570006",
    "0491570156",
    "0491570157",
    "0491570158",
    "0491570159",
    "0491570110",
    "0491570313",
    "0491570737",
    "0491571266",
    "0491571491",
    "0491571804",
    "0491572549",
    "0491572665",
    "0491572983",
    "0491573770",
    "0491573087",
    "0491574118",
    "0491574632",
    "0491575254",
    "0491575789",
    "0491576398",
    "0491576801",
    "0491577426",
    "0491577644",
    "0491578957",
    "0491578148",
    "0491578888",
    "0491579212",
    "0491579760",
    "0491579455",
]
LANDLINES = [f"{area}{block}" for area in ("02", "03", "07", "08") for block in ("5550", "7010")]

PATIENTS = [
    ("Ms", "Margaret", "Holloway"), ("Mr", "John", "Citizen"), ("Mrs", "Siobhan", "O'Brien"), ("Mr", "Tuan", "Nguyen"),
    ("Ms", "Anna", "Smith-Jones"), ("Mr", "Pieter", "van der Berg"), ("Miss", "Zoë", "Müller"), ("Mr", "Angus", "McDonald"),
    ("Mrs", "Rosa", "D'Angelo"), ("Mr", "Mohammed", "Al-Hakim"), ("Ms", "Priya", "Raghunathan"), ("Mr", "Wei", "Li"),
    ("Mrs", "Joan", "Street"), ("Mr", "Grant", "Street-Park"), ("Ms", "Marie-Claire", "Dubois"), ("Mr", "Bruce", "Wayland"),
    ("Mx", "Robin", "Ashgrove"), ("Mrs", "Dorothy", "Female"), ("Mr", "Noel", "Young"), ("Ms", "April", "Day"),
]  # fmt: skip
DOCTORS = [
    ("Alison", "Fairweather"), ("Rajesh", "Kumaran"), ("Fiona", "MacAllister"), ("Peter", "Nguyen"), ("Sarah", "O'Connell"),
    ("David", "Lindqvist"), ("Mei", "Chen"), ("Thomas", "Rowntree"), ("Ngaire", "Te Whata"), ("James", "St Clair"),
]  # fmt: skip
SPECIALISTS = [("Ann", "Other"), ("Henry", "Sample"), ("Lucia", "Moretti"), ("Ian", "Bonesetter")]
PRACTICES = [
    "Exampleville Medical Centre", "Harbour Street Family Practice", "Bluegum Health", "The Corner Surgery",
    "Northside Super Clinic", "Riverbend General Practice", "Wattle Park Family Medical Clinic", "Sunrise Doctors",
]  # fmt: skip
STREETS = [
    "High Street",
    "Wattle Avenue",
    "Station Road",
    "The Esplanade",
    "Banksia Court",
    "Old Mill Lane",
]
SUBURBS = [("Exampleville", "VIC", "3999"), ("Sampleton", "NSW", "2999"), ("Mount Pretend", "QLD", "4999"),
           ("Nowhere Bay", "SA", "5999"), ("Port Example", "WA", "6999")]  # fmt: skip


def mobile(random: Random) -> str:
    digits = random.choice(MOBILES)
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def landline(random: Random) -> str:
    digits = f"{random.choice(LANDLINES)}{random.randrange(10_000):04}"
    shapes = (
        f"({digits[:2]}) {digits[2:6]} {digits[6:]}",
        f"{digits[:2]} {digits[2:6]} {digits[6:]}",
        digits,
    )
    return random.choice(shapes)


def medicare(random: Random) -> str:
    first = [random.randrange(2, 7), *(random.randrange(10) for _ in range(7))]
    check = sum(w * d for w, d in zip(MEDICARE_WEIGHTS, first, strict=True)) % 10
    return "".join(map(str, [*first, check, random.randrange(1, 10)]))


def provider(random: Random) -> str:
    stem, place = f"{random.randrange(200_000, 700_000)}", random.choice(PROVIDER_LOCATIONS)
    total = sum(w * int(d) for w, d in zip(PROVIDER_WEIGHTS, stem, strict=True))
    total += PROVIDER_LOCATION_WEIGHT * PROVIDER_LOCATIONS.index(place)
    return f"{stem}{place}{PROVIDER_CHECKS[total % 11]}"


def address(random: Random) -> tuple[str, str]:
    """The street, and the suburb with its postcode."""
    suburb, state, code = random.choice(SUBURBS)
    unit = random.choice(["", "", "Unit 4, ", "2/"])
    return f"{unit}{random.randrange(1, 300)} {random.choice(STREETS)}", f"{suburb} {state} {code}"
