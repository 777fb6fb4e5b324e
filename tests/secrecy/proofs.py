"""What must hold of all that somebody is answered, as functions that tell each case in which it does not."""

from collections.abc import Iterator, Sequence

from tests.secrecy.asking import Answer
from tests.secrecy.beside import ELSEWHERE, mark
from tests.secrecy.looking import readable
from tests.secrecy.marked import closed_words
from tests.secrecy.told import differs, differs_beside_numbers
from tests.secrecy.worlds import Marked
from tests.support.every_door import SIGNED_OUT

SOMEWHERE_ELSE = [*(mark("elsewhere", n) for n in range(1, 5)), str(ELSEWHERE)]

TO_SIGN_IN, BROKEN = 303, 500  # who is signed out is led to sign in, and then to the address they asked for


def shown_too_far(marked: Marked, who: str, told: Sequence[Answer]) -> Iterator[str]:
    """Marks of what the reader may not see, in any byte, header or log line of what they are answered."""
    closed = closed_words(marked.marks, marked.reader(who)) | {one.encode() for one in _elsewhere(who)}
    every = {one.word.encode() for one in marked.marks}
    for one in told:
        sent = readable(one.headers + b"\n" + one.body)
        found = sorted(word for word in closed if word in sent)
        logged = sorted(word for word in every if word in one.logged.encode())
        if found or logged:
            yield f"{_named(one)}: {[*found, *logged][:3]}"


def differing(told: Sequence[Answer], twin: Sequence[Answer]) -> Iterator[str]:
    """Answers of two twins that are not the same."""
    for one, other in zip(told, twin, strict=True):
        if how := differs(one, other):
            yield f"{_named(one)}: {how}"


def differing_beside_numbers(told: Sequence[Answer], twin: Sequence[Answer]) -> Iterator[str]:
    """Answers of two twins that differ in more than the number of what is withheld."""
    for one, other in zip(told, twin, strict=True):
        if how := differs_beside_numbers(one, other):
            yield f"{_named(one)}: {how}"


def told_apart(marked: Marked, who: str, told: Sequence[Answer]) -> Iterator[str]:
    """Places of an operation on which somebody does not serve that are answered otherwise than one that is
    none: the same address, in which every name is invented."""
    if marked.reader(who) is not None:
        return
    inside = [one for one in told if one.asked.in_operation]
    for one, none in zip(inside, marked.told_at(who, [one.asked.elsewhere() for one in inside]), strict=True):
        to_sign_in = one.status == none.status == TO_SIGN_IN and who == SIGNED_OUT
        if not to_sign_in and (one.status, one.body, one.headers) != (none.status, none.body, none.headers):
            yield f"{_named(one)}: a place that is none is answered otherwise"


def all_that_is_wrong(marked: Marked, who: str, doors: Sequence[str] = ()) -> list[str]:
    """All that is wrong with what somebody is answered at every door, or at these."""
    ways = [one for one in marked.ways if not doors or one.endpoint in doors]
    told = marked.told_at(who, ways)
    twin = marked.told_at(who, ways, marked.twin(who))
    broken = [f"{_named(one)}: {one.status}" for one in (*told, *twin) if one.status >= BROKEN]
    return [
        *broken,
        *shown_too_far(marked, who, told),
        *differing(told, twin),
        *told_apart(marked, who, told),
    ]


def _elsewhere(who: str) -> list[str]:
    """The other operation is nobody's but the administrator's."""
    return [] if who == "administrator" else SOMEWHERE_ELSE


def _named(one: Answer) -> str:
    return f"{one.asked.method} {one.asked.path} ({one.asked.endpoint})"
