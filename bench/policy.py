"""What a decision costs, and the readable streams of 600 visits: `python -m bench.policy [VISITS]`.

The demo's agreement and classes; a stream for each visit and class, in SQLite in a folder of its own. Given
is the processor's time in the best of several rounds, for the machine may have other work.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from fieldops.domain.access import may_do, may_see, withheld
from fieldops.domain.agreement import Agreement, parse_agreement
from fieldops.domain.classes import parse_classes
from fieldops.domain.ids import (
    AgencyCode,
    OfficerId,
    OperationId,
    StreamId,
    VisitId,
    class_of_stream,
    derived_id,
    scope_of,
    stream_id,
)
from fieldops.domain.sharing import difference
from fieldops.domain.who import Action, Reader, Role, Through
from fieldops.seeding.policy_page import REFERENCE
from fieldops.seeding.reference import read_yaml
from fieldops.store.base import Base
from fieldops.store.ledger import streams
from fieldops.store.pages import open_streams

OPERATION = OperationId(derived_id("bench", "operation"))
ROUNDS = 7


def best(words: str, unit: str, scale: float, work: Callable[[], object], times: int) -> None:
    """Prints how long one takes, in the best of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        rounds.append((time.process_time() - began) / times)
    print(f"{words:<60} {min(rounds) * scale:8.2f} {unit}")


def somebody(agreement: Agreement, agency: str, visits: list[VisitId], through: Through) -> Reader:
    return Reader(
        officer=OfficerId(derived_id("bench", agency)),
        name="",
        agency=AgencyCode(agency),
        operation=OPERATION,
        roles=frozenset({Role.LEAD}),
        assigned=frozenset(visits[:5]),
        signers=frozenset(),
        through=through,
        agreement=agreement,
        commanded=frozenset(visits),
    )


def decisions(reader: Reader, names: list[StreamId]) -> None:
    """One decision of each kind, over every stream."""

    def over(rule: Callable[[Reader, StreamId], object]) -> Callable[[], object]:
        return lambda: [rule(reader, name) for name in names]

    best("may this reader see this stream", "us", 1e6, over(may_see), len(names))
    best("how does it show, if not", "us", 1e6, over(withheld), len(names))
    doors = list(Action) * 100
    best("may this reader do this", "us", 1e6, lambda: [may_do(reader, one) for one in doors], len(doors))


def main(size: int) -> None:
    """Fills the operation and takes the times."""
    agreement = parse_agreement(read_yaml(min((REFERENCE / "agreements").glob("*.yaml"))).value)
    codes = [one.code for one in parse_classes(read_yaml(REFERENCE / "classes" / "classes.yaml").value).order]
    visits = [VisitId(derived_id("bench", "visit", str(n))) for n in range(size)]
    names = [stream_id(visit, code) for visit in visits for code in codes]
    readers = [somebody(agreement, str(agreement.controller), visits, way) for way in Through]
    decisions(readers[0], names)
    best(
        "what a changed agreement gives and takes",
        "ms",
        1e3,
        lambda: difference(agreement, agreement, codes, None),
        1,
    )
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            fill(session, names)
            for reader in readers:
                words = f"readable streams of {size} visits, at the {reader.through}"
                best(words, "ms", 1e3, lambda reader=reader: open_streams(session, reader), 1)  # type: ignore[misc]
            print(f"{len(open_streams(session, readers[0])):,} of {len(names):,} streams are readable")
        engine.dispose()


def fill(session: Session, names: list[StreamId]) -> None:
    rows = [
        {"id": one, "scope": scope_of(one), "class_code": class_of_stream(one), "head": 1} for one in names
    ]
    session.execute(insert(streams), rows)
    session.commit()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
