"""What a figure means is said by the published counting rules, in their own words, wherever it is told."""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.reports.as_json import as_json
from fieldops.reports.figures import OutcomeFacts
from fieldops.reports.outcome import as_pdf
from fieldops.reports.wording import grouped
from fieldops.store.published import publish
from tests.reports.copies import Copy, copy_for, facts_for, flat, pages_of
from tests.reports.late_hand import afterwards
from tests.support.checklists import paper
from tests.support.demo_world import DemoWorld

OTHER = "Gezählt wird, wer hineinging; nothing else is a visit."


@pytest.fixture(scope="module")
def lead(thimble: DemoWorld) -> Copy:
    return copy_for(thimble, "THIMBLE")


def another_edition() -> dict[str, Any]:
    """The counting rules with other words for a figure that a rule counts, and for one that none does."""
    rules: dict[str, Any] = json.loads(json.dumps(paper("counting/counting.yaml")))
    rules["version"] = "77.1"
    next(one for one in rules["figures"] if one["id"] == "visits")["definition"] = OTHER
    next(one for one in rules["words"] if "categories" in one.get("figures", []))["definition"] = OTHER[::-1]
    return rules


def in_json(facts: OutcomeFacts) -> dict[str, Any]:
    return json.loads(json.dumps(as_json(facts)))


def test_a_new_edition_of_the_counting_rules_changes_the_words_of_the_report(thimble: DemoWorld) -> None:
    with afterwards(thimble) as session:
        before = facts_for(session, "THIMBLE")
        name = publish(session, "counting", "counting", json.dumps(another_edition()).encode())
        after = facts_for(session, "THIMBLE")
    told = in_json(after)
    assert told["figures"]["visits"]["definition"] == OTHER
    assert told["figures"]["categories.1"]["definition"] == OTHER[::-1]
    assert {"word": "Visits", "meaning": OTHER} in told["definitions"]
    assert (told["report"]["counting"], told["report"]["counting_hash"]) == ("counting 77.1", name)
    second = pages_of(as_pdf(after))[1]
    assert OTHER in second
    assert "counting 77.1" in second
    assert grouped(name) in second
    assert OTHER not in flat(json.dumps(in_json(before)))
    assert before.head.counting_hash != name
    assert {key: figure.value for key, figure in before.figures().items()} == {
        key: figure.value for key, figure in after.figures().items()
    }


def test_every_figure_says_what_it_counts(lead: Copy) -> None:
    told = in_json(lead.facts)["figures"]
    assert [key for key, figure in told.items() if not figure["definition"]] == []
    assert told["hse.none"]["definition"] == told["hse.prohibition"]["definition"]
    printed = dict(lead.facts.definitions)
    assert {figure["definition"] for figure in told.values()} <= set(printed.values())


def test_the_page_of_definitions_leaves_no_mark_unfilled(lead: Copy) -> None:
    printed = dict(lead.facts.definitions)
    assert "1 to 4 people" in printed["Under 5"]
    assert not any("{" in word + meaning for word, meaning in printed.items())


def test_definitions_are_fitted_to_the_copy_and_printed_in_the_order_of_the_rules(
    lead: Copy, session: Session
) -> None:
    everything = [word for word, _ in lead.facts.definitions]
    partner = [word for word, _ in facts_for(session, "THIMBLE", "HOIE").definitions]
    assert len(partner) < len(everything)
    assert partner == [word for word in everything if word in partner]


@pytest.fixture
def session(thimble: DemoWorld) -> Any:
    with thimble.session() as held:
        yield held
