"""What tablets say they hold, beside what came: what is missing has a number, and a word proves nothing."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from fieldops.domain.completeness import Claim, Need, Said, Span, Storage, TabletStanding, by_need
from fieldops.domain.ids import LogId, SignerId
from fieldops.domain.log import head_zero
from fieldops.domain.who import Reader, Through
from fieldops.store.claims import MOST_CLAIMED, keep_said
from fieldops.store.completeness import earlier_logs, tablet_standings
from fieldops.store.devices import signer
from fieldops.sync.tablet import Tablet
from tests.support.database import Database
from tests.support.field import OPEN, SECRET, Field, open_field

PEOPLE = {"lead": "PO", "police": "PO", "safety": "HS"}
SILENCE = timedelta(hours=12)


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, PEOPLE)


def write(operation: Field, name: str, count: int) -> Tablet:
    """So many more answers in the open class, on the officer's tablet alone."""
    tablet = operation.tablet(name)
    begun = sum(len(log.entries) for log in tablet.logs.values())
    for n in range(begun + 1, begun + count + 1):
        operation.record(tablet, operation.visits[0], f"PLACE-{n:02}", n)
    return tablet


def tell(
    operation: Field,
    tablet: Tablet,
    *,
    claims: Iterable[Claim] | None = None,
    stores: Iterable[SignerId] | None = None,
    persisted: bool | None = True,
    whole: bool = True,
) -> None:
    """The tablet's word, by default the truth about itself."""
    true = [Claim(log=log.name, held=len(log.entries)) for log in tablet.logs.values()]
    storage = Storage(
        stores=frozenset([tablet.signer] if stores is None else stores),
        persisted=persisted,
        quota_mib=2048,
        usage_mib=12,
        build="0123456789ab",
    )
    said = Said(claims=tuple(true if claims is None else claims), whole=whole, tablet=storage)
    with operation.database.writing() as session:
        key = signer(session, tablet.signer)
        assert key is not None
        keep_said(session, key, said, operation.now)


def standings(operation: Field, reader: Reader | None = None) -> list[TabletStanding]:
    with operation.database.reading() as session:
        return tablet_standings(session, reader or operation.reader("lead", Through.DESK))


def only(operation: Field, reader: Reader | None = None) -> TabletStanding:
    (found,) = standings(operation, reader)
    return found


def gaps(one: TabletStanding) -> list[tuple[Span | None, Span | None]]:
    return [(log.outstanding, log.lost) for log in one.logs if log.outstanding or log.lost]


def test_a_tablet_that_sent_all_it_holds_is_all_there(operation: Field) -> None:
    tablet = write(operation, "police", 41)
    operation.sync("police")
    operation.forward(seconds=1)
    tell(operation, tablet)
    one = only(operation)
    assert (one.received, one.known, one.outstanding, one.lost) == (41, 41, 0, 0)
    assert one.need(operation.now, SILENCE) is Need.NOTHING


def test_entries_that_never_came_are_missing_by_their_numbers(operation: Field) -> None:
    tablet = write(operation, "police", 11)
    operation.sync("police")
    operation.forward(minutes=5)
    write(operation, "police", 3)
    tell(operation, tablet)
    one = only(operation)
    assert gaps(one) == [(Span(12, 14), None)]
    assert (one.received, one.known, one.outstanding) == (11, 14, 3)
    assert one.heard == operation.now


def test_what_comes_after_the_word_is_missing_no_more(operation: Field) -> None:
    tablet = write(operation, "police", 3)
    tell(operation, tablet)
    assert only(operation).outstanding == 3
    operation.forward(seconds=2)
    write(operation, "police", 2)
    operation.sync("police")
    one = only(operation)
    assert (one.received, one.known) == (5, 5)
    assert gaps(one) == []
    assert one.emptied == ()


def test_a_store_that_was_emptied_is_said_with_what_is_nowhere_any_more(operation: Field) -> None:
    tablet = write(operation, "police", 120)
    operation.sync("police")
    operation.forward(minutes=1)
    write(operation, "police", 3)
    tell(operation, tablet)
    operation.forward(minutes=1)
    tell(operation, tablet, claims=[])
    one = only(operation)
    assert gaps(one) == [(None, Span(121, 123))]
    assert [store.signer.id for store in one.emptied] == [tablet.signer]
    assert one.need(operation.now, SILENCE) is Need.LOST


def test_a_tablet_that_is_enrolled_anew_tells_that_the_former_store_is_gone(operation: Field) -> None:
    tablet = write(operation, "police", 4)
    operation.sync("police")
    operation.forward(minutes=1)
    write(operation, "police", 2)
    tell(operation, tablet)
    operation.forward(minutes=1)
    again = operation.tablet("police", "police again", on="police")
    tell(operation, again, stores=[again.signer])
    one = only(operation)
    assert [(store.present, len(store.logs)) for store in one.stores] == [(False, 1), (True, 0)]
    assert gaps(one) == [(None, Span(5, 6))]
    with operation.database.reading() as session:
        key = signer(session, again.signer)
        assert key is not None
        (told,) = earlier_logs(session, operation.reader("police"), key.device)
    assert (told.have, told.held, told.lost) == (4, 0, Span(5, 6))


def test_a_store_that_never_told_is_missed_when_the_tablet_names_others_alone(operation: Field) -> None:
    write(operation, "police", 4)
    operation.sync("police")
    operation.forward(minutes=1)
    again = operation.tablet("police", "police again", on="police")
    tell(operation, again, stores=[again.signer])
    gone, here = only(operation).stores
    assert (gone.present, here.present) == (False, True)
    assert [(log.have, log.held, log.emptied) for log in gone.logs] == [(4, 0, True)]


def test_what_comes_in_after_its_store_was_called_gone_was_held_after_all(operation: Field) -> None:
    tablet = write(operation, "police", 4)
    again = operation.tablet("police", "police again", on="police")
    tell(operation, tablet, stores=[tablet.signer, again.signer])
    tell(operation, again, stores=[again.signer])
    assert (only(operation).lost, only(operation).outstanding) == (4, 0)
    operation.forward(minutes=1)
    operation.sync("police")
    one = only(operation)
    assert (one.received, one.lost, one.emptied) == (4, 0, ())


def test_nobody_is_told_of_what_a_colleague_lost_on_the_same_tablet(operation: Field) -> None:
    tablet = write(operation, "police", 4)
    tell(operation, tablet)
    operation.forward(minutes=1)
    other = operation.tablet("safety", "safety on it", on="police")
    tell(operation, other, stores=[other.signer])
    with operation.database.reading() as session:
        key = signer(session, other.signer)
        assert key is not None
        assert earlier_logs(session, operation.reader("safety"), key.device) == []


def test_a_store_that_is_there_again_has_lost_nothing(operation: Field) -> None:
    tablet = write(operation, "police", 2)
    tell(operation, tablet)
    operation.forward(minutes=1)
    tell(operation, tablet, claims=[], stores=[])
    assert only(operation).lost == 2
    operation.forward(minutes=1)
    tell(operation, tablet)
    assert (only(operation).lost, only(operation).outstanding) == (0, 2)


def test_a_word_that_is_not_whole_changes_the_logs_it_names_alone(operation: Field) -> None:
    tablet = write(operation, "police", 2)
    operation.record(tablet, operation.visits[1], "PLACE-01", 1)
    tell(operation, tablet)
    first, second = tablet.logs
    tell(operation, tablet, claims=[Claim(log=second, held=5)], whole=False)
    assert [log.held for log in only(operation).logs if log.log == first] == [2]
    assert only(operation).outstanding == 7


def test_what_a_tablet_says_of_another_ones_logs_counts_for_nothing(operation: Field) -> None:
    police, safety = write(operation, "police", 2), write(operation, "safety", 1)
    tell(operation, police)
    (log,) = police.logs
    tell(operation, safety, claims=[Claim(log=log, held=90)], stores=[safety.signer])
    assert [one.outstanding for one in standings(operation)] == [2, 0]


def test_a_tablet_that_names_logs_without_end_is_not_believed_further(operation: Field) -> None:
    tablet = operation.tablet("police")
    names = (LogId(f"{operation.visits[0]}.{OPEN}.{tablet.signer}.{n:x}") for n in range(MOST_CLAIMED + 3))
    tell(operation, tablet, claims=[Claim(log=name, held=1) for name in names])
    assert only(operation).outstanding == MOST_CLAIMED


def test_another_branch_that_lies_in_quarantine_is_not_missing(operation: Field) -> None:
    tablet = write(operation, "police", 2)
    copy = Tablet(
        key=tablet.key,
        clock=operation.clock,
        random_bytes=operation.chance.randbytes,
        incarnation=tablet.incarnation,
    )
    for n in range(1, 4):
        operation.record(copy, operation.visits[0], f"PLACE-{n:02}", "otherwise")
    operation.sync("police")
    for body in copy.push_bodies():
        operation.push(body)
    (log,) = copy.logs.values()
    assert log.heads[0] == head_zero(log.name)
    operation.forward(seconds=1)
    tell(operation, copy)
    assert gaps(only(operation)) == []


def test_what_is_hidden_from_a_reader_is_missing_nowhere_for_them(operation: Field) -> None:
    tablet = write(operation, "police", 1)
    operation.record(tablet, operation.visits[0], "STATUS-01", "Y", class_code=SECRET)
    tell(operation, tablet)
    reader = operation.reader("safety", Through.DESK)
    assert only(operation, reader).outstanding == 1


def test_tablets_that_want_somebody_stand_first(operation: Field) -> None:
    lost, unsent = write(operation, "lead", 1), write(operation, "police", 1)
    for tablet in (lost, unsent):
        tell(operation, tablet)
    operation.forward(minutes=1)
    tell(operation, lost, claims=[])
    operation.tablet("safety")
    with operation.database.reading() as session:
        found = tablet_standings(session, operation.reader("lead", Through.DESK))
    told = [need.name for need, _ in by_need(found, operation.now, SILENCE)]
    assert told == ["LOST", "OUTSTANDING", "NEVER_HEARD"]
    later = [need.name for need, _ in by_need(found, operation.now + SILENCE * 2, SILENCE)]
    assert later == ["LOST", "OUTSTANDING", "NEVER_HEARD"]


def test_storage_that_may_be_cleared_is_a_need_of_its_own(operation: Field) -> None:
    tablet = operation.tablet("police")
    tell(operation, tablet, persisted=False)
    assert only(operation).need(operation.now, SILENCE) is Need.FRAGILE
    assert only(operation).need(operation.now + SILENCE * 2, SILENCE) is Need.SILENT
