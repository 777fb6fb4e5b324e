"""A wipe is ordered for one store; what was lost with it is told by number, and shrinks when it comes."""

from collections.abc import Iterable

import pytest

from fieldops.domain.completeness import Claim, Need, Said, Span, Storage, StoreStanding, TabletStanding
from fieldops.domain.errors import Refusal
from fieldops.domain.people import Signer
from fieldops.domain.who import Reader, Through
from fieldops.domain.wipe import (
    LostEntries,
    LostFile,
    WipedWord,
    WipeState,
    order_bytes,
    read_order,
    wipe_state,
    word_bytes,
    write_word,
)
from fieldops.store.claims import keep_said
from fieldops.store.completeness import tablet_standings
from fieldops.store.devices import signer
from fieldops.store.wipes import (
    MOST_REFUSED,
    RefusedWipe,
    SignedOrder,
    note_refused,
    note_told,
    orders_of,
    refused_wipes,
    standing_order,
    words_of,
)
from fieldops.sync import keys
from fieldops.sync.enrol import server_key
from fieldops.sync.tablet import Tablet
from fieldops.sync.wipe import Ordering, hear_word, order_wipe
from tests.support.database import Database
from tests.support.field import SECRET, Field, open_field

SEED = bytes(range(32))
PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def key_of(operation: Field, tablet: Tablet) -> Signer:
    with operation.database.reading() as session:
        key = signer(session, tablet.signer)
    assert key is not None
    return key


def write(operation: Field, count: int, question: str = "PLACE") -> Tablet:
    """So many more answers on the officer's tablet alone."""
    tablet = operation.tablet("police")
    begun = sum(len(log.entries) for log in tablet.logs.values())
    for n in range(begun + 1, begun + count + 1):
        operation.record(tablet, operation.visits[0], f"{question}-{n:02}", n)
    return tablet


def tell(operation: Field, tablet: Tablet) -> None:
    storage = Storage(
        stores=frozenset([tablet.signer]), persisted=True, quota_mib=None, usage_mib=None, build=""
    )
    claims = tuple(Claim(log=log.name, held=len(log.entries)) for log in tablet.logs.values())
    with operation.database.writing() as session:
        keep_said(
            session,
            key_of(operation, tablet),
            Said(claims=claims, whole=True, tablet=storage),
            operation.now,
        )


def order(operation: Field, tablet: Tablet, *, forced: bool = False) -> str:
    ordering = Ordering(
        device=key_of(operation, tablet).device,
        signer=tablet.signer,
        by=operation.officers["lead"],
        reason="The operation is over",
        forced=forced,
    )
    with operation.database.writing() as session:
        return order_wipe(session, ordering, operation.now, SEED).id


def word(tablet: Tablet, lost: Iterable[LostEntries] = (), files: Iterable[LostFile] = ()) -> WipedWord:
    gone = (tuple(lost), tuple(files))
    entries = sum(len(log.entries) for log in tablet.logs.values())
    return WipedWord(
        order=None,
        signer=tablet.signer,
        forced=any(gone),
        at=tablet.clock(),
        entries=entries,
        lost=gone[0],
        files=gone[1],
    )


def say(operation: Field, tablet: Tablet, said: WipedWord) -> None:
    line = write_word(said)
    signed = SignedOrder(line=line.decode(), signature=keys.encode(keys.sign(tablet.key, word_bytes(line))))
    with operation.database.writing() as session:
        hear_word(session, said, signed, operation.now)


def only(operation: Field, reader: Reader | None = None) -> TabletStanding:
    with operation.database.reading() as session:
        (found,) = tablet_standings(session, reader or operation.reader("lead", Through.DESK))
    return found


def state(operation: Field) -> WipeState:
    (store,) = only(operation).stores
    with operation.database.reading() as session:
        ordered = orders_of(session, operation.operation).get(store.signer.id)
    return wipe_state(store, told=ordered is not None and ordered.told_at is not None)


def lost_of(store: StoreStanding) -> list[Span | None]:
    return [log.lost for log in store.logs]


def test_an_order_is_signed_for_one_key_and_the_last_one_stands(operation: Field) -> None:
    tablet, other = write(operation, 1), operation.tablet("safety")
    order(operation, tablet)
    operation.forward(minutes=1)
    forced = order(operation, tablet, forced=True)
    with operation.database.reading() as session:
        given = standing_order(session, tablet.signer)
        assert standing_order(session, other.signer) is None
        assert orders_of(session, operation.operation)[tablet.signer].reason == "The operation is over"
    assert given is not None
    read = read_order(given.line.encode())
    assert (read.id, read.signer, read.forced) == (forced, tablet.signer, True)
    assert keys.verify(
        keys.public_point(server_key(SEED)), keys.decode(given.signature), order_bytes(given.line.encode())
    )


def test_an_order_shows_how_far_it_has_come(operation: Field) -> None:
    tablet = write(operation, 11)
    name = order(operation, tablet)
    tell(operation, tablet)
    assert state(operation) is WipeState.ORDERED
    with operation.database.writing() as session:
        note_told(session, tablet.signer, name, operation.now)
    assert state(operation) is WipeState.SENDING
    operation.forward(minutes=1)
    operation.sync("police")
    assert state(operation) is WipeState.TOLD
    operation.forward(minutes=1)
    say(operation, tablet, word(tablet))
    assert state(operation) is WipeState.WIPED
    with pytest.raises(Refusal, match="wipe_done"):
        order(operation, tablet)


def test_another_key_may_not_say_that_an_order_is_obeyed(operation: Field) -> None:
    tablet, other = write(operation, 1), operation.tablet("safety")
    name = order(operation, tablet)
    with operation.database.writing() as session:
        note_told(session, other.signer, name, operation.now)
        note_told(session, tablet.signer, "nosuchorderaaaaa", operation.now)
    with operation.database.reading() as session:
        assert orders_of(session, operation.operation)[tablet.signer].told_at is None


def test_a_store_that_was_wiped_whole_is_no_loss_and_no_emptied_store(operation: Field) -> None:
    tablet = write(operation, 4)
    tell(operation, tablet)
    operation.sync("police")
    operation.forward(minutes=1)
    say(operation, tablet, word(tablet))
    one = only(operation)
    assert (one.received, one.known, one.lost, one.outstanding, one.emptied) == (4, 4, 0, 0, ())
    assert one.need(operation.now, operation.now - operation.now) is Need.NOTHING


def test_what_a_forced_wipe_lost_is_told_by_number_even_if_the_tablet_never_told_of_it(
    operation: Field,
) -> None:
    tablet = write(operation, 11)
    operation.sync("police")
    write(operation, 3)
    operation.forward(minutes=1)
    (log,) = tablet.logs
    lost = LostEntries(log=log, entries=Span(12, 14))
    say(operation, tablet, word(tablet, [lost], [LostFile(log=log, n=14, manifest="ab" * 32)]))
    one = only(operation)
    assert lost_of(one.stores[0]) == [Span(12, 14)]
    assert (one.received, one.known, one.lost, one.lost_files, one.files) == (11, 14, 3, 1, 0)
    assert state(operation) is WipeState.WIPED_WITH_LOSS


def test_a_loss_shrinks_by_itself_when_some_of_it_is_carried_here(operation: Field) -> None:
    tablet = write(operation, 5)
    (log,) = tablet.logs
    say(operation, tablet, word(tablet, [LostEntries(log=log, entries=Span(1, 5))]))
    assert only(operation).lost == 5
    operation.forward(hours=1)
    operation.sync("police")
    one = only(operation)
    assert (one.received, one.lost, one.outstanding, one.emptied) == (5, 0, 0, ())
    assert state(operation) is WipeState.WIPED


def test_a_store_that_went_without_a_word_is_counted_by_what_it_had_told(operation: Field) -> None:
    tablet = write(operation, 6)
    order(operation, tablet, forced=True)
    tell(operation, tablet)
    operation.forward(minutes=1)
    beside = operation.tablet("safety", "beside", on="police")
    tell(operation, beside)
    store = next(one for one in only(operation).stores if one.signer.id == tablet.signer)
    assert (store.present, store.lost, store.wiped) == (False, 6, False)
    assert wipe_state(store, told=True) is WipeState.GONE


def test_a_loss_in_a_class_that_is_hidden_from_a_reader_leaves_no_trace_there(operation: Field) -> None:
    tablet = write(operation, 2, "STATUS")
    (log,) = tablet.logs
    assert f".{SECRET}." in log
    say(operation, tablet, word(tablet, [LostEntries(log=log, entries=Span(1, 2))]))
    one = only(operation, operation.reader("safety", Through.DESK))
    assert (one.known, one.lost, one.logs) == (0, 0, ())


def test_a_word_that_another_key_signed_is_refused_and_changes_nothing(operation: Field) -> None:
    tablet, other = write(operation, 2), operation.tablet("safety")
    said = word(tablet)
    line = write_word(said)
    signed = SignedOrder(line=line.decode(), signature=keys.encode(keys.sign(other.key, word_bytes(line))))
    with operation.database.writing() as session, pytest.raises(Refusal, match="proof_failed"):
        hear_word(session, said, signed, operation.now)
    with operation.database.reading() as session:
        assert words_of(session, operation.operation) == {}


def test_the_first_word_stands(operation: Field) -> None:
    tablet = write(operation, 2)
    (log,) = tablet.logs
    say(operation, tablet, word(tablet, [LostEntries(log=log, entries=Span(1, 2))]))
    say(operation, tablet, word(tablet))
    with operation.database.reading() as session:
        assert words_of(session, operation.operation)[tablet.signer].word.lost != ()


def test_an_order_that_a_tablet_refuses_is_noted_once_and_not_without_end(operation: Field) -> None:
    tablet = write(operation, 1)
    for _ in range(2):
        for n in range(MOST_REFUSED + 5):
            with operation.database.writing() as session:
                note_refused(
                    session, tablet.signer, RefusedWipe(order=str(n), why="forged", at=operation.now)
                )
    with operation.database.reading() as session:
        last = refused_wipes(session, operation.operation)[tablet.signer]
    assert (last.order, last.why) == (str(MOST_REFUSED - 1), "forged")
