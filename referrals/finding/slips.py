"""Names that differ from what was typed by one slip of the pen, or only in how they are spelt."""

from collections.abc import Iterable, Sequence

SHORTEST = 4  # letters; of shorter names too many are alike
# Written in two ways, heard in one: “Stephen” and “Steven”, “Smyth” and “Smith”.
ALIKE = [("ph", "f"), ("v", "f"), ("ck", "k"), ("ch", "k"), ("c", "k"), ("q", "k")]
ALIKE += [("z", "s"), ("y", "i"), ("mac", "mc")]


def all_near(typed: Sequence[str], names: Iterable[str]) -> bool:
    """Whether each typed word is near to some name; all of them plain, as `plain_name` gives."""
    known = [(len(name), as_heard(name)) for name in names]
    return all(is_any_near(word, known) for word in typed)


def is_any_near(word: str, known: Sequence[tuple[int, str]]) -> bool:
    """`known` are names as they are heard, and how many letters they are written with."""
    heard = as_heard(word)
    if len(word) < SHORTEST:
        return any(heard == name for _, name in known)
    return any(letters >= SHORTEST - 1 and is_one_slip(heard, name) for letters, name in known)


def as_heard(name: str) -> str:
    """Without doubled letters, and with one spelling for each sound."""
    for written, heard in ALIKE:
        name = name.replace(written, heard)
    return "".join(letter for n, letter in enumerate(name) if not n or letter != name[n - 1])


def is_one_slip(one: str, other: str) -> bool:
    """Equal, or one letter added, lost, changed, or swapped with its neighbour."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    is_swapped = len(here) == 2 and here == there[::-1]
    return is_swapped or (len(here) <= 1 and len(there) <= 1)
