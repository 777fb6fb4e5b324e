"""What somebody on the way can make of a genuine segment: altered, cut, put in another order, forged.

Each way has a name. What it makes proves something else than it claims, or it is what it was.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.domain.ids import signer_of
from fieldops.domain.segment import signed_bytes
from fieldops.sync import keys
from fieldops.sync.wire import Offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoils:
    """What the adversary has: other genuine segments that were seen, and keys, one of them enrolled."""

    others: list[Offered]
    insider: ec.EllipticCurvePrivateKey
    stranger: ec.EllipticCurvePrivateKey


Way = Callable[[Offered, Spoils, Random], Offered]


def _another_byte(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _in_lines(part: int) -> Way:
    """A byte of a header (0) or of a body (1) is another."""

    def way(one: Offered, _: Spoils, rng: Random) -> Offered:
        lines = one.lines.split(b"\n")
        at = rng.randrange(part, len(lines), 2)
        lines[at] = _another_byte(lines[at], rng)
        return replace(one, lines=b"\n".join(lines))

    return way


def _said(change: Callable[[dict[str, object], Spoils, Random], None]) -> Way:
    """The statement says something else; the signature is the old one."""

    def way(one: Offered, spoils: Spoils, rng: Random) -> Offered:
        said = json.loads(one.statement)
        change(said, spoils, rng)
        return replace(one, statement=json.dumps(said, separators=(",", ":")).encode())

    return way


def _signed_by(whose: Callable[[Spoils], ec.EllipticCurvePrivateKey], first: Way) -> Way:
    """Altered, and then signed with a key that is not its author's."""

    def way(one: Offered, spoils: Spoils, rng: Random) -> Offered:
        altered = first(one, spoils, rng)
        return replace(altered, signature=keys.sign(whose(spoils), signed_bytes(altered.statement)))

    return way


def _as_it_was(one: Offered, _: Spoils, __: Random) -> Offered:
    return one


def _later_place(said: dict[str, object], _: Spoils, rng: Random) -> None:
    more = rng.randint(1, 5)
    said["from"], said["to"] = int(str(said["from"])) + more, int(str(said["to"])) + more


def _of_another(said: dict[str, object], spoils: Spoils, rng: Random) -> None:
    said["log"] = json.loads(rng.choice(spoils.others).statement)["log"]


def _of_a_stranger(said: dict[str, object], spoils: Spoils, _: Random) -> None:
    stream, _signer, incarnation = str(said["log"]).rsplit(".", 2)
    said["log"] = f"{stream}.{signer_of(keys.public_point(spoils.stranger))}.{incarnation}"


def _other_hash(key: str) -> Callable[[dict[str, object], Spoils, Random], None]:
    def change(said: dict[str, object], _: Spoils, rng: Random) -> None:
        said[key] = rng.randbytes(32).hex()

    return change


def _other_time(said: dict[str, object], _: Spoils, rng: Random) -> None:
    said["clock"] = {"server": None, "device": rng.randrange(2**40), "monotonic": 1}


def _shuffled(one: Offered, _: Spoils, rng: Random) -> Offered:
    lines = one.lines.split(b"\n")
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    first, second = rng.sample(range(len(pairs)), 2)
    pairs[first], pairs[second] = pairs[second], pairs[first]
    return replace(one, lines=b"\n".join(line for pair in pairs for line in pair))


def _bodies_exchanged(one: Offered, _: Spoils, rng: Random) -> Offered:
    lines = one.lines.split(b"\n")
    first, second = rng.sample(range(1, len(lines), 2), 2)
    lines[first], lines[second] = lines[second], lines[first]
    return replace(one, lines=b"\n".join(lines))


def _a_body_left_out(one: Offered, _: Spoils, rng: Random) -> Offered:
    lines = one.lines.split(b"\n")
    lines[rng.randrange(1, len(lines), 2)] = b""
    return replace(one, lines=b"\n".join(lines))


WAYS: Mapping[str, Way] = {
    "a byte of a header": _in_lines(0),
    "a byte of a body": _in_lines(1),
    "a byte of the statement": lambda one, _, rng: replace(one, statement=_another_byte(one.statement, rng)),
    "a byte of the signature": lambda one, _, rng: replace(one, signature=_another_byte(one.signature, rng)),
    "another's signature": lambda one, spoils, rng: replace(
        one, signature=rng.choice(spoils.others).signature
    ),
    "another's lines": lambda one, spoils, rng: replace(one, lines=rng.choice(spoils.others).lines),
    "cut short": lambda one, _, rng: replace(one, lines=one.lines[: rng.randrange(len(one.lines))]),
    "an entry left out": lambda one, _, __: replace(one, lines=b"\n".join(one.lines.split(b"\n")[:-2])),
    "an entry twice": lambda one, _, __: replace(
        one, lines=b"\n".join([*one.lines.split(b"\n"), *one.lines.split(b"\n")[-2:]])
    ),
    "another order": _shuffled,
    "bodies exchanged": _bodies_exchanged,
    "a body left out": _a_body_left_out,
    "other places": _said(_later_place),
    "another's log": _said(_of_another),
    "another head before it": _said(_other_hash("prev")),
    "another root": _said(_other_hash("root")),
    "another time": _said(_other_time),
    "forged by an insider": _signed_by(lambda spoils: spoils.insider, _in_lines(1)),
    "signed by an insider": _signed_by(lambda spoils: spoils.insider, _as_it_was),
    "an insider in another's log": _signed_by(lambda spoils: spoils.insider, _said(_of_another)),
    "a stranger's own log": _signed_by(lambda spoils: spoils.stranger, _said(_of_a_stranger)),
    "signed by a stranger": _signed_by(lambda spoils: spoils.stranger, _as_it_was),
}
