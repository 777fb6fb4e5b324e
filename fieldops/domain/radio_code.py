"""The short code by which an address is opened without network: read over the radio, typed with gloves on.

Ten characters of Crockford's base 32 carry 50 bits; an eleventh finds a misheard one, and tells nothing more.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from fieldops.domain.errors import Refusal

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CARRYING = 10  # characters that carry the secret; the check character follows them
GROUPS = (4, 4, 3)
_BITS = 5
_LOOKALIKE: Final[Mapping[str, str]] = {"O": "0", "I": "1", "L": "1"}
_BETWEEN = " -\t"
_WORDS: Final = """
zero one two three four five six seven eight niner Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett
Kilo Mike November Papa Quebec Romeo Sierra Tango Victor Whiskey Xray Yankee Zulu
"""
SPOKEN: Final[Mapping[str, str]] = dict(zip(ALPHABET, _WORDS.split(), strict=True))


def code_from(secret: bytes) -> str:
    """The code of the first 50 bits of a secret, with its check character."""
    number = int.from_bytes(secret, "big") >> (len(secret) * 8 - CARRYING * _BITS)
    places = range(CARRYING - 1, -1, -1)
    code = "".join(ALPHABET[number >> (_BITS * place) & 31] for place in places)
    return code + ALPHABET[_times_x(_sum_of(code))]


def read_code(typed: str) -> str:
    """The code as it was made, whatever case, spaces or look-alikes it was typed with.

    Raises Refusal `radio_code_length`, or `radio_code_misheard` where one character is not the one that was
    read: any single one, and any two that changed places, are found.
    """
    bare = "".join(_LOOKALIKE.get(one, one) for one in typed.upper() if one not in _BETWEEN)
    if len(bare) != CARRYING + 1:
        raise Refusal("radio_code_length", "A radio code has eleven characters.")
    if any(one not in ALPHABET for one in bare) or _sum_of(bare) != 0:
        raise Refusal("radio_code_misheard", "A character of the code was misheard. Ask for it again.")
    return bare


def grouped(code: str) -> str:
    """The code as it is read out: `4K7M-X2PA-Q9T`."""
    cuts = [sum(GROUPS[:n]) for n in range(len(GROUPS) + 1)]
    return "-".join(code[begin:end] for begin, end in pairwise(cuts))


def spoken(code: str) -> str:
    """The code in the words of the radio alphabet, a comma between its groups."""
    return ", ".join(" ".join(SPOKEN[one] for one in group) for group in grouped(code).split("-"))


def _sum_of(code: str) -> int:
    """The code as a polynomial over the field of 32, at x: nought for a whole code."""
    total = 0
    for one in code:
        total = _times_x(total) ^ ALPHABET.index(one)
    return total


def _times_x(value: int) -> int:
    """Times x, modulo x^5 + x^2 + 1."""
    return value << 1 ^ (0x25 if value & 16 else 0)
