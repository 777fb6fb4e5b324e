"""An act is placed by what it says, too: the server decides that, whatever the tablet chose."""

import json

import pytest

from fieldops.domain.entry import ACTS_SCHEMA
from tests.support.database import Database
from tests.support.field import OPEN, SECRET, Field, open_field

REFERRAL = "referral_sent"


@pytest.fixture
def operation(database: Database) -> Field:
    return open_field(database, {"lead": "PO", "police": "PO"})


def test_a_referral_by_a_closed_route_is_never_let_into_the_open_class(operation: Field) -> None:
    tablet, visit = operation.tablet("police"), operation.visits[0]
    for route in ("open", "closed"):
        said = {"to": "A receiver", "route": route, "reference": "R-1"}
        operation.record(tablet, visit, REFERRAL, said, kind=REFERRAL, schema=ACTS_SCHEMA, class_code=OPEN)
    said = {"to": "A receiver", "route": "closed", "reference": "R-1"}
    operation.record(tablet, visit, REFERRAL, said, kind=REFERRAL, schema=ACTS_SCHEMA, class_code=SECRET)
    (body,) = tablet.push_bodies()
    told = json.loads(operation.push(body, tablet.signer))["exceptions"]
    assert [(one["code"], one["from"], one["to"]) for one in told] == [("class", 2, 2)]
