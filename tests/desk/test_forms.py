"""Forms lead back into the desk only, and say what is wrong beside the field."""

import pytest

from fieldops.desk.forms import Fault, back_to, fault_of, faults_summary


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/desk//elsewhere.example",
        "/desk/\\elsewhere",
        "/api/session",
        "/desk/\n",
    ],
)
def test_signing_in_never_leads_to_an_address_elsewhere(elsewhere: str) -> None:
    assert back_to(elsewhere) == "/desk/operations"


def test_signing_in_leads_back_to_the_page_that_was_asked_for() -> None:
    assert back_to("/desk/operations/THIMBLE/visits/P04") == "/desk/operations/THIMBLE/visits/P04"


def test_each_fault_stands_in_the_summary_and_beside_its_field() -> None:
    faults = (Fault(field="username", text="Enter your user name"),)
    assert faults_summary(faults) == [{"text": "Enter your user name", "href": "#username"}]
    assert fault_of(faults, "username") == {"text": "Enter your user name"}
    assert fault_of(faults, "password") is None
