/** The sending half of a round: compare what both sides hold, then offer what the server lacks until it has all. */
import { readErasures } from "../ledger/erasure.ts";
import type { LogId } from "../ledger/ids.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import { seal, type Segment, type Verify } from "../ledger/segment.ts";
import { syncRecord, SYNC_RECORD, type Book, type StoredRun } from "./book.ts";
import { segmentRecord } from "./load.ts";
import { clockOf, spentIn } from "./outbox.ts";
import { beginAgain, type LogRow, type OwnLog } from "./own.ts";
import { applyPush, applyRows, fillPush, readPushReply, readRows, runsToSeal, usable, type SealedRun } from "./push.ts";
import type { Plain } from "../vault/store.ts";
import type { Fault, Got, Wire } from "./wire.ts";
import { takeOrder } from "./wipe_order.ts";

export type Io = {
  readonly wire: Wire;
  readonly verify: Verify;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
};

const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };
const DONE = { ok: true, value: null } as const;
/** A round ends after so many pushes without an end in sight; the next one goes on. */
const MOST_PUSHES = 200;

export const heard = (book: Book, io: Io, serverMs: number): void => { book.contact = { serverMs, deviceMs: io.nowMs() }; };

/** Keeps what the server said. `also` is written in the same transaction. */
export async function saveSync(book: Book, also: readonly Plain[] = []): Promise<Got<null>> {
  const spentPosts = spentIn(book);
  const done = await book.store.write([...also, { room: "small", name: SYNC_RECORD, text: JSON.stringify(syncRecord(book)) }], spentPosts);
  if (done.ok) for (const { name } of spentPosts) book.outbox.runs.delete(name);
  return done.ok ? DONE : { ok: false, code: done.code, why: done.why, status: 0 };
}

/** Asks how far the server holds each of our logs: heals a lost reply, and a server put back to an older day. */
export async function compare(book: Book, io: Io, all = true): Promise<Got<null>> {
  const logs = all ? [...book.own.logs.keys()] : [];
  if (!logs.length) return DONE;
  const reply = await askHave(book, io, logs, {});
  return reply.ok ? takeHeld(book, io, reply.value.held) : reply;
}

export type Held = { readonly epoch: string; readonly rows: readonly LogRow[] };

export type Answer = { readonly held: Held; readonly json: Json };

export async function askHave(book: Book, io: Io, logs: readonly LogId[], beside: JsonObject): Promise<Got<Answer>> {
  const reply = await io.wire.json("/api/sync/have", { logs, ...beside });
  if (!reply.ok) return reply;
  const held = readHeld(reply.value);
  // A server of an earlier edition names no time.
  const time = isObject(reply.value) ? reply.value["time"] : null;
  if (held && typeof time === "number") heard(book, io, time);
  await takeOrder(book, io.verify, reply.value);
  book.erasing = readErasures(reply.value);
  return held ? { ok: true, value: { held, json: reply.value } } : garbled;
}

/** Takes in the server's word on every log that was asked about. */
export async function takeHeld(book: Book, io: Io, held: Held): Promise<Got<null>> {
  if (book.epoch !== null && book.epoch !== held.epoch) beginAgain(book.own, held.rows);
  book.epoch = held.epoch;
  applyRows(book.own, held.rows, book.contact?.serverMs ?? io.nowMs());
  return saveSync(book);
}

function readHeld(json: Json): Held | null {
  const rows = isObject(json) ? readRows(json) : null;
  const epoch = isObject(json) ? json["epoch"] : null;
  return rows && typeof epoch === "string" ? { epoch, rows } : null;
}

/** Offers everything the server lacks. Ends early when a reply moves nothing on, so that no refusal can make it spin. */
export async function offerAll(book: Book, io: Io, onProgress: () => void): Promise<Got<null>> {
  for (let pushes = 0; pushes < MOST_PUSHES; pushes++) {
    const sealed = await sealAll(book, io);
    if (!sealed.ok) return sealed;
    const batch = fillPush(sealed.value);
    if (!batch.length) return DONE;
    const before = progress(book);
    const sent = await offer(book, io, batch);
    onProgress();
    if (!sent.ok || progress(book) === before) return sent;
  }
  return DONE;
}

/** Changes whenever the server's word on any log does. */
function progress(book: Book): string {
  return [...book.own.logs.values()].map((log) => `${log.confirmed}/${log.heldApart.length}`).join();
}

async function offer(book: Book, io: Io, batch: readonly SealedRun[]): Promise<Got<null>> {
  const segments = batch.map(({ segment: { statement, signature, lines } }) => ({ statement, signature, lines }));
  const answer = await io.wire.json("/api/sync/push", { segments });
  if (!answer.ok) return answer;
  const reply = readPushReply(answer.value);
  if (!reply) return garbled;
  heard(book, io, reply.time);
  const restored = book.epoch !== null && book.epoch !== reply.epoch;
  // Another epoch is taken up by comparing every log, not only those that were just sent.
  if (!restored) book.epoch = reply.epoch;
  applyPush(book.own, batch, reply);
  const refused = reply.exceptions.some(({ verdict }) => verdict === "refused");
  const saved = await saveSync(book, spent(book, refused ? batch : []));
  return saved.ok && restored ? compare(book, io) : saved;
}

/**
 * Segments whose every entry is confirmed need not be kept: the same entries can be signed again at any time. So are those
 * sent with one that was refused, since signing anew is the only cure for a signature or a statement gone bad.
 */
function spent(book: Book, suspect: readonly SealedRun[]): readonly Plain[] {
  const isSuspect = (run: StoredRun) => suspect.some(({ log, from, to }) => log === run.log && from === run.from && to === run.to);
  const gone = book.segments.filter((run) => (book.own.logs.get(run.log)?.confirmed ?? 0) >= run.to || isSuspect(run));
  book.segments = book.segments.filter((run) => !gone.includes(run));
  return gone.map(({ name }): Plain => ({ room: "segments", name, text: null }));
}

async function sealAll(book: Book, io: Io): Promise<Got<readonly SealedRun[]>> {
  const out: SealedRun[] = [];
  for (const log of book.own.logs.values()) {
    const { keep, sealFrom } = usable(log, book.segments);
    out.push(...keep.map((run) => withLines(run, log)));
    if (sealFrom === null) continue;
    const fresh = await sealLog(book, io, log, sealFrom);
    if (!fresh.ok) return fresh;
    out.push(...fresh.value.map((run) => withLines(run, log)));
  }
  return { ok: true, value: out };
}

/** Seals the rest of a log and keeps the segments before anything is sent, so that a resend is the same bytes. */
async function sealLog(book: Book, io: Io, log: OwnLog, from: number): Promise<Got<readonly StoredRun[]>> {
  const clock = clockOf(book, io);
  const fresh: StoredRun[] = [];
  const kept: Plain[] = [];
  for (const run of runsToSeal(log, from)) {
    const segment = await seal(run, clock, book.store.sign);
    const bare: Segment = { ...segment, lines: "" };
    const serial = book.nextSegment++;
    const sealed: SealedRun = { log: log.log, from: run.from, to: run.from + run.entries.length - 1, segment: bare };
    const record = segmentRecord(serial, sealed);
    kept.push(record);
    fresh.push({ ...sealed, name: record.name });
  }
  const done = await book.store.write(kept);
  if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  book.segments = [...book.segments, ...fresh];
  return { ok: true, value: fresh };
}

function withLines(run: SealedRun, log: OwnLog): SealedRun {
  const lines = log.lines.slice(run.from - 1, run.to).map(({ header, body }) => `${header}\n${body}`).join("\n");
  return { ...run, segment: { ...run.segment, lines } };
}
