import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { fromBase64url, hex, unhex, utf8 } from "../../src/ledger/bytes.ts";
import { readCertificate, signerOf, trusted, vouches } from "../../src/ledger/certificate.ts";
import { adopt, tick, type Hlc } from "../../src/ledger/clock.ts";
import { readEntry, writeEntry, type Draft, type Lines } from "../../src/ledger/entry.ts";
import type { LogId } from "../../src/ledger/ids.ts";
import { readLine, type Json } from "../../src/ledger/json.ts";
import { fitsKind, sortOf } from "../../src/ledger/kinds.ts";
import { firstHead, merkleRoot, nextHead } from "../../src/ledger/merkle.ts";
import { openSegment, readStatement, signedBy, splitLines, writeStatement } from "../../src/ledger/segment.ts";
import { sha256 } from "../../src/ledger/sha256.ts";
import { verifyWith } from "../../src/vault/keys.ts";
import { vectors } from "../support/vectors.ts";

const raw = (text: string): Uint8Array<ArrayBuffer> => unhex(text) ?? assert.fail(`not hex: ${text}`);
const point = (text: string): Uint8Array<ArrayBuffer> => fromBase64url(text) ?? assert.fail(`not base64url: ${text}`);

test("our hash is the platform's, at every length around a block", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
    assert.equal(hex(sha256(bytes.slice(0, 7), bytes.slice(7))), hex(sha256(bytes)));
  }
});

type JsonCase = { rule: string; text?: string; hex?: string; valid: boolean; value?: Json };

test("a line reads the same in both languages, or in neither", () => {
  for (const { rule, text, hex: bytes, valid, value } of vectors<{ cases: JsonCase[] }>("strict_json.json").cases) {
    const read = readLine(text === undefined ? raw(bytes ?? "") : utf8(text));
    assert.equal(read.ok, valid, `${rule}: ${read.ok ? "read" : read.detail}`);
    if (read.ok) assert.deepEqual(read.value, value, rule);
  }
});

type EntryCase = Lines & { rule: string; id: string; salt: string; entry: Draft & { [key: string]: Json } & { log: LogId; n: number; hlc: Hlc } };
type EntryVectors = { good: EntryCase[]; erased: (Lines & { id: string })[]; bad: (Lines & { rule: string; code: string })[] };

test("an entry that one language wrote is read by the other, and written by it byte for byte", () => {
  for (const { rule, header, body, id, salt, entry } of vectors<EntryVectors>("entry.json").good) {
    const read = readEntry({ header, body });
    assert.ok(read.ok, `${rule}: ${read.ok || read.detail}`);
    const { lateReason, ...rest } = read.value;
    const { id: _id, erased: _erased, ...held } = { ...rest, late_reason: lateReason };
    assert.equal(read.value.id, id, rule);
    assert.deepEqual(held, entry, rule);
    const draft = { ...entry, note: entry.note ?? "", lateReason: (entry["late_reason"] as string | null) ?? "" };
    const again = writeEntry(draft, entry, point(salt));
    assert.deepEqual(again, { ok: true, value: { header, body, id } }, rule);
  }
});

test("an entry whose words were erased by law still proves its place", () => {
  for (const { header, body, id } of vectors<EntryVectors>("entry.json").erased) {
    const read = readEntry({ header, body });
    assert.ok(read.ok);
    assert.deepEqual([read.value.id, read.value.erased, read.value.value], [id, true, null]);
  }
});

test("a line that breaks a rule of the format is refused for the part that breaks it", () => {
  for (const { rule, header, body, code } of vectors<EntryVectors>("entry.json").bad) {
    const read = readEntry({ header, body });
    assert.ok(!read.ok, rule);
    assert.equal(read.code, code, `${rule}: ${read.detail}`);
  }
});

type Heads = {
  zero: { log: LogId; head: string }[];
  chain: { log: LogId; ids: string[]; heads: string[] };
  merkle: { ids: string[]; roots: { size: number; root: string }[] };
  signers: { key: string; signer: string }[];
};

test("heads, trees and the names of keys are computed alike", () => {
  const { zero, chain, merkle, signers } = vectors<Heads>("heads.json");
  for (const { log, head } of zero) assert.equal(hex(firstHead(log)), head);
  const heads = [firstHead(chain.log)];
  for (const id of chain.ids) heads.push(nextHead(heads.at(-1) ?? assert.fail(), raw(id)));
  assert.deepEqual(heads.map(hex), chain.heads);
  for (const { size, root } of merkle.roots) assert.equal(hex(merkleRoot(merkle.ids.slice(0, size).map(raw))), root);
  for (const { key, signer } of signers) assert.equal(signerOf(point(key)), signer);
});

type SegmentCase = { rule: string; statement: string; signature: string; lines: string; ids: string[]; head: string };
type SegmentVectors = {
  key: string;
  good: SegmentCase[];
  forged: (SegmentCase & { caught_by: string })[];
  bad_statements: { rule: string; statement: string }[];
};

async function accepted(key: string, { statement, signature, lines }: SegmentCase): Promise<string | null> {
  const split = splitLines(lines);
  const opened = split.ok ? openSegment(statement, split.value) : split;
  return opened.ok && (await signedBy(key, statement, signature, verifyWith)) ? opened.value.head : null;
}

test("a segment is believed only with its signature, its links and its tree whole", async () => {
  const { key, good, forged } = vectors<SegmentVectors>("segment.json");
  for (const segment of good) {
    assert.equal(await accepted(key, segment), segment.head, segment.rule);
    const statement = readStatement(segment.statement);
    assert.ok(statement.ok);
    assert.equal(writeStatement(statement.value), segment.statement);
  }
  for (const segment of forged) assert.equal(await accepted(key, segment), null, segment.rule);
});

test("a statement that is not exactly one is refused", () => {
  for (const { rule, statement } of vectors<SegmentVectors>("segment.json").bad_statements) {
    assert.ok(!readStatement(statement).ok, rule);
  }
});

type Certificates = {
  server_key: string;
  good: { certificate: string; signature: string; fields: { [key: string]: Json } }[];
  forged: { rule: string; certificate: string; signature: string }[];
  bad: string[];
  held: { at: number; holds: boolean }[];
};

test("a colleague's key is believed only on the server's word", async () => {
  const { server_key: server, good, forged, bad } = vectors<Certificates>("certificate.json");
  for (const { certificate, signature, fields } of good) {
    assert.deepEqual(await trusted(certificate, signature, server, verifyWith), { ok: true, value: fields });
  }
  for (const { rule, certificate, signature } of forged) {
    assert.ok(!(await trusted(certificate, signature, server, verifyWith)).ok, rule);
  }
  for (const line of bad) assert.ok(!readCertificate(line).ok, line);
});

test("a certificate holds up to its last moment by the server's time", () => {
  const { good: [first], held } = vectors<Certificates>("certificate.json");
  const read = readCertificate(first?.certificate ?? "");
  assert.ok(read.ok && held.length);
  for (const { at, holds } of held) assert.equal(vouches(read.value, at), holds, String(at));
});

type Clocks = { tick: { last: Hlc; now: number; next: Hlc }[]; adopt: { last: Hlc; remote: Hlc; now: number; next: Hlc }[] };

test("a tablet set to another century does not drag the others' clocks with it", () => {
  const clocks = vectors<Clocks>("hlc.json");
  for (const { last, now, next } of clocks.tick) assert.deepEqual(tick(last, now), next);
  for (const { last, remote, now, next } of clocks.adopt) assert.deepEqual(adopt(last, remote, now), next);
});

type Kinds = { sorts: { [kind: string]: string }; values: { kind: string; value: Json; verdict: string }[] };

test("each kind of entry takes the values that the server takes", () => {
  const { sorts, values } = vectors<Kinds>("kinds.json");
  for (const [kind, sort] of Object.entries(sorts)) assert.equal(sortOf(kind), sort, kind);
  for (const { kind, value, verdict } of values) {
    assert.equal(fitsKind(kind, value), verdict, `${kind} ${JSON.stringify(value)}`);
  }
});
