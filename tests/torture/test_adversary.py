"""Among genuine segments come ten thousand that somebody altered, cut, reordered, replayed or forged: none of
these is stored, and every genuine one is accepted. More of them: FIELDOPS_TORTURE_FORGERIES.
"""

import os
from collections import Counter
from random import Random

from cryptography.hazmat.primitives.asymmetric import ec

from fieldops.sync.push import Push, receive
from fieldops.sync.tablet import Tablet
from fieldops.sync.wire import Offered, PushReply
from tests.support.database import Database
from tests.support.field import QUESTIONS, Field, open_field
from tests.torture.adversary import WAYS, Spoils
from tests.torture.oracles import at_rest

FORGERIES = int(os.environ.get("FIELDOPS_TORTURE_FORGERIES", "10000"))
ENTRIES = 3  # in a segment: enough to put them in another order
ROUND_OF = 24  # segments in a push


def hand_in(operation: Field, offered: list[Offered]) -> PushReply:
    push = Push(offered=offered, received_ms=int(operation.now.timestamp() * 1000))
    return receive(operation.database.reading, operation.database.writing, push)


def a_segment(operation: Field, tablet: Tablet, rng: Random) -> Offered:
    """What a tablet sends next, of one log."""
    visit, question = rng.choice(operation.visits), rng.choice(sorted(QUESTIONS))
    for n in range(ENTRIES):
        operation.record(tablet, visit, f"{question}-{rng.randint(1, 40):02}", n)
    return next(tablet.outgoing())


def learn(tablet: Tablet, reply: PushReply) -> None:
    for state in reply.logs:
        if state.log in tablet.logs:
            tablet.logs[state.log].learn(state)


def test_nothing_that_was_altered_on_the_way_is_stored_and_everything_genuine_is(sqlite: Database) -> None:
    operation = open_field(sqlite, {"lead": "PO", "police": "PO", "safety": "HS"})
    tablets = [operation.tablet(name) for name in ("police", "lead", "safety")]
    insider = operation.tablet("police", "the insider's")
    rng, made, lacking, told = Random(11), 0, 0, Counter[str]()
    seen = [a_segment(operation, tablet, rng) for tablet in tablets]
    spoils = Spoils(others=seen, insider=insider.key, stranger=ec.generate_private_key(ec.SECP256R1()))
    for one, tablet in zip(seen, tablets, strict=True):
        learn(tablet, hand_in(operation, [one]))
    while made < FORGERIES:
        tablet = rng.choice(tablets)
        genuine = a_segment(operation, tablet, rng)
        names = rng.choices(sorted(WAYS), k=ROUND_OF)
        forged = [one for name in names if (one := WAYS[name](genuine, spoils, rng)) != genuine]
        replayed = [rng.choice(seen)]
        offered = [*forged, genuine, *replayed]
        rng.shuffle(offered)
        reply = hand_in(operation, offered)
        made += len(forged)
        told.update(one.code for one in reply.setbacks)
        learn(tablet, reply)
        lacking += tablet.unsent()
        seen.append(genuine)
    rest = at_rest(sqlite)
    recorded = {raw for one in tablets for log in one.logs.values() for raw in log.ids}
    print(f"{made} altered among {len(seen)} genuine; told {sum(told.values())} times: {dict(told)}")
    assert lacking == 0
    assert rest.aside == frozenset()
    assert rest.held == recorded
    assert told.keys() >= {"signature", "segment_root", "signer_unknown"}
