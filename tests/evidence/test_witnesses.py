"""Tablets that keep checkpoints: what they are shown at the door, and that it holds in a tree of any size."""

import random
from datetime import timedelta

from sqlalchemy import insert

from fieldops.domain.tree import consistency_proof, inclusion_proof, leaf_hash, root_of
from fieldops.evidence.checkpoints import is_due, make_checkpoint
from fieldops.store.meta import begin_epoch
from fieldops.store.sealed import leaves
from fieldops.store.tiles import Tree, add_tiles
from tests.evidence.conftest import SEED, Kept, checkpoint
from tests.support.database import Database
from tests.support.field import open_field

MANY = 256 * 3 + 77
HOUR = timedelta(hours=1)


def test_a_root_and_every_proof_are_the_same_however_the_tree_is_kept(database: Database) -> None:
    operation = open_field(database, {"lead": "PO"}).operation
    hashes = [leaf_hash(f"receipt {n}".encode()) for n in range(MANY)]
    chance = random.Random(3)
    done = 0
    for size in (1, 255, 256, 257, 600, MANY):
        with database.writing() as session:
            rows = [{"operation": operation, "position": n, "hash": hashes[n]} for n in range(done, size)]
            session.execute(insert(leaves), rows)
            add_tiles(session, operation)
            tree = Tree(session, operation, size)
            assert tree.root() == root_of(hashes[:size])
            for old in {0, 1, size // 2, 256 if size > 256 else 0, size - 1, size, chance.randrange(size)}:
                assert tree.consistency(old) == consistency_proof(hashes[:size], old)
                assert tree.inclusion(old % size) == inclusion_proof(hashes[:size], old % size)
        done = size


def test_a_checkpoint_is_due_when_something_came_and_the_last_is_old(kept: Kept) -> None:
    field = kept.field

    def due(after: timedelta) -> bool:
        with field.database.reading() as session:
            return is_due(session, field.operation, field.now, after)

    field.forward(minutes=90)
    assert not due(HOUR)
    field.record(field.tablet("police"), field.visits[0], "PLACE-12", "later")
    field.sync("police")
    assert due(HOUR)
    assert not due(timedelta(days=1))
    with field.database.writing() as session:
        make_checkpoint(session, field.operation, SEED, field.now, everywhere=False)
    assert not due(HOUR)


def test_a_restored_server_says_so_in_the_next_checkpoint_and_where_it_stood(kept: Kept) -> None:
    before = checkpoint(kept.field).splitlines()
    with kept.field.database.writing() as session:
        begin_epoch(session, kept.field.chance.randbytes)
    after = checkpoint(kept.field).splitlines()
    assert before[1:3] == after[1:3]
    assert before[3] != after[3]
    assert after[4].split() == ["restored", before[3].split()[1], before[1], before[2]]
    assert kept.codes(kept.witness) == set()
