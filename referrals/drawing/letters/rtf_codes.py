"""What the control words of RTF mean: what is skipped, set off, a sign, a look, a code page."""

import codecs

SET_OFF = {
    **dict.fromkeys(["header", "headerf", "headerl", "headerr"], "head"),
    **dict.fromkeys(["footer", "footerf", "footerl", "footerr"], "foot"),
    "footnote": "notes",
    "shptxt": "box",
    "dptxbxtext": "box",
}
SIGNS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\N{EM SPACE}",
    "enspace": "\N{EN SPACE}",
    "qmspace": "\N{FOUR-PER-EM SPACE}",
    "zwj": "\N{ZERO WIDTH JOINER}",
    "zwnj": "\N{ZERO WIDTH NON-JOINER}",
    "~": "\N{NO-BREAK SPACE}",
    "_": "\N{NON-BREAKING HYPHEN}",
    "\t": "\t",
    "{": "{",
    "}": "}",
    "\\": "\\",
}
LOOKS = {"b": "b", "i": "i", "ul": "u", "strike": "s", "striked": "s", "super": "^", "sub": "_"}
CHARSETS = {
    0: 1252,
    77: 10000,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    254: 437,
    255: 850,
}
PAGES = {10000: "mac_roman", 65001: "utf-8", 708: "iso8859_6", 20866: "koi8_r", 1361: "johab"}


def known_page(number: int | None, default: str) -> str:
    if number is None or number in (0, 1, 2, 42):
        return default
    name = PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return default
    return name
