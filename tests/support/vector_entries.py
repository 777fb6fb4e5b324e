"""Vectors of single entries: the bytes a draft becomes, what other lines are worth, kinds and clocks."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from fieldops.domain import hlc, ids
from fieldops.domain.entry import ACTS_SCHEMA, Draft, Sealed, read_entry, seal
from fieldops.domain.errors import Refusal
from fieldops.domain.hlc import Hlc
from fieldops.domain.ids import ClassCode, EntryId, LogId, SubjectId
from fieldops.domain.kinds import KINDS, check_value
from fieldops.domain.strict_json import Json
from fieldops.sync import keys

KEY = keys.key_from_number(1001)
POINT = keys.public_point(KEY)
SIGNER = ids.signer_of(POINT)
VISIT = ids.derived_id("vectors", "visit")
WORKER = ids.derived_id("vectors", "worker")
LOG = ids.log_id(ids.stream_id(VISIT, ClassCode("C1")), SIGNER, "1")
CHECKLIST = hashlib.sha256(b"vectors: a checklist").hexdigest()
SALT = bytes(range(16))
HAPPENED = datetime.fromisoformat("2026-11-22T09:30:00.123+00:00")
RECORDED = datetime.fromisoformat("2026-11-22T09:31:05.000+00:00")

ABOUT_ENTRIES = (
    "'good': lines that read; 'entry' says what they hold, 'id' is SHA-256(header) and "
    "'body_hash' SHA-256(body). A program that writes them anew from 'entry' and 'salt' "
    "(keys in this order, no spaces, no escaping beyond JSON's own) gets the same bytes. "
    "'erased': a header whose body is gone by law reads, with value null. 'bad': lines that "
    "must not be read as an entry; 'code' is the verdict, entry_header before "
    "entry_body_hash before entry_body; not_strict_json where the line itself is no strict "
    "JSON."
)


def draft(**changed: object) -> Draft:
    """A plain answer with some of its fields changed."""
    plain = Draft(
        happened=HAPPENED,
        recorded=RECORDED,
        kind="answer",
        schema=CHECKLIST,
        subject=SubjectId("visit"),
        field="PREM-03",
        value="Y",
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def _drafts() -> list[tuple[str, Draft]]:
    worker = SubjectId(f"worker:{WORKER}")
    earlier = EntryId(hashlib.sha256(b"earlier").hexdigest())
    other = EntryId(hashlib.sha256(b"other").hexdigest())
    tablet_time = datetime.fromisoformat("2026-06-22T10:30:00.000+01:00")
    return [
        ("a plain answer", draft()),
        ("one option of a question with many", draft(field="SAFE-02:locked-exit", value="N")),
        ("a number", draft(field="OBS-01", value=34)),
        ("money is text", draft(field="WK2-04", subject=worker, value="12.71")),
        ("a person and their role", draft(field="MGMT-01", value={"name": "A. Example", "role": "director"})),
        ("a note beside the answer, in two lines", draft(note='She said "later",\nthen left.')),
        ("text of another script, beyond the first plane", draft(value="ਹਾਂ \U0001f9f5")),
        ("not asked, with the reason", draft(kind="not_asked", value="no_time")),
        ("a cleared answer", draft(kind="clear", value=None, supersedes=frozenset({earlier}))),
        (
            "a ruling on two rivals",
            draft(
                kind="ruling",
                value={"value": "N", "reason": "Counted again together."},
                supersedes=frozenset({earlier, other}),
            ),
        ),
        ("entered late, and why", draft(late_reason="The tablet was out of power.")),
        ("an attachment named", draft(kind="item", value={"what": "ledger"}, attachments=(earlier,))),
        ("a time with another offset", draft(happened=tablet_time, recorded=tablet_time)),
        (
            "an arrest",
            draft(
                kind="arrest",
                schema=ACTS_SCHEMA,
                field="arrest",
                value={"offence": "Modern Slavery Act 2015 s.1"},
            ),
        ),
        (
            "a worker's card",
            draft(kind="worker", schema=ACTS_SCHEMA, subject=worker, field="worker", value={"label": "W7-1"}),
        ),
    ]


def entries() -> object:
    """entry.json."""
    good = [_good(rule, made, n) for n, (rule, made) in enumerate(_drafts(), start=1)]
    plain = seal(draft(), log=LOG, n=1, hlc=Hlc(1_795_339_865_000, 0), salt=SALT)
    erased = {"header": plain.header.decode(), "body": "", "id": plain.id.hex()}
    return {"about": ABOUT_ENTRIES, "good": good, "erased": [erased], "bad": _bad_entries(plain)}


def _good(rule: str, made: Draft, n: int) -> dict[str, object]:
    clock = Hlc(1_795_339_865_000 + n, n - 1)
    sealed = seal(made, log=LOG, n=n, hlc=clock, salt=SALT)
    read = read_entry(sealed.header, sealed.body)
    return {
        "rule": rule,
        "header": sealed.header.decode(),
        "body": sealed.body.decode(),
        "id": read.id,
        "body_hash": hashlib.sha256(sealed.body).hexdigest(),
        "salt": json.loads(sealed.body)["salt"],
        "entry": {
            "log": read.log,
            "n": read.n,
            "hlc": [read.hlc.ms, read.hlc.counter],
            "happened": read.happened.isoformat(timespec="milliseconds"),
            "recorded": read.recorded.isoformat(timespec="milliseconds"),
            "kind": read.kind,
            "schema": read.schema,
            "subject": read.subject,
            "field": read.field,
            "value": read.value,
            "note": read.note,
            "late_reason": read.late_reason,
            "supersedes": sorted(read.supersedes),
            "att": list(read.attachments),
        },
    }


_HEADER_CHANGES: tuple[tuple[str, str, Json], ...] = (
    ("an unknown key", "extra", 1),
    ("another version", "v", 2),
    ("a version that is no number", "v", True),
    ("place zero", "n", 0),
    ("a place that is text", "n", "1"),
    ("a log with no incarnation", "log", LOG.rsplit(".", 1)[0]),
    ("a log of capitals", "log", LOG.upper()),
    ("a clock of one number", "hlc", [1]),
    ("a clock before its time", "hlc", [-1, 0]),
    ("a clock of truth", "hlc", [True, False]),
    ("a time without milliseconds", "happened", "2026-11-22T09:30:00+00:00"),
    ("a time without offset", "happened", "2026-11-22T09:30:00.123"),
    ("a time before clocks counted", "happened", "1969-12-31T23:59:59.999+00:00"),
    ("a time at the beginning of the calendar", "happened", "0001-01-01T00:00:00.000+14:00"),
    ("a time at the end of the calendar", "recorded", "9999-12-31T23:59:59.999-12:00"),
    ("a time with Z", "happened", "2026-11-22T09:30:00.123Z"),
    ("a day that the calendar has not", "recorded", "2026-02-30T09:30:00.123+00:00"),
    ("an hour that the day has not", "recorded", "2026-02-03T25:30:00.123+00:00"),
    ("a kind in capitals", "kind", "Answer"),
    ("a schema that is neither hash nor name", "schema", "thing"),
    ("a subject that is nobody", "subject", "worker:1"),
    ("a field with two colons", "field", "A:b:c"),
    ("an empty field", "field", ""),
    ("a body hash in capitals", "body_hash", "A" * 64),
    ("supersedes nothing, in a list", "supersedes", []),
    ("supersedes the same entry twice", "supersedes", ["0" * 64, "0" * 64]),
    ("supersedes too many", "supersedes", [f"{n:064x}" for n in range(65)]),
    ("supersedes what is no id", "supersedes", ["x"]),
    ("too many attachments", "att", [f"{n:064x}" for n in range(17)]),
    ("an empty reason for lateness", "late_reason", ""),
    ("a reason for lateness that is null", "late_reason", None),
    ("a header beyond 4 KiB", "late_reason", "x" * 4096),
)

_BODY_CHANGES: tuple[tuple[str, str, Json], ...] = (
    ("an unknown key", "extra", 1),
    ("a short salt", "salt", "AAECAwQFBgcICQoLDA0O"),
    ("a padded salt", "salt", "AAECAwQFBgcICQoLDA0ODw=="),
    ("a salt written in another way", "salt", "AAECAwQFBgcICQoLDA0ODx"),
    ("a note that is no text", "note", 1),
    ("an empty note", "note", ""),
    ("a body beyond 64 KiB", "note", "x" * 65536),
)


def _bad_entries(plain: Sealed) -> list[dict[str, object]]:
    head, body = json.loads(plain.header), json.loads(plain.body)
    cases = [
        (f"header: {rule}", _line({**head, key: value}), plain.body) for rule, key, value in _HEADER_CHANGES
    ]
    for rule, key, value in _BODY_CHANGES:
        line = _line({**body, key: value})
        cases.append((f"body: {rule}", _line({**head, "body_hash": hashlib.sha256(line).hexdigest()}), line))
    for key in head:
        cases.append(
            (f"header: {key} missing", _line({k: v for k, v in head.items() if k != key}), plain.body)
        )
    cases.append(("body: not the one that was named", plain.header, _line({**body, "value": "N"})))
    cases.append(("header: a list", b"[]", plain.body))
    cases.append(("header: no JSON", b"{", plain.body))
    cases.append(("header: a key twice", plain.header[:-1] + b',"n":1}', plain.body))
    return [
        {"rule": rule, "header": header.decode(), "body": body.decode(), "code": _code(header, body)}
        for rule, header, body in cases
    ]


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _code(header: bytes, body: bytes) -> str:
    try:
        read_entry(header, body)
    except Refusal as refusal:
        return refusal.code
    raise AssertionError("read although bad")


_DECIDED: dict[str, Json] = {
    "choice": "release",
    "log": LOG,
    "from": 1,
    "to": 4,
    "head": "a" * 64,
    "why": "She was sent there by telephone.",
}

_AT = "2026-11-22T14:02:00.000+00:00"
_GRADED = {"text": "Vans come at night", "source": "2", "content": "B"}
_VALUES: tuple[tuple[str, Json], ...] = (
    ("answer", "Y"),
    ("answer", 12),
    ("answer", -1),
    ("answer", "12.71"),
    ("answer", {"left": "10:20"}),
    ("answer", {"who": "A", "how": "phone", "when": "evening"}),
    ("answer", ""),
    ("answer", None),
    ("answer", True),
    ("answer", []),
    ("answer", ["Y"]),
    ("answer", {}),
    ("answer", {"a": {"b": "c"}}),
    ("answer", {"a": None}),
    ("answer", {"a": False}),
    ("not_asked", "no_time"),
    ("not_asked", ""),
    ("not_asked", None),
    ("not_asked", {"reason": "no_time"}),
    ("clear", None),
    ("clear", ""),
    ("clear", "Y"),
    ("ruling", {"value": "Y", "reason": "Asked again."}),
    ("ruling", {"value": None, "reason": "Not to be known."}),
    ("ruling", {"value": 3, "reason": "Counted."}),
    ("ruling", {"value": "Y"}),
    ("ruling", {"value": "Y", "reason": ""}),
    ("ruling", {"value": "", "reason": "x"}),
    ("ruling", {"value": "Y", "reason": "x", "more": "y"}),
    ("ruling", "Y"),
    ("withdrawal", {"reason": "Wrong worker."}),
    ("withdrawal", {"reason": ""}),
    ("withdrawal", {}),
    ("withdrawal", None),
    ("note", "Seen at the door."),
    ("note", ""),
    ("note", {"text": "x"}),
    ("item", {"what": "ledger", "seal": "A1"}),
    ("item", {}),
    ("item", "ledger"),
    ("item", [{"what": "ledger"}]),
    ("worker", {"label": "W7-1"}),
    ("worker", {"label": "W0-1"}),
    ("worker", {"label": "Anna"}),
    ("worker", {}),
    ("arrest", {"offence": "Modern Slavery Act 2015 s.1"}),
    ("arrest", {"offence": ""}),
    ("arrest", {}),
    ("arrest", "x"),
    ("arrest", {"offence": "x", "place": "y"}),
    ("pay_case", {"workers": 12, "estimate_gbp": "45000.00"}),
    ("pay_case", {"workers": 0, "estimate_gbp": "0"}),
    ("pay_case", {"workers": -1, "estimate_gbp": "1"}),
    ("pay_case", {"workers": "12", "estimate_gbp": "1"}),
    ("pay_case", {"workers": 1, "estimate_gbp": 1}),
    ("pay_case", {"workers": 1, "estimate_gbp": "01"}),
    ("pay_case", {"workers": 1, "estimate_gbp": "1,000"}),
    ("pay_case", {"workers": 1}),
    ("notice", {"body": "HS", "type": "prohibition", "reference": "N1"}),
    ("notice", {"body": "HS", "type": "prohibition"}),
    ("referral_sent", {"to": "PO", "route": "nrm", "reference": "R1"}),
    ("referral_sent", {"to": "PO"}),
    ("referral_accepted", {"to": "PO", "route": "nrm", "reference": "R1", "sent": "0" * 64}),
    ("referral_accepted", {"to": "PO", "route": "nrm", "reference": "R1"}),
    ("referral_accepted", {"to": "PO", "route": "nrm", "reference": "R1", "sent": "x"}),
    ("order", {"type": "slavery_risk", "reference": "O1"}),
    ("order", {"type": "slavery_risk"}),
    ("age_decision", {"decision": "child", "authority": "LA", "reference": "A1"}),
    ("age_decision", {"decision": "child"}),
    (
        "attendance",
        {
            "agency": "FS",
            "officer": "A",
            "arrived": "2026-11-22T09:30:00.000+00:00",
            "left": "2026-11-22T10:30:00.000+00:00",
        },
    ),
    ("attendance", {"agency": "FS", "officer": "A", "arrived": "09:30", "left": "10:30"}),
    ("exhibit", {"label": "JS/3", "what": "photo", "found": "Under the till"}),
    (
        "exhibit",
        {
            "label": "JS/4",
            "what": "object",
            "found": "Cash box",
            "from_whom": "The manager",
            "seal": "A1001",
            "question": "EVD-01",
        },
    ),
    ("exhibit", {"label": "JS/3", "what": "hearsay", "found": "Under the till"}),
    ("exhibit", {"label": "", "what": "photo", "found": "Under the till"}),
    ("exhibit", {"label": "JS/3", "what": "photo"}),
    ("exhibit", {"label": "JS/3", "what": "photo", "found": "Here", "file": {"name": "../x.jpg"}}),
    ("continuity", {"exhibit": "a" * 64, "from": "J. S.", "to": "Store", "at": _AT, "seal": "A1002"}),
    ("intelligence", _GRADED | {"handling": "P"}),
    ("intelligence", _GRADED | {"handling": "C", "conditions": "Ask before you act"}),
    (
        "intelligence",
        _GRADED
        | {
            "handling": "C",
            "conditions": "Ask",
            "only": "POL",
            "no_further": "Y",
            "sanitised": "In the yard",
        },
    ),
    ("address_try", {"strike": "G1", "edition": 1, "number": 2, "outcome": "wrong"}),
    ("address_try", {"strike": "G1", "edition": 3, "number": 1, "outcome": "opened"}),
    (
        "continuity",
        {
            "exhibit": "a" * 64,
            "from": "A",
            "to": "B",
            "at": _AT,
            "seal": "no",
            "place": "Yard",
            "why": "copy",
        },
    ),
    ("intelligence", {"text": "Vans come at night"}),
    ("intelligence", _GRADED | {"handling": "P", "source": ["2"]}),
    ("intelligence", _GRADED | {"handling": "P", "content": {}}),
    ("intelligence", _GRADED),
    ("intelligence", _GRADED | {"handling": "C"}),
    ("intelligence", _GRADED | {"handling": "C", "conditions": ""}),
    ("intelligence", _GRADED | {"handling": "P", "conditions": "Ask"}),
    ("intelligence", _GRADED | {"handling": "P", "only": "POL"}),
    ("intelligence", _GRADED | {"handling": "C", "conditions": "Ask", "only": "pol and fwa"}),
    ("intelligence", _GRADED | {"handling": "C", "conditions": "Ask", "no_further": "N"}),
    ("intelligence", _GRADED | {"handling": "C", "conditions": "Ask", "told_by": "A worker"}),
    ("intelligence", _GRADED | {"handling": "P", "source": "4"}),
    ("intelligence", _GRADED | {"handling": "P", "source": 1}),
    ("intelligence", _GRADED | {"handling": "P", "content": "F"}),
    ("intelligence", _GRADED | {"handling": "P", "text": ""}),
    ("address_try", {"strike": "G1", "edition": 0, "number": 2, "outcome": "wrong"}),
    ("address_try", {"strike": "G1", "edition": 1, "number": True, "outcome": "wrong"}),
    ("address_try", {"strike": "G1", "edition": 1, "number": 1, "outcome": "guessed"}),
    ("address_try", {"edition": 1, "number": 1, "outcome": "wrong"}),
    ("continuity", {"exhibit": "JS/3", "from": "J. S.", "to": "Store", "at": _AT, "seal": "A1002"}),
    ("continuity", {"exhibit": "a" * 64, "from": "J. S.", "to": "Store", "at": "14:02", "seal": "A1002"}),
    ("continuity", {"exhibit": "a" * 64, "from": "J. S.", "to": "", "at": _AT, "seal": "A1002"}),
    ("continuity", {"exhibit": "a" * 64, "from": "J. S.", "to": "Store", "at": _AT}),
    ("decision", _DECIDED),
    ("decision", {**_DECIDED, "choice": "keep"}),
    ("decision", {**_DECIDED, "choice": "delete"}),
    ("decision", {**_DECIDED, "log": "somewhere"}),
    ("decision", {**_DECIDED, "from": 0}),
    ("decision", {**_DECIDED, "head": "not a hash"}),
    ("decision", {**_DECIDED, "why": ""}),
    ("telepathy", "x"),
)


def kinds() -> object:
    """kinds.json."""
    return {
        "about": "Each kind's sort, and values with the verdict: ok, entry_value (another shape than the "
        "kind's) or entry_kind (a kind not known here). Fields beyond those that a kind needs "
        "are kept.",
        "sorts": {kind.name: str(kind.sort) for kind in KINDS.values()},
        "values": [
            {"kind": kind, "value": value, "verdict": _verdict(kind, value)} for kind, value in _VALUES
        ],
    }


def _verdict(kind: str, value: Json) -> str:
    try:
        check_value(kind, value)
    except Refusal as refusal:
        return refusal.code
    return "ok"


def clocks() -> object:
    """hlc.json."""
    last = Hlc(1000, 5)
    ticks = [(last, now) for now in (0, 999, 1000, 1001, 5000)]
    far = 1000 + hlc.ADOPT_AHEAD_MS
    remotes = [
        Hlc(999, 9),
        Hlc(1000, 5),
        Hlc(1000, 6),
        Hlc(2000, 0),
        Hlc(far, 0),
        Hlc(far + 1, 0),
        Hlc(2**52, 0),
    ]
    return {
        "about": "'tick': the clock of a new entry after 'last' when the device shows 'now'. 'adopt': the "
        "last clock after a remote one was seen, at the server-corrected 'now'; beyond now + 60 "
        "s it is not believed.",
        "tick": [{"last": _pair(a), "now": now, "next": _pair(hlc.tick(a, now))} for a, now in ticks],
        "adopt": [
            {"last": _pair(last), "remote": _pair(r), "now": 1000, "next": _pair(hlc.adopt(last, r, 1000))}
            for r in remotes
        ],
    }


def _pair(clock: Hlc) -> list[int]:
    return [clock.ms, clock.counter]


def run_of(log: LogId, count: int) -> list[Sealed]:
    """Entries 1..count of a log, for the vectors of segments."""
    return [
        seal(
            draft(field=f"OBS-{n:02}", value=n),
            log=log,
            n=n,
            hlc=Hlc(1_795_339_865_000 + n, 0),
            salt=bytes([n] * 16),
        )
        for n in range(1, count + 1)
    ]
