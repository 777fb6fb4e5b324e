"""Wrong products, each with one leak by which others have told what was hidden. A leak takes the place of one
function of the product; who is to be asked at which doors, so that it shows, stands beside it."""

import hashlib
import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.api import operations, premises, reports, sync, teams, visits
from fieldops.desk import people
from fieldops.domain.agreement import Withheld
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import StreamId
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.who import Reader, Through
from fieldops.store import pages, plans, records
from fieldops.store.db import db
from fieldops.store.directory import OfficerRow, roles
from fieldops.store.ledger import arrivals, streams
from fieldops.store.operations import operations as every_operation
from fieldops.store.readers import reader_for
from fieldops.web import guard, headers
from tests.support.every_door import NOBODY

Plant = Callable[[pytest.MonkeyPatch], None]
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Who is told too much, at which doors, and how it comes that they are."""

    who: str
    doors: tuple[str, ...]
    plant: Plant


def _there() -> int:
    """How much there is in all, hidden or not."""
    with Session(db.engine) as session:
        return int(session.scalar(select(func.sum(arrivals.c.count))) or 0)


def _everybody_sees(module: Any) -> Plant:
    return lambda handed: handed.setattr(module, "may_see", lambda *_: True)


def _every_stream_is_open(handed: pytest.MonkeyPatch) -> None:
    handed.setattr(pages, "seer", lambda _: lambda _: True)


def _hidden_streams_are_granted(handed: pytest.MonkeyPatch) -> None:
    right = sync.pull

    def leaking(session: Session, reader: Reader, question: Any) -> Any:
        every = tuple(map(StreamId, session.scalars(select(streams.c.id).order_by(streams.c.id))))
        return replace(right(session, reader, question), granted=every)

    handed.setattr(sync, "pull", leaking)


def _the_cursor_counts_what_it_skips(handed: pytest.MonkeyPatch) -> None:
    right = visits.page
    handed.setattr(visits, "page", lambda *asked: (right(*asked)[0], f"after {_there()}"))


def _a_page_says_how_many_there_are(handed: pytest.MonkeyPatch) -> None:
    right = visits.record_words
    handed.setattr(visits, "record_words", lambda *asked: right(*asked) | {"in_all": _there()})


def _the_length_follows_what_is_hidden(handed: pytest.MonkeyPatch) -> None:
    right = sync.page_bytes
    handed.setattr(sync, "page_bytes", lambda page: right(page) + b" " * _there())


def _an_etag_over_everything(handed: pytest.MonkeyPatch) -> None:
    right = headers._protect

    def leaking(response: Response) -> Response:
        response.headers["ETag"] = hashlib.sha256(str(_there()).encode()).hexdigest()
        return right(response)

    handed.setattr(headers, "_protect", leaking)


def _it_exists_but_is_not_for_you(handed: pytest.MonkeyPatch) -> None:
    def leaking(session: Session, officer: Officer, asked: Operation) -> Reader:
        reader = reader_for(session, officer, asked, Through.DESK)
        if reader is None:
            raise Refusal("not_permitted", "You do not serve here.")
        return reader

    handed.setattr(guard, "_reader", leaking)


def _the_refusal_names_it(handed: pytest.MonkeyPatch) -> None:
    def leaking(session: Session, officer: Officer, asked: Operation) -> Reader:
        reader = reader_for(session, officer, asked, Through.DESK)
        if reader is None:
            raise Refusal("not_found", f"{asked.name} is not for you.")
        return reader

    handed.setattr(guard, "_reader", leaking)


def _the_pdf_carries_it_packed(handed: pytest.MonkeyPatch) -> None:
    right = reports.as_pdf

    def leaking(facts: Any) -> bytes:
        with Session(db.engine) as session:
            lines = b"".join(session.scalars(select(arrivals.c.lines)))
        packed = zlib.compress(lines)
        whole: bytes = right(facts)
        return whole + b"\n999 0 obj<</Filter/FlateDecode>>stream\n" + packed + b"\nendstream endobj\n"

    handed.setattr(reports, "as_pdf", leaking)


def _members_stand_by_their_names(handed: pytest.MonkeyPatch) -> None:
    handed.setattr(plans, "_UNNAMED", (OfficerRow.name,))


def _a_log_line_with_an_answer(handed: pytest.MonkeyPatch) -> None:
    right = records._entry

    def leaking(header: bytes, body: bytes) -> Any:
        LOG.warning("read %s", body.decode())
        return right(header, body)

    handed.setattr(records, "_entry", leaking)


def _hidden_is_announced(handed: pytest.MonkeyPatch) -> None:
    right = records.withheld
    handed.setattr(records, "withheld", lambda *asked: right(*asked) and Withheld.ANNOUNCED)


def _a_query_for_each_hidden_one(handed: pytest.MonkeyPatch) -> None:
    def leaking(session: Session, operation: Any) -> Any:
        serving = people.officers_of(session, operation)
        return {one.id: roles(session, operation, one.id) for one in serving}

    handed.setattr(people, "roles_on", leaking)


def _all_operations_are_listed(handed: pytest.MonkeyPatch) -> None:
    handed.setattr(operations, "operations_of", lambda session, _: every_operation(session))


def _always(module: Any, rule: str) -> Plant:
    return lambda handed: handed.setattr(module, rule, lambda *_: True)


def _a_thumbnail_for_anybody(handed: pytest.MonkeyPatch) -> None:
    """What a file is named by is looked for without asking who asks."""
    _everybody_sees(records)(handed)


LEAKS: Mapping[str, Leak] = {
    "a stream beyond reach is pulled": Leak(
        who="tablet COU", doors=("sync.pull_page",), plant=_every_stream_is_open
    ),
    "hidden streams are named as granted": Leak(
        who="tablet COU", doors=("sync.pull_page",), plant=_hidden_streams_are_granted
    ),
    "the length of an answer follows what is hidden": Leak(
        who="tablet COU", doors=("sync.pull_page",), plant=_the_length_follows_what_is_hidden
    ),
    "a record is read by everybody": Leak(
        who="partner NGO", doors=("visits.record",), plant=_everybody_sees(records)
    ),
    "a thumbnail for anybody": Leak(
        who="partner NGO",
        doors=("attachments.view", "attachments.original", "desk.exhibit.page"),
        plant=_a_thumbnail_for_anybody,
    ),
    "a page says how many there are": Leak(
        who="partner HSE", doors=("visits.record",), plant=_a_page_says_how_many_there_are
    ),
    "what is hidden is announced": Leak(
        who="partner HOIE", doors=("visits.record",), plant=_hidden_is_announced
    ),
    "a cursor counts what it skips": Leak(
        who="partner HSE", doors=("visits.listing",), plant=_the_cursor_counts_what_it_skips
    ),
    "an ETag over everything": Leak(
        who="partner HSE", doors=("operations.look",), plant=_an_etag_over_everything
    ),
    "it exists, but is not for you": Leak(
        who=NOBODY, doors=("operations.look",), plant=_it_exists_but_is_not_for_you
    ),
    "a refusal names what is hidden": Leak(
        who=NOBODY, doors=("operations.look",), plant=_the_refusal_names_it
    ),
    "the PDF carries it, packed": Leak(
        who="partner HOIE", doors=("reports.as_pages",), plant=_the_pdf_carries_it_packed
    ),
    "an order by names that are not given": Leak(
        who="partner HSE", doors=("teams.listing",), plant=_members_stand_by_their_names
    ),
    "names that are not given": Leak(
        who="partner HSE", doors=("teams.listing",), plant=_always(teams, "names_officer")
    ),
    "addresses that are not given": Leak(
        who="partner NGO", doors=("premises.listing",), plant=_always(premises, "may_read_premises")
    ),
    "a log line with an answer": Leak(who="lead", doors=("visits.record",), plant=_a_log_line_with_an_answer),
    "a query for each hidden officer": Leak(
        who="partner HSE", doors=("desk.people.page",), plant=_a_query_for_each_hidden_one
    ),
    "operations of others are listed": Leak(
        who="partner HSE", doors=("operations.listing",), plant=_all_operations_are_listed
    ),
}
