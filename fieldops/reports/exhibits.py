"""The exhibits of an operation as a report counts them.

They are counted from what the reader may open, never from what may only be counted for them: what has come of
a file is told through its entry alone.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from fieldops.domain.exhibits import Here, Taken, exhibits_of, taken
from fieldops.domain.ids import VisitId
from fieldops.domain.visit import Known
from fieldops.store.attached import Upload, files_of
from fieldops.store.records import VisitRecord


def exhibits_by_visit(
    session: Session, known: Mapping[VisitId, Known], records: Mapping[str, VisitRecord]
) -> dict[VisitId, tuple[Taken, ...]]:
    """Every exhibit that stands and that the reader may open, by visit."""
    entries = [one.entry.id for held in known.values() for one in exhibits_of(held)]
    here = {entry: _here(files[0].upload) for entry, files in files_of(session, entries).items()}
    return {visit: taken(held, records[visit].standings, here) for visit, held in known.items()}


def _here(upload: Upload | None) -> Here:
    """Of the file as it was captured, which an entry names first."""
    if upload is None or not upload.have:
        return Here.NOT_YET
    if upload.fault is not None:
        return Here.ANOTHER
    return Here.PARTLY if upload.whole_ms is None else Here.WHOLE
