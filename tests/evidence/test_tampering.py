"""Seven ways to tamper with the database, by somebody who has the server's secret too. Each is found.

First as the change alone; then with the tree and every checkpoint made anew over it, where a witness that
kept an earlier checkpoint still finds it.
"""

from dataclasses import replace
from hashlib import sha256

import pytest

from fieldops.domain.certificate import read_certificate, signed_bytes, write_certificate
from fieldops.domain.ids import LogId, SignerId, log_id, signer_of, stream_of
from fieldops.domain.log import extend, head_zero
from fieldops.domain.segment import (
    join_lines,
    merkle_root,
    read_statement,
    split_lines,
    write_statement,
)
from fieldops.domain.segment import signed_bytes as segment_bytes
from fieldops.sync import keys
from fieldops.sync.enrol import server_key
from tests.evidence.conftest import SEED, Kept, Tamper, said

LONGEST = """SELECT arrivals.key, arrivals.log, logs.id, lines, statement, count, first_n FROM arrivals
JOIN logs ON logs.key = arrivals.log WHERE count > 2 AND held_back IS NULL ORDER BY arrivals.key LIMIT 1"""

LAST_IN_ITS_STREAM = """SELECT arrivals.key, arrivals.log, logs.id, count FROM arrivals
JOIN logs ON logs.key = arrivals.log WHERE first_n = 1 AND count = 3 AND NOT EXISTS (
SELECT 1 FROM arrivals AS later WHERE later.stream = arrivals.stream AND later.first_seq > arrivals.first_seq)
ORDER BY arrivals.key LIMIT 1"""


def ask(kept: Kept, question: str) -> list[tuple[object, ...]]:
    with kept.field.database.reading() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql(question)]


def edit_an_entry(kept: Kept) -> None:
    key, _, _, lines, *_ = ask(kept, LONGEST)[0]
    changed = bytes(lines).replace(b"police 1", b"police 7").replace(b'"value":1', b'"value":7')
    assert changed != bytes(lines)
    kept.sql("UPDATE arrivals SET lines = :lines WHERE key = :key", lines=changed, key=key)


def delete_an_entry(kept: Kept) -> None:
    key, _, _, lines, _, count, _ = ask(kept, LONGEST)[0]
    pairs = split_lines(bytes(lines))
    kept.sql(
        "UPDATE arrivals SET lines = :lines, count = :count WHERE key = :key",
        lines=join_lines([pairs[0], *pairs[2:]]),
        count=int(str(count)) - 1,
        key=key,
    )


def cut_the_tail_of_a_log(kept: Kept) -> None:
    """All traces of it: log and stream are put back to where they stood, so that nothing has a hole."""
    key, log, name, count = ask(kept, LAST_IN_ITS_STREAM)[0]
    kept.sql("DELETE FROM leaves WHERE arrival = :key", key=key)
    kept.sql("DELETE FROM arrivals WHERE key = :key", key=key)
    head = head_zero(LogId(str(name)))
    kept.sql("UPDATE logs SET have = 0, head = :head WHERE key = :log", head=head, log=log)
    kept.sql("UPDATE streams SET head = head - :n WHERE id = :id", n=count, id=stream_of(LogId(str(name))))


def remove_a_device(kept: Kept) -> None:
    """The certificate is gone, what it stood for is left."""
    signer = kept.field.tablet("safety").signer
    kept.sql("DELETE FROM leaves WHERE signer = :signer", signer=signer)
    kept.sql("DELETE FROM signers WHERE id = :signer", signer=signer)


def reorder_receipts(kept: Kept) -> None:
    kept.sql("UPDATE arrivals SET received_ms = received_ms + 3600000 WHERE key = 1")


def swap_authors(kept: Kept) -> None:
    """Each key now has the other officer's certificate, made out anew with the server's own secret."""
    one, two = kept.field.tablet("police").signer, kept.field.tablet("safety").signer
    lines = {str(row[0]): str(row[1]) for row in ask(kept, "SELECT id, certificate FROM signers")}
    for signer, other in ((one, two), (two, one)):
        own, theirs = read_certificate(lines[signer].encode()), read_certificate(lines[other].encode())
        forged = write_certificate(
            replace(own, officer=theirs.officer, name=theirs.name, agency=theirs.agency)
        )
        replace_certificate(kept, signer, forged)


def replace_certificate(kept: Kept, signer: SignerId, line: bytes) -> None:
    signature = keys.encode(keys.sign(server_key(SEED), signed_bytes(line), repeatable=True))
    kept.sql(
        "UPDATE signers SET certificate = :line, signature = :signature WHERE id = :signer",
        line=line.decode(),
        signature=signature,
        signer=signer,
    )


def sign_with_another_key(kept: Kept) -> None:
    """A log is written again under a key of the forger's, which the server's secret then vouches for."""
    key, log, name, lines, statement, count, _ = ask(kept, LONGEST)[0]
    old = LogId(str(name))
    forger = keys.key_from_number(4711)
    point = keys.public_point(forger)
    signer, was = signer_of(point), str(name).split(".")[2]
    new = log_id(stream_of(old), signer, "zzzzzzzz")
    text = bytes(lines).replace(str(name).encode(), new.encode())
    ids = [sha256(header).digest() for header, _ in split_lines(text)]
    forged = replace(
        read_statement(bytes(statement)),
        log=new,
        first=1,
        last=int(str(count)),
        previous=head_zero(new),
        root=merkle_root(ids),
    )
    line = write_statement(forged)
    own = read_certificate(
        str(ask(kept, f"SELECT certificate FROM signers WHERE id = '{was}'")[0][0]).encode()
    )
    kept.sql(
        "INSERT INTO signers (id, key, device, officer, certificate, signature, issued, not_after)"
        " SELECT :new, :key, device, officer, certificate, signature, issued, not_after"
        " FROM signers WHERE id = :old",
        new=signer,
        key=keys.encode(point),
        old=was,
    )
    replace_certificate(kept, signer, write_certificate(replace(own, signer=signer, key=keys.encode(point))))
    kept.sql(
        "UPDATE arrivals SET lines = :lines, statement = :line, signature = :signed WHERE key = :key",
        lines=text,
        line=line,
        signed=keys.sign(forger, segment_bytes(line)),
        key=key,
    )
    head = extend(head_zero(new), ids)
    kept.sql(
        "UPDATE logs SET id = :id, signer = :signer, have = :have, head = :head WHERE key = :log",
        id=new,
        signer=signer,
        have=count,
        head=head,
        log=log,
    )


TAMPERINGS = {
    edit_an_entry: {"altered_words"},
    delete_an_entry: {"missing_entry", "missing_number", "altered_receipt", "missing_tail"},
    cut_the_tail_of_a_log: {"altered_history"},
    remove_a_device: {"missing_receipt", "missing_certificate"},
    reorder_receipts: {"altered_receipt"},
    swap_authors: {"altered_receipt"},
    sign_with_another_key: {"altered_receipt"},
}
UNSEEN_WITHOUT_A_WITNESS = (cut_the_tail_of_a_log, reorder_receipts, swap_authors, sign_with_another_key)


def named(tamper: Tamper) -> str:
    return tamper.__name__


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=named)
def test_what_was_changed_in_the_database_is_found(kept: Kept, tamper: Tamper) -> None:
    tamper(kept)
    found = kept.codes(kept.witness)
    assert TAMPERINGS[tamper] <= found


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=named)
def test_with_everything_made_anew_over_it_a_witness_still_finds_it(kept: Kept, tamper: Tamper) -> None:
    tamper(kept)
    kept.sealed_anew()
    report = said(kept, kept.witness)
    assert not report["whole"]
    assert any(one["words"] and one["sort"] in ("missing", "altered") for one in report["findings"])


@pytest.mark.parametrize("tamper", UNSEEN_WITHOUT_A_WITNESS, ids=named)
def test_it_takes_the_witness_to_find_what_the_server_itself_forged(kept: Kept, tamper: Tamper) -> None:
    tamper(kept)
    kept.sealed_anew()
    assert kept.codes() == set()
    assert kept.codes(kept.witness) <= {"altered_history", "missing_history"}
    assert kept.codes(kept.witness)


def test_making_everything_anew_over_the_same_is_no_tampering(kept: Kept) -> None:
    kept.sealed_anew()
    assert kept.codes(kept.witness) == set()
