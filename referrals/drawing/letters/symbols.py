"""Signs that old fonts drew in place of letters."""

WINGDINGS = {
    0x22: "✂",
    0x28: "☎",
    0x29: "✆",
    0x2A: "✉",
    0x46: "☞",
    0x4A: "☺",
    0x6C: "●",
    0x6D: "○",
    0x6E: "■",
    0x6F: "☐",
    0x71: "☐",
    0x72: "☐",
    0x75: "◆",
    0x76: "❖",
    0x77: "◆",
    0x78: "☒",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "☐",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "→",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
SMALL_GREEK = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
SYMBOL = {
    **{0x41 + place: sign for place, sign in enumerate(GREEK)},
    **{0x61 + place: sign for place, sign in enumerate(SMALL_GREEK)},
    0xA3: "≤",
    0xA5: "∞",
    0xA7: "♣",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB3: "≥",
    0xB4: "×",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xBC: "…",
    0xD6: "√",
}
UNKNOWN = "[sign: in the original]"


def symbol(font: str, code: str) -> str:
    """The sign with this hexadecimal code; fonts of signs live at F000 and above as well."""
    try:
        number = int(code, 16)
    except ValueError:
        return UNKNOWN
    return sign_of(font, number)


def sign_of(font: str, number: int) -> str:
    name = font.lower().strip()
    small = number - 0xF000 if 0xF000 <= number < 0xF100 else number
    if name == "wingdings 2":
        return WINGDINGS_2.get(small, UNKNOWN)
    if name.startswith(("wingdings", "webdings")):
        return WINGDINGS.get(small, UNKNOWN)
    if name == "symbol":
        return SYMBOL.get(small, chr(small) if 0x20 <= small < 0x41 else UNKNOWN)
    return chr(number) if 0x20 <= number < 0x110000 and not 0xD800 <= number < 0xF900 else UNKNOWN
