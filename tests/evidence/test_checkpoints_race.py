"""Several workers make checkpoints while tablets push: every receipt gets one place, none is skipped."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from fieldops.evidence.checkpoints import make_checkpoint
from fieldops.store.ledger import arrivals
from fieldops.store.sealed import leaves, notes
from fieldops.verify import verify
from tests.evidence.conftest import SEED, Kept

ROUNDS = 12


def test_workers_that_make_checkpoints_at_once_give_each_receipt_one_place(kept: Kept) -> None:
    field = kept.field

    def seal(_: int) -> str:
        with field.database.writing() as session:
            return make_checkpoint(session, field.operation, SEED, field.now, everywhere=False)

    with ThreadPoolExecutor(3) as workers:
        made = []
        for n in range(ROUNDS):
            made += [workers.submit(seal, one) for one in range(3)]
            field.record(field.tablet("police"), field.visits[0], f"PLACE-{13 + n}", f"while sealing {n}")
            field.sync("police")
        signed = {one.result() for one in made}
    seal(0)
    with field.database.reading() as session:
        positions = list(session.scalars(select(leaves.c.position).order_by(leaves.c.position)))
        placed = session.scalar(select(func.count(leaves.c.arrival)))
        assert placed == session.scalar(select(func.count(arrivals.c.key)))
        assert positions == list(range(len(positions)))
        assert signed <= set(notes(session, field.operation).values())
    assert verify(kept.export(), [kept.witness])["whole"]
