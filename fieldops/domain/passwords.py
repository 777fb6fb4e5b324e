"""What a new password must be, after the guidance of the National Cyber Security Centre: long, not common,
and not made of the names around it. Nothing else: no kinds of characters, and no end of its life.
"""

import re
from collections.abc import Container, Iterable
from itertools import pairwise

LEAST = 12  # three random words are longer
LONGEST = 1024
LEAST_OF_ONES_OWN = 6  # letters and figures that must be left once the names around it are taken out
NAME_LETTERS = 4  # shorter words are part of too many others
ALWAYS = ("fieldops", "operation", "password", "agency")
_NOT_WORD = re.compile(r"[\W_]+")
_OUTER = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_REPEATED = re.compile(r"(.{1,8}?)\1+.{0,2}", re.DOTALL)


def password_fault(password: str, common: Container[str], about: Iterable[str]) -> str | None:
    """Why this password cannot be chosen, as a sentence that says how to mend it; None where it can.

    `about` are the names that anybody would try first: the user's, the agency's, the operations'.
    """
    folded = password.casefold()
    if len(password) < LEAST:
        return f"Use at least {LEAST} characters. Three random words make a good password"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST:,} characters"
    if _is_pattern(folded):
        return "Do not repeat a few characters, or count them up. Three random words make a good password"
    if any(form in common for form in (folded, folded.replace(" ", ""), _OUTER.sub("", folded))):
        return "Many people use this password, so it is tried first. Three random words make a good one"
    if len(_without_names(folded, about)) < LEAST_OF_ONES_OWN:
        return "Do not make it of your name, your agency or the operation: these are tried first"
    return None


def _is_pattern(folded: str) -> bool:
    steps = {ord(second) - ord(first) for first, second in pairwise(folded)}
    return len(steps) == 1 or _REPEATED.fullmatch(folded) is not None


def _without_names(folded: str, about: Iterable[str]) -> str:
    """What is left of it once the names, and the figures round them, are gone."""
    whole = left = _NOT_WORD.sub("", folded)
    for word in sorted(_words(about), key=len, reverse=True):
        left = left.replace(word, "")
    return left if left == whole else left.strip("0123456789")


def _words(about: Iterable[str]) -> set[str]:
    words = {word for text in (*about, *ALWAYS) for word in _NOT_WORD.split(text.casefold())}
    return {word for word in words if len(word) >= NAME_LETTERS}
