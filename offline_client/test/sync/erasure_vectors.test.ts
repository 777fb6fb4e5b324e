/** Which entries an order takes, in a real store, as the vectors fix it for both languages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url } from "../../src/ledger/bytes.ts";
import { recall } from "../../src/ledger/entry.ts";
import { partsOfLog, THE_VISIT, type LogId, type OfficerId, type StreamId, type SubjectId } from "../../src/ledger/ids.ts";
import { ACTS_SCHEMA } from "../../src/ledger/kinds.ts";
import { emptyBook, type Book } from "../../src/sync/book.ts";
import { eraseOrdered } from "../../src/sync/erase.ts";
import type { Identity } from "../../src/sync/identity.ts";
import { addOwn, newLog } from "../../src/sync/own.ts";
import { BLOCK, blocksToPack, entryRecord, readOwn } from "../../src/sync/own_records.ts";
import { packNext } from "../../src/sync/packing.ts";
import { recorderFor } from "../../src/sync/record.ts";
import { addArrival } from "../../src/sync/replica.ts";
import { freshKeys } from "../../src/vault/keys.ts";
import { openVault } from "../../src/vault/vault.ts";
import { SECRET, START_MS } from "../support/field.ts";
import { holding, heldOn, openedStore, posted } from "../support/on_disk.ts";
import { CHEAP_LOCKS, machine, memoryDisk, type MemoryDisk } from "../support/machine.ts";
import { openOpener } from "../support/opener.ts";
import { OPERATION, VISIT } from "../support/papers.ts";
import { vectors } from "../support/vectors.ts";

type Own = { rule: string; of: string; log: LogId; headers: string[]; confirmed: number; aside: number[]; blank: number[]; erased: number[]; done: boolean };
type Pulled = { rule: string; of: string; stream: StreamId; entries: [string, boolean][]; again: boolean };
const erasure = vectors<{ own: Own[]; pulled: Pulled[] }>("erasure.json");

const ORDER = "eeeeeeeeeeeeeeee";
const MAYA = `worker:${"m".repeat(16)}` as SubjectId;
const BODY = JSON.stringify({ salt: "AAAAAAAAAAAAAAAAAAAAAA", value: "words" });

async function fresh(): Promise<{ book: Book; disk: MemoryDisk; io: Parameters<typeof eraseOrdered>[1] }> {
  const disk = memoryDisk();
  const { nowMs, monotonicMs } = machine(disk, async () => null, START_MS);
  const vault = openVault(disk, nowMs, CHEAP_LOCKS);
  const holder = { officer: "adams" as OfficerId, name: "adams", agency: "POL", operation: "Operation X", device: "tablet7" };
  const keys = await freshKeys();
  const made = await vault.create(holder, keys, SECRET, []);
  assert.ok(made.ok);
  const identity = { certificate: { signer: keys.signer }, operation: OPERATION, sealingKey: (await openOpener()).point } as unknown as Identity;
  const io = { nowMs, monotonicMs, drawTag: () => "fresh tag" } as Parameters<typeof eraseOrdered>[1];
  return { book: emptyBook(made.store, identity), disk, io };
}

test("of an own log an order takes what the server has, on the disk as in memory, and keeps every header", async () => {
  for (const one of erasure.own) {
    const { book, io } = await fresh();
    for (const [i, header] of one.headers.entries()) {
      const lines = { header, body: one.blank.includes(i + 1) ? "" : BODY };
      const entry = recall(lines);
      assert.ok(addOwn(book.own, entry, lines));
      assert.ok((await book.store.write([entryRecord(i + 1, lines, entry.id)])).ok);
    }
    const log = book.own.logs.get(one.log) ?? newLog(one.log);
    log.confirmed = one.confirmed;
    log.heldApart = one.aside.map((n) => ({ from: n, to: n, verdict: "fork", code: "", detail: "" }));
    for (const _ of ["once", "twice"]) {
      book.erasing = [{ order: ORDER, of: one.of }];
      assert.ok((await eraseOrdered(book, io)).ok);
      const kept = (await book.store.readRoom("own")).records.flatMap(readOwn).map(({ lines }) => lines);
      assert.deepEqual([kept.map(({ header }) => header), kept, kept.flatMap(({ body }, i) => (body ? [] : [i + 1])), book.erased.map(({ order }) => order)], [one.headers, log.lines, one.erased, one.done ? [ORDER] : []], one.rule);
      assert.deepEqual(log.entries.flatMap(({ erased, n, value }) => (erased && value === null ? [n] : [])), one.erased, one.rule);
    }
  }
});

test("what is packed at that moment, or was worked out to be, brings no words back", async () => {
  const { book, disk, io } = await fresh();
  const log = `${VISIT}.C4.${"b".repeat(26)}.1` as LogId;
  for (let n = 1; n <= 2 * BLOCK; n++) {
    const lines = { header: JSON.stringify({ v: 1, log, n, hlc: [n, 0], kind: "note", subject: n % 2 ? MAYA : THE_VISIT, field: "note" }), body: BODY };
    addOwn(book.own, recall(lines), lines);
    assert.ok((await book.store.write([entryRecord(n, lines, recall(lines).id)])).ok);
  }
  (book.own.logs.get(log) ?? newLog(log)).confirmed = 2 * BLOCK;
  book.toPack = blocksToPack((await book.store.readRoom("own")).records);
  assert.equal(book.toPack.length, 2);
  book.erasing = [{ order: ORDER, of: MAYA }];
  const packs = (async () => { while (await packNext(book)); })();
  assert.ok((await eraseOrdered(book, io)).ok);
  await packs;
  const kept = (await book.store.readRoom("own")).records.flatMap(readOwn).sort((a, b) => a.serial - b.serial);
  assert.deepEqual(kept.map(({ serial, lines: { body } }) => [serial, body]), Array.from({ length: 2 * BLOCK }, (_, i) => [i + 1, i % 2 ? BODY : ""]));
  assert.ok((await openedStore(disk)).id);
});

test("as long as something is being written down, an order waits: it may be about them", async () => {
  const { book, io } = await fresh();
  book.erasing = [{ order: ORDER, of: MAYA }];
  for (const recording of [1, 0]) {
    book.recording = recording;
    assert.deepEqual(await eraseOrdered(book, io), { ok: true, value: recording === 0 });
  }
});

test("a pulled stream is forgotten and read anew where it holds words about them, and nowhere else", async () => {
  for (const { rule, of, stream, entries, again } of erasure.pulled) {
    const { book, io } = await fresh();
    const lines = entries.map(([header, erased]) => ({ header, body: erased ? "" : BODY }));
    book.replica.streams.set(stream, { stream, tag: "tag", position: lines.length });
    addArrival(book.replica, { stream, seq: 1, statement: "", signature: "", received: 1, offsetMs: 0, via: null, lines, heldBack: {}, decision: null }, "proven");
    await book.store.write([{ room: "streams", name: "tag", text: "{}" }, { room: "pulled", name: "tag.1", text: "words", under: "tag" }]);
    book.erasing = [{ order: ORDER, of }];
    assert.ok((await eraseOrdered(book, io)).ok);
    assert.deepEqual([book.replica.streams.has(stream), book.replica.proofs.size], [!again, again ? 0 : 1], rule);
    assert.equal((await book.store.readRoom("pulled")).records.length, again ? 0 : 1, rule);
    assert.deepEqual(book.erased, [{ order: ORDER, of, told: false }], rule);
  }
});

test("a sealed run that holds such words goes, and what else it held is sealed anew in the same write", async () => {
  const { book, disk, io } = await fresh();
  assert.ok(fromBase64url(book.identity.sealingKey)?.length);
  const stream = `${VISIT}.C4` as StreamId;
  const record = recorderFor(book, machine(disk, async () => null, START_MS), () => undefined);
  const at = "2026-11-22T09:30:00.000+00:00";
  const about = (subject: SubjectId, value: string) => ({ stream, draft: { kind: "note", schema: ACTS_SCHEMA, subject, field: "note", value, happened: at, recorded: at, supersedes: [] } });
  const done = await record(() => [about(MAYA, "her passport"), about(THE_VISIT, "a red door"), about(THE_VISIT, "a dog")]);
  assert.ok(done.ok, JSON.stringify(done));
  const [log = newLog("" as LogId)] = book.own.logs.values();
  assert.equal(partsOfLog(log.log)?.stream, stream);
  assert.deepEqual(await posted(disk), [`${log.log}:1-3`]);
  log.confirmed = 1;
  book.erasing = [{ order: ORDER, of: MAYA }];
  let writes = 0;
  disk.beforeWrite = () => { writes++; return null; };
  assert.ok((await eraseOrdered(book, io)).ok);
  assert.equal(writes, 1);
  assert.deepEqual(await posted(disk), [`${log.log}:2-3`]);
  const held = await heldOn(disk);
  assert.deepEqual([holding(held, "her passport"), holding(held, "a red door"), holding(held, "a dog")], [0, 1, 1]);
  assert.deepEqual([...book.outbox.runs.values()].map(({ from, to }) => [from, to]), [[2, 3]]);
});
