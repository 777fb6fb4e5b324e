"""The wire format as the committed vectors fix it; the tablet's own suite opens the same files."""

import hashlib
import json
from pathlib import Path

import pytest

from fieldops.domain import certificate, hlc, kinds, segment
from fieldops.domain.entry import Draft, read_entry, seal
from fieldops.domain.errors import Refusal
from fieldops.domain.forms import FORMS
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import EntryId, LogId, SubjectId, signer_of
from fieldops.domain.log import extend, head_zero
from fieldops.domain.strict_json import read_line
from fieldops.sync import keys
from tests.support.write_vectors import VECTORS, WRITERS

STRICT_JSON = json.loads((VECTORS / "strict_json.json").read_text())
ENTRY = json.loads((VECTORS / "entry.json").read_text())
KINDS = json.loads((VECTORS / "kinds.json").read_text())
HLC = json.loads((VECTORS / "hlc.json").read_text())
HEADS = json.loads((VECTORS / "heads.json").read_text())
SEGMENT = json.loads((VECTORS / "segment.json").read_text())
CERTIFICATE = json.loads((VECTORS / "certificate.json").read_text())
VISIT_PAPER = json.loads((VECTORS / "visit_paper.json").read_text())


def rule(case: dict[str, object]) -> str:
    return str(case.get("rule", ""))


def line_of(case: dict[str, str]) -> bytes:
    return bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode("utf-8")


@pytest.mark.parametrize("case", [c for c in STRICT_JSON["cases"] if c["valid"]], ids=rule)
def test_a_fine_line_reads_as_the_one_value_it_has(case: dict[str, str]) -> None:
    assert read_line(line_of(case)) == case["value"]


@pytest.mark.parametrize("case", [c for c in STRICT_JSON["cases"] if not c["valid"]], ids=rule)
def test_a_hostile_line_is_refused_before_anything_is_believed(case: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        read_line(line_of(case))
    assert refused.value.code == "not_strict_json"


def test_the_corpus_of_texts_is_large_enough_to_mean_something() -> None:
    assert sum(not case["valid"] for case in STRICT_JSON["cases"]) >= 60


@pytest.mark.parametrize("case", ENTRY["good"], ids=rule)
def test_an_entry_reads_as_what_its_author_recorded(case: dict[str, object]) -> None:
    held = case["entry"]
    entry = read_entry(str(case["header"]).encode(), str(case["body"]).encode())
    assert entry.id == case["id"]
    assert [entry.hlc.ms, entry.hlc.counter] == held["hlc"]
    assert (entry.log, entry.n, entry.kind, entry.schema) == (
        held["log"],
        held["n"],
        held["kind"],
        held["schema"],
    )
    assert (entry.subject, entry.field, entry.value) == (held["subject"], held["field"], held["value"])
    assert (entry.note, entry.late_reason) == (held["note"], held["late_reason"])
    assert sorted(entry.supersedes) == held["supersedes"]
    assert list(entry.attachments) == held["att"]


@pytest.mark.parametrize("case", ENTRY["good"], ids=rule)
def test_whoever_writes_the_same_draft_writes_the_same_bytes(case: dict[str, object]) -> None:
    held = case["entry"]
    entry = read_entry(str(case["header"]).encode(), str(case["body"]).encode())
    draft = Draft(
        happened=entry.happened,
        recorded=entry.recorded,
        kind=held["kind"],
        schema=held["schema"],
        subject=SubjectId(held["subject"]),
        field=held["field"],
        value=held["value"],
        note=held["note"],
        late_reason=held["late_reason"],
        supersedes=frozenset(EntryId(name) for name in held["supersedes"]),
        attachments=tuple(held["att"]),
    )
    sealed = seal(
        draft, log=LogId(held["log"]), n=held["n"], hlc=Hlc(*held["hlc"]), salt=keys.decode(case["salt"])
    )
    assert (sealed.header.decode(), sealed.body.decode()) == (case["header"], case["body"])


@pytest.mark.parametrize("case", ENTRY["bad"], ids=rule)
def test_lines_that_are_no_entry_get_one_verdict(case: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        read_entry(case["header"].encode(), case["body"].encode())
    assert refused.value.code == case["code"]


def test_an_erased_entry_keeps_its_place_and_name_without_its_words() -> None:
    case = ENTRY["erased"][0]
    entry = read_entry(case["header"].encode(), b"")
    assert (entry.erased, entry.value, entry.note, entry.id) == (True, None, None, case["id"])


def test_every_field_of_a_header_is_tried_with_a_wrong_form() -> None:
    tried = {case["rule"].removeprefix("header: ").removesuffix(" missing") for case in ENTRY["bad"]}
    assert set(FORMS) <= tried


@pytest.mark.parametrize("case", KINDS["values"], ids=lambda c: f"{c['kind']} {json.dumps(c['value'])}")
def test_a_value_fits_its_kind_or_is_told_apart(case: dict[str, str]) -> None:
    try:
        kinds.check_value(case["kind"], case["value"])
        verdict = "ok"
    except Refusal as refusal:
        verdict = refusal.code
    assert verdict == case["verdict"]


def test_every_kind_is_tried_with_a_value_that_fits_and_one_that_does_not() -> None:
    assert KINDS["sorts"] == {kind.name: str(kind.sort) for kind in kinds.KINDS.values()}
    seen = {(case["kind"], case["verdict"]) for case in KINDS["values"]}
    assert {(name, verdict) for name in kinds.KINDS for verdict in ("ok", "entry_value")} <= seen


def test_a_clock_goes_forward_whatever_the_device_shows_and_believes_nobody_far_ahead() -> None:
    for case in HLC["tick"]:
        assert hlc.tick(Hlc(*case["last"]), case["now"]) == Hlc(*case["next"])
    for case in HLC["adopt"]:
        assert hlc.adopt(Hlc(*case["last"]), Hlc(*case["remote"]), case["now"]) == Hlc(*case["next"])


def test_heads_chain_every_entry_to_the_name_of_its_log() -> None:
    for case in HEADS["zero"]:
        assert head_zero(LogId(case["log"])).hex() == case["head"]
    chain = HEADS["chain"]
    raw = [bytes.fromhex(name) for name in chain["ids"]]
    for n, head in enumerate(chain["heads"]):
        assert extend(head_zero(LogId(chain["log"])), raw[:n]).hex() == head


def test_merkle_roots_are_those_of_rfc_6962() -> None:
    leaves = [bytes.fromhex(name) for name in HEADS["merkle"]["ids"]]
    for case in HEADS["merkle"]["roots"]:
        assert (
            segment.merkle_root(leaves[: case["size"]]).hex()
            == case["root"]
            == recursive_root(leaves[: case["size"]]).hex()
        )


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 word for word, to hold the quick one against."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + recursive_root(leaves[:k]) + recursive_root(leaves[k:])).digest()


def test_a_key_has_one_name() -> None:
    for case in HEADS["signers"]:
        assert signer_of(keys.decode(case["key"])) == case["signer"]


def verdict_on(case: dict[str, str]) -> str:
    """What is the first thing wrong with a segment, or `ok`."""
    said = segment.read_statement(case["statement"].encode())
    pairs = segment.split_lines(case["lines"].encode())
    raw = [hashlib.sha256(header).digest() for header, _ in pairs]
    signed = segment.signed_bytes(case["statement"].encode())
    if not keys.verify(keys.decode(SEGMENT["key"]), keys.decode(case["signature"]), signed):
        return "signature"
    if len(raw) != said.last - said.first + 1:
        return "count"
    if segment.merkle_root(raw) != said.root:
        return "root"
    for header, body in pairs:
        try:
            read_entry(header, body)
        except Refusal as refusal:
            return refusal.code
    return "ok"


@pytest.mark.parametrize("case", SEGMENT["good"], ids=rule)
def test_a_segment_verifies_and_leads_to_its_head(case: dict[str, str]) -> None:
    assert verdict_on(case) == "ok"
    said = segment.read_statement(case["statement"].encode())
    assert segment.write_statement(said).decode() == case["statement"]
    assert extend(said.previous, [bytes.fromhex(name) for name in case["ids"]]).hex() == case["head"]


@pytest.mark.parametrize("case", SEGMENT["forged"], ids=rule)
def test_a_forged_segment_is_caught(case: dict[str, str]) -> None:
    assert verdict_on(case) == case["caught_by"]


@pytest.mark.parametrize("case", SEGMENT["bad_statements"], ids=rule)
def test_a_line_that_is_no_statement_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        segment.read_statement(case["statement"].encode())
    assert refused.value.code == "segment_statement"


def test_a_certificate_is_the_servers_word_and_nobody_elses() -> None:
    point = keys.decode(CERTIFICATE["server_key"])
    for case in CERTIFICATE["good"]:
        line = case["certificate"].encode()
        said = certificate.read_certificate(line)
        assert certificate.write_certificate(said) == line
        assert signer_of(keys.decode(said.key)) == said.signer
        assert keys.verify(point, keys.decode(case["signature"]), certificate.signed_bytes(line))
    for case in CERTIFICATE["forged"]:
        line = case["certificate"].encode()
        assert not keys.verify(point, keys.decode(case["signature"]), certificate.signed_bytes(line))
    for bad in CERTIFICATE["bad"]:
        with pytest.raises(Refusal):
            certificate.read_certificate(bad.encode())


def test_a_certificate_holds_up_to_its_last_moment() -> None:
    ends = certificate.read_certificate(CERTIFICATE["good"][0]["certificate"].encode()).not_after
    assert {case["holds"] for case in CERTIFICATE["held"]} == {True, False}
    for case in CERTIFICATE["held"]:
        assert certificate.vouches(ends, case["at"]) is case["holds"]


def test_a_visits_paper_names_whoever_ever_led_beside_who_leads_now() -> None:
    paper = VISIT_PAPER["paper"]
    for case in VISIT_PAPER["authors"]:
        assert (case["officer"] in paper["visit_leads"]) is case["visit_lead"], case["who"]
        assert (case["officer"] in paper["leads"]) is case["operation_lead"], case["who"]
    now = {member["officer"] for member in paper["roster"] if member["lead"]}
    assert now < set(paper["visit_leads"])


@pytest.mark.parametrize("name", list(WRITERS))
def test_the_committed_vectors_are_what_the_code_still_writes(name: str) -> None:
    assert json.loads(Path(VECTORS / f"{name}.json").read_text()) == json.loads(json.dumps(WRITERS[name]()))
