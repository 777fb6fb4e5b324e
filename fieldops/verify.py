"""Says of an evidence bundle what is whole, what is missing and what was altered.

    python -m fieldops.verify BUNDLE.zip [--witness NOTE ...] [--json]

One file, alone: Python 3.11 and `cryptography`, no server. It ends with 0: whole, 1: not whole, 2: no bundle.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections import defaultdict
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

ARRIVAL = ("log", "seq", "count", "n", "statement", "signature", "received", "offset_ms", "via", "held_back")
FIELDS = {"arrival": ARRIVAL, "certificate": ("signer", "certificate", "signature"), "look": ("line",)}
NOTE = re.compile(rb"\A((\S+)\n(\d{1,15})\n(\S+)\n(?:.+\n)*)\n((?:\xe2\x80\x94 \S+ \S+\n)+)\Z")
NAMED = rb'\\"att\\":\[([^\]]*)\](?![^{}]*\}(?:\\n(?:\\n|")|","body":""))'  # but by entries that were erased
EPOCH = re.compile(rb"^epoch (\S+)$|\Z", re.M)
RESTORED = re.compile(rb"^restored (\S+) (\d{1,15}) (\S+)$", re.M)
BROKEN = (LookupError, TypeError, ValueError, AttributeError, RuntimeError, OSError, EOFError, zlib.error)
Row = dict[str, Any]
raw = partial(str.encode, errors="surrogateescape")
read = partial(json.loads, parse_float=int, parse_constant=int)  # no numbers but whole ones: others fail


class Unreadable(Exception): ...  # the file is no bundle, or only a part of one


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def unspell(text: str) -> bytes:  # base64 in either alphabet; nothing where it is not the one spelling
    bare = text.rstrip("=").replace("+", "-").replace("/", "_")
    with suppress(ValueError):
        data = base64.urlsafe_b64decode(bare + "==")
        return data if base64.urlsafe_b64encode(data).decode().rstrip("=") == bare else b""
    return b""


def leaf_of(kind: str, row: Row) -> bytes:
    said = {key: row[key] for key in FIELDS[kind]}
    said |= {key: digest(raw(said[key])).hex() for key in {"certificate", "statement"} & said.keys()}
    line = json.dumps({"v": 1, "leaf": kind, **said}, ensure_ascii=False, separators=(",", ":"))
    return digest(b"\x00" + raw(line))


def root_of(leaves: list[bytes]) -> bytes:
    level = list(leaves) or [digest(b"")]
    while len(level) > 1:
        pairs = [digest(b"\x01" + a + b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]


def signed_by(point: bytes, signature: bytes, data: bytes) -> bool:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    with suppress(InvalidSignature, ValueError):
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
        return (len(point), len(signature)) == (65, 64)
    return False


def read_note(note: bytes, key: str) -> tuple[int, bytes] | None:  # None where this key did not sign it
    ((text, origin, size, root, lines),), (name, key_id, spelled) = NOTE.findall(note), key.split("+", 2)
    public = ed25519.Ed25519PublicKey.from_public_bytes(unspell(spelled)[1:])
    for _, by, signed in (line.split(b" ") for line in lines.splitlines()):
        data = unspell(signed.decode("latin-1"))
        if {by, origin} == {name.encode()} and data[:4].hex() == key_id:
            with suppress(InvalidSignature):
                public.verify(data[4:], text)
                return int(size), unspell(root.decode("latin-1"))
    return None


class Inquiry:  # one bundle under examination: what it holds, and what was found wrong with it
    def __init__(self, bundle: zipfile.ZipFile, files: dict[str, bytes], witnesses: list[bytes]) -> None:
        self.bundle, self.files, self.head = bundle, files, read(files["bundle.json"].decode())
        if self.head["format"] not in ("fieldops/evidence/1", "fieldops/evidence/2"):
            raise Unreadable("The bundle is of another version than this verifier.")
        self.leaves = [bytes.fromhex(one) for one in files["leaves.txt"].decode("ascii").split()]
        names, files = ("looks", "certificates", "asides", "arrivals", "logs"), {"looks.jsonl": b"", **files}
        rows = ([read(line.decode()) for line in files[f"{name}.jsonl"].splitlines()] for name in names)
        self.looks, self.certificates, self.asides, arrivals, self.logs = rows
        self.arrivals = sorted(arrivals, key=lambda one: (one["log"], one["n"], one["position"]))
        self.beside = {(one["log"], one["n"]) for one in self.asides}  # what was put aside
        self.signers: dict[str, tuple[bytes, str]] = {}  # point and name of each key that is vouched for
        self.places: dict[str, dict[int, bytes]] = defaultdict(dict)  # the ids in each log's own chain
        self.chains: dict[str, list[bytes]] = {}  # and the heads along it
        self.stood: dict[bytes, int] = {}  # how much is left of what each epoch held that a restore ended
        self.entries, self.erased, self.findings = 0, 0, list[Row]()
        self.look_at_certificates()
        self.look_at_order()
        self.look_at_checkpoints(witnesses)
        for row in self.arrivals:
            self.look_at_arrival(row, row["log"], f"log {row['log']} from {row['n']}")
        self.look_at_logs()
        self.look_at_streams()
        self.look_at_asides()
        self.look_at_papers()
        self.look_at_files()
        counts = {"entries": self.entries, "erased": self.erased, "aside": len(self.asides)}
        counts |= {"files": len(self.named), "receipts": len(self.leaves), "logs": len(self.chains)}
        said = {"whole": not self.findings, "witnesses": len(witnesses), "findings": self.findings}
        said |= {key: self.head[key] for key in ("operation", "server_key", "checkpoint_key")}
        said["counts"] = counts | {"keys": len(self.certificates)}
        self.verdict = said | {"root": base64.b64encode(root_of(self.leaves)).decode()}

    def found(self, code: str, where: str, words: str) -> None:
        self.findings.append({"sort": code.split("_")[0], "code": code, "where": where, "words": words})

    def look_at_certificates(self) -> None:
        server = unspell(self.head["server_key"])
        for row in self.certificates:
            said, line, named = read(row["certificate"]), raw(row["certificate"]), row["signer"]
            name = base64.b32encode(digest(unspell(said["key"]))).decode().lower()[:26]
            vouched = signed_by(server, unspell(row["signature"]), b"fieldops/certificate/1\n" + line)
            if vouched and {name} == {named, said["signer"]}:
                self.signers[name] = unspell(said["key"]), f"{said['name']} ({said['agency']})"
            else:
                self.found("altered_certificate", f"key {named}", "The server did not vouch for it so.")

    def look_at_order(self) -> None:
        held = {row["position"]: (leaf_of("certificate", row), row["signer"]) for row in self.certificates}
        held |= {row["position"]: (leaf_of("arrival", row), row["log"]) for row in self.arrivals}
        held |= {row["position"]: (leaf_of("look", row), "access log") for row in self.looks}
        for n, leaf in enumerate(self.leaves):
            if n not in held:
                self.found("missing_receipt", f"receipt {n}", "What was received as this is not there.")
            elif held[n][0] != leaf:
                self.found("altered_receipt", f"receipt {n}", f"This ({held[n][1]}) is not what came then.")
        if not sum(map(len, (self.certificates, self.arrivals, self.looks))) <= len(held) <= len(self.leaves):
            self.found("altered_order", "receipts", "Some have no place of their own among the leaves.")

    def look_at_checkpoints(self, witnesses: list[bytes]) -> None:
        own = [self.files[name] for name in sorted(self.files) if name.startswith("checkpoints/")]
        for epoch, size, root in reversed(RESTORED.findall(b"".join(own[-1:]))):
            self.stood[epoch] = min([int(size), *self.stood.values()])
            if root_of(self.leaves[: int(size)]) != unspell(root.decode()):
                self.found("altered_history", "restore", f"The copy of {int(size)} receipts was another.")
        if max((self.look_at_note(note, "checkpoint") for note in own), default=-1) < len(self.leaves):
            self.found("missing_checkpoint", "checkpoints", "None of them covers all receipts of the bundle.")
        for note in witnesses:
            self.look_at_note(note, "witness")

    def look_at_note(self, note: bytes, where: str) -> int:
        size, root = read_note(note, self.head["checkpoint_key"]) or (-1, b"")
        if size < 0:
            self.found("altered_checkpoint", where, "The key that the bundle names did not sign it.")
        elif size > (stood := self.stood.get(EPOCH.findall(note)[0], size)):
            self.found("restored_history", where, f"Of {size} receipts then, the copy put back held {stood}.")
        elif size > len(self.leaves):
            self.found("missing_history", where, f"{size} receipts then, {len(self.leaves)} now.")
        elif root_of(self.leaves[:size]) != root:
            self.found("altered_history", where, f"The first {size} receipts are not those of then.")
        return size

    def look_at_arrival(self, row: Row, log: str, where: str) -> None:
        said, signed = read(row["statement"]), b"fieldops/segment/1\n" + raw(row["statement"])
        point, name = self.signers.get(log.split(".")[2], (b"", ""))
        if not point:
            self.found("missing_certificate", where, "Nobody vouches for the key that signed this.")
        elif said["log"] != log or not signed_by(point, bytes.fromhex(row["signature"]), signed):
            self.found("altered_signature", where, f"{name} did not sign this.")
        fresh = self.fresh_in(row, where)
        if row["count"] or row["held_back"]:
            self.places[log].update(fresh)
            self.look_at_run(said, self.places[log], where)
            self.follow(log, said, where)
        else:
            branch = {one["n"]: bytes.fromhex(one["id"]) for one in self.asides if one["log"] == log}
            self.look_at_run(said, {**self.places[log], **branch}, where)

    def look_at_run(self, said: Row, known: dict[int, bytes], where: str) -> None:
        run = [known.get(n, b"") for n in range(said["from"], min(said["to"], said["from"] + 100) + 1)]
        if b"" in run:
            gone = ", ".join(str(n) for n, one in enumerate(run, said["from"]) if not one)
            self.found("missing_entry", where, f"Entry {gone} was signed and is not there.")
        elif root_of([digest(b"\x00" + one) for one in run]).hex() != said["root"]:
            self.found("altered_entry", where, "The entries are not those that were signed.")

    def follow(self, log: str, said: Row, where: str) -> None:
        chain = self.chains.setdefault(log, [digest(b"fieldops/log/1\n" + log.encode())])
        if said["from"] <= len(chain) and chain[said["from"] - 1].hex() != said["prev"]:
            self.found("altered_chain", where, "What lies before it is not what its author wrote before it.")
        while len(chain) in self.places[log]:
            chain.append(digest(chain[-1] + self.places[log][len(chain)]))

    def fresh_in(self, row: Row, where: str) -> dict[int, bytes]:
        found = {read(n): bytes.fromhex(one) for n, one in (row["held_back"] or {}).items()}
        for _, n in sorted({(row["log"], n) for n in found} - self.beside):
            self.found("missing_aside", where, f"Entry {n} was put aside and is not there.")
        parts = raw(row["lines"]).split(b"\n")
        for header, body in zip(parts[::2], parts[1::2], strict=False):
            said = read(header.decode())
            found[said["n"]] = digest(header)
            self.entries, self.erased = self.entries + 1, self.erased + (not body)
            if body and digest(body).hex() != said["body_hash"]:
                self.found("altered_words", where, f"What entry {said['n']} says is not what was signed.")
        return found

    def look_at_logs(self) -> None:
        stands = {row["log"]: (row["have"], row["head"]) for row in self.logs}
        for log in sorted({*stands, *self.chains}):
            chain, (have, head) = self.chains.get(log, [b""]), stands.get(log, (0, ""))
            if (len(chain) - 1, chain[-1].hex() if have else "") != (have, head if have else ""):
                self.found(
                    "missing_tail", f"log {log}", f"Of {have} entries {len(chain) - 1} are here, or others."
                )

    def look_at_streams(self) -> None:
        runs = [(row["log"].rsplit(".", 2)[0], row["seq"], row["count"]) for row in self.arrivals]
        due: dict[str, int] = defaultdict(lambda: 1)
        for stream, seq, count in sorted(run for run in runs if run[2]):
            if seq != due[stream]:
                self.found("missing_number", f"stream {stream}", f"{due[stream]} is due, and {seq} comes.")
            due[stream] = seq + count

    def look_at_asides(self) -> None:
        for row in self.asides:
            named = digest(raw(row["body"])).hex() if row["body"] else ""
            if digest(raw(row["header"])).hex() != row["id"] or named not in row["header"]:
                self.found("altered_aside", f"log {row['log']}, {row['n']}", "It is not what was put aside.")

    def look_at_papers(self) -> None:
        papers = {name[-69:-5]: name for name in self.files if name.startswith("papers/")}
        wanted = re.findall(rb'schema\\":\\"([0-9a-f]{64})', self.files["arrivals.jsonl"])
        for named in sorted({*papers, *map(bytes.decode, wanted)}):
            if named not in papers:
                self.found("missing_paper", f"paper {named}", "Entries were made by it; it is not there.")
            elif digest(self.files[papers[named]]).hex() != named:
                self.found("altered_paper", papers[named], "The paper is not the one that was published.")

    def look_at_files(self) -> None:
        said_of = {digest(one).hex(): one for one in self.files["manifests.txt"].splitlines()}
        names, held = self.bundle.NameToInfo, self.files["arrivals.jsonl"] + self.files["asides.jsonl"]
        lists = b"".join(re.findall(NAMED, held)).decode("latin-1")
        self.named = sorted(set(re.findall("[0-9a-f]{64}", lists)))
        for name in self.named:
            said = read(said_of.get(name, b'{"chunks":[""],"sha256":""}').decode())
            due = [*said["chunks"], said["sha256"]]
            there = filter(names.__contains__, map("chunks/{}".format, said["chunks"]))
            parts = [*map(self.bundle.read, there)]
            if len(parts) + 1 < len(due):
                self.found("missing_file", f"file {name}", "An entry names it; not all of it is there.")
            elif [digest(one).hex() for one in (*parts, b"".join(parts))] != due:
                self.found("altered_file", f"file {name}", "It is not what its manifest says was captured.")


def verify(bundle: Path, witnesses: tuple[Path, ...] | list[Path] = ()) -> Row:  # raises Unreadable
    try:
        with zipfile.ZipFile(bundle) as opened:
            if sum(one.file_size for one in opened.infolist()) > 8 * 2**30:  # as they unpack
                raise Unreadable("The file holds more than a bundle can.")
            files = {name: opened.read(name) for name in opened.namelist() if name[:7] != "chunks/"}
            return Inquiry(opened, files, [one.read_bytes() for one in witnesses]).verdict
    except (*BROKEN, zipfile.BadZipFile) as fault:
        raise Unreadable(f"This cannot be read as a bundle with its witnesses: {fault!r}") from fault


def spoken(said: Row) -> str:
    counts = ", ".join(f"{number} {what}" for what, number in said["counts"].items())
    lines = [f"Operation {said['operation'].get('code')} ({said['operation'].get('id')})", counts]
    lines += [f"{one['sort'].upper()}  {one['where']}: {one['words']}" for one in said["findings"]]
    lines += ["Compare with what you hold:", *(said[one] for one in ("server_key", "checkpoint_key", "root"))]
    if not said["witnesses"]:
        lines += ["No witness: had the server made everything anew, this could not show it."]
    return "\n".join([*lines, "WHOLE" if said["whole"] else "NOT WHOLE"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="fieldops.verify", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--witness", type=Path, action="append", default=[], metavar="NOTE")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    try:
        said = verify(asked.bundle, asked.witness)
    except Unreadable as fault:
        print(json.dumps({"unreadable": str(fault)}) if asked.json else f"UNREADABLE  {fault}")
        return 2
    print(json.dumps(said, indent=1) if asked.json else spoken(said))
    return 0 if said["whole"] else 1


if __name__ == "__main__":
    sys.exit(main())
