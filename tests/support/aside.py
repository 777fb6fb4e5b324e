"""What lies in quarantine, as the lead of the operation reads it."""

from fieldops.domain.who import Through
from fieldops.store.directory import officer
from fieldops.store.operations import operation
from fieldops.store.quarantine import quarantined
from fieldops.store.readers import reader_for
from tests.support.station import OPERATION, Station, officer_id


def kept_aside(station: Station) -> list[str]:
    """The reasons for what is in quarantine, as the lead reads them."""
    with station.store() as session:
        who, serving = officer(session, officer_id("lead")), operation(session, OPERATION)
        assert who is not None
        assert serving is not None
        reader = reader_for(session, who, serving, Through.DESK)
        assert reader is not None
        return [one.code for one in quarantined(session, reader)]
