"""One exhibit: what it is, who has had it since, and its files to look at and to take along."""

from flask import Blueprint, Response

from fieldops.desk.book import read_book
from fieldops.desk.exhibit_sheet import exhibit_line, file_lines, hands_of
from fieldops.desk.layout import show_operation
from fieldops.desk.plan import read_plan
from fieldops.domain.errors import Refusal
from fieldops.domain.exhibits import exhibits_of
from fieldops.domain.looks import LookKind
from fieldops.domain.visit import Standing
from fieldops.domain.who import Action, Reader
from fieldops.evidence.files import begins_right, handed_out, picture_for
from fieldops.store.attached import Named, files_of
from fieldops.store.records import read_visit
from fieldops.sync.collected import shown_of
from fieldops.web.guard import needs
from fieldops.web.installation import blobs, now, settings
from fieldops.web.looks import looked, shows
from fieldops.web.transaction import reading

pages = Blueprint("exhibit", __name__, url_prefix="/desk/operations/<code>/visits/<name>/exhibits")


@pages.get("/<entry>")
@needs(Action.EXHIBIT_READ)
@shows(LookKind.CONSULTATION)
def page(reader: Reader, code: str, name: str, entry: str) -> Response:
    with reading() as session:
        plan = read_plan(session, reader)
        visit = plan.visit_named(name)
        book = read_book(session, reader, plan, visit, read_visit(session, reader, visit.id))
        exhibit = _found([one for one in exhibits_of(book.known) if one.entry.id == entry])
        files = files_of(session, [exhibit.entry.id])
        looked(shown_of(reader.operation, [(exhibit.entry.log, 1)]))
    line = exhibit_line(book, exhibit, files)
    return show_operation(
        "desk/exhibit.html",
        reader,
        plan.operation,
        f"Exhibit {line.label}",
        now(),
        tab="desk.visits.listing",
        premises=plan.premises_of(visit),
        exhibit=line,
        hands=hands_of(book, exhibit),
        files=file_lines(book, exhibit, files),
        warning=_warning(files.get(exhibit.entry.id, [])[:1]),
        shown=_shown(files.get(exhibit.entry.id, [])[:1]),
    )


def _found(exhibits: list[Standing]) -> Standing:
    if not exhibits:
        raise Refusal("not_found", "There is no such exhibit, or none for you.")
    return exhibits[0]


def _shown(first: list[Named]) -> str | None:
    """Why there is no picture to look at; empty where there is one, None where there is nothing to show."""
    for named in first:
        try:
            picture_for(blobs(), settings().views_folder, handed_out(named))
        except Refusal as refusal:
            return refusal.sentence
        return ""
    return None


def _warning(first: list[Named]) -> str:
    """What to beware of. Where the file cannot be reached, the place of its picture says so."""
    try:
        right = all(begins_right(blobs(), named) for named in first)
    except Refusal:
        return ""
    if right:
        return ""
    return (
        "The file does not begin as a file of its type does. Open it with care, on a machine kept for that."
    )
