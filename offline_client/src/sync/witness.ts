/**
 * The tablet as a witness: it keeps checkpoints, demands that each new one extends them, has one of its own receipts proven,
 * and raises an alarm that stays until somebody has read it. What goes wrong here never holds back what is sent or fetched.
 */
import { fromBase64url, hex, isHash, unhex, utf8 } from "../ledger/bytes.ts";
import { demand, keptAfter, meets, type Demand, type Sort } from "../ledger/demand.ts";
import { isObject, readDocument, type Json, type JsonObject } from "../ledger/json.ts";
import { merkleRoot } from "../ledger/merkle.ts";
import { noteSignedBy, readNote, vouchedBytes, type Note, type VerifyNote } from "../ledger/note.ts";
import { readStatement, type Verify } from "../ledger/segment.ts";
import { sha256 } from "../ledger/sha256.ts";
import { includes, leafHash } from "../ledger/tree.ts";
import type { Book } from "./book.ts";
import { heard, type Io } from "./offer.ts";
import type { OwnLog } from "./own.ts";
import type { Got } from "./wire.ts";
import { WITNESS_RECORD, type Alarm } from "./witnessed.ts";

export type WitnessIo = Io & {
  readonly verify: Verify;
  readonly verifyNote: VerifyNote;
  /** A whole number from 0 up to, not including, `below`. */
  readonly draw: (below: number) => number;
};
const DONE = { ok: true, value: null } as const;
/** Often enough to notice, seldom enough to cost nothing. */
const EVERY_MS = 60_000;
/** A receipt that is older must have its place in the tree. */
const PLACED_AFTER_MS = 3_600_000;

type Own = { readonly log: OwnLog; readonly n: number };
type Shown = { readonly note: Note; readonly trusted: boolean; readonly proof: readonly Uint8Array[]; readonly inclusion: Json };

export async function witness(book: Book, io: WitnessIo): Promise<Got<null>> {
  const { alarm } = book.witnessed;
  if (alarm && alarm.told !== book.epoch) await report(book, io, alarm);
  const now = book.contact?.serverMs ?? null;
  if (now === null || isRecent(book.witnessed.at, now)) return DONE;
  const kept = book.witnessed.kept.map(readNote).filter((note) => note !== null);
  const own = drawOwn(book, io, now);
  const shown = await ask(book, io, newest(kept), own);
  return shown ? settle(book, io, { kept, shown, own }) : DONE;
}

const isRecent = (at: number | null, now: number): boolean => at !== null && now >= at && now - at < EVERY_MS;
const newest = (kept: readonly Note[]): number => kept.at(-1)?.tree.size ?? 0;

/** An older server has no such door, and one that fails is asked again: null. */
async function ask(book: Book, io: WitnessIo, size: number, own: Own | null): Promise<Shown | null> {
  const reply = await io.wire.json("/api/sync/witness", { size, of: own && { log: own.log.log, n: own.n } });
  const said = reply.ok && isObject(reply.value) ? reply.value : null;
  const note = said && readNote(text(said, "note"));
  if (!said || !note) return null;
  if (typeof said["time"] === "number") heard(book, io, said["time"]);
  return { note, trusted: await isTrusted(book, io, said), proof: hashes(said["proof"] ?? null), inclusion: said["inclusion"] ?? null };
}

const text = (from: JsonObject, key: string): string => (typeof from[key] === "string" ? (from[key] as string) : "");

function hashes(json: Json): readonly Uint8Array[] {
  return Array.isArray(json) ? (json as readonly Json[]).map((one) => (isHash(one) ? unhex(one) : null) ?? new Uint8Array()) : [];
}

/** The key pinned at enrolment vouches for the note and for the key of the notes, which signed it. */
async function isTrusted({ identity }: Book, { verify, verifyNote }: WitnessIo, said: JsonObject): Promise<boolean> {
  const [note, key, vouched] = [text(said, "note"), text(said, "key"), fromBase64url(text(said, "vouched"))];
  if (!vouched || readNote(note)?.origin !== `fieldops/${identity.operation.id}`) return false;
  return (await verify(identity.serverKey, vouchedBytes(key, note), vouched)) && (await noteSignedBy(note, key, verifyNote)) !== false;
}

type Case = { readonly kept: readonly Note[]; readonly shown: Shown; readonly own: Own | null };

async function settle(book: Book, io: WitnessIo, one: Case): Promise<Got<null>> {
  const { kept, shown } = one;
  const wanted = shown.trusted ? demand(kept, shown.note) : "forged";
  if (typeof wanted === "string") return raise(book, io, wanted, shown.note, 0);
  const proven = wanted.base.size === newest(kept) ? shown : await ask(book, io, wanted.base.size, null);
  // A checkpoint that was made between the two questions is for the next round.
  if (proven?.note.note !== shown.note.note) return DONE;
  const verdict = meets(wanted, shown.note, proven.proof);
  if (verdict === "rewritten") return raise(book, io, verdict, shown.note, 0);
  return isOwnMissing(one) ? raise(book, io, "missing", shown.note, 0) : keep(book, io, one, wanted);
}

async function keep(book: Book, io: WitnessIo, { kept, shown, own }: Case, wanted: Demand): Promise<Got<null>> {
  const before = kept.at(-1)?.note ?? "";
  book.witnessed = {
    ...book.witnessed,
    kept: keptAfter(kept, shown.note, wanted).map(({ note }) => note),
    at: book.contact?.serverMs ?? io.nowMs(),
    proven: book.witnessed.proven + (own ? 1 : 0),
  };
  return wanted.restored ? raise(book, io, "restored", shown.note, wanted.lost, before) : save(book);
}

/** What was kept stays as it is, so that the same is demanded again. One alarm of a sort is raised until it was read. */
async function raise(book: Book, io: WitnessIo, sort: Sort, shown: Note, lost: number, before?: string): Promise<Got<null>> {
  const kept = before ?? book.witnessed.kept.at(-1) ?? "";
  const { alarm } = book.witnessed;
  const at = book.contact?.serverMs ?? io.nowMs();
  if (!alarm || alarm.sort !== sort || alarm.kept !== kept) {
    book.witnessed = { ...book.witnessed, alarm: { sort, kept, shown: shown.note, at, lost, read: false, told: null } };
  }
  book.witnessed = { ...book.witnessed, at };
  const saved = await save(book);
  if (book.witnessed.alarm?.told === null) await report(book, io, book.witnessed.alarm);
  return saved;
}

async function report(book: Book, io: WitnessIo, alarm: Alarm): Promise<void> {
  const { sort, kept, shown } = alarm;
  const told = await io.wire.json("/api/sync/alarm", { sort, kept, shown });
  if (!told.ok || book.witnessed.alarm !== alarm) return;
  book.witnessed = { ...book.witnessed, alarm: { ...alarm, told: book.epoch ?? "" } };
  await save(book);
}

/** Somebody has read it. It stays in the record, and is raised again only for something else. */
export function readAlarm(book: Book): Promise<Got<null>> {
  const { alarm } = book.witnessed;
  book.witnessed = { ...book.witnessed, alarm: alarm && { ...alarm, read: true } };
  return save(book);
}

async function save(book: Book): Promise<Got<null>> {
  const done = await book.store.write([{ room: "small", name: WITNESS_RECORD, text: JSON.stringify(book.witnessed) }]);
  return done.ok ? DONE : { ok: false, code: done.code, why: done.why, status: 0 };
}

/** Any one of the own entries that were received long enough ago, kept in no quarantine; null where there is none. */
function drawOwn(book: Book, io: WitnessIo, serverMs: number): Own | null {
  const old = [...book.own.logs.values()].map((log) => ({ log, to: oldestOf(log, serverMs) })).filter(({ log, to }) => to > 0 && !log.retired);
  const one = old[old.length ? io.draw(old.length) : 0];
  if (!one) return null;
  const n = 1 + io.draw(one.to);
  return one.log.heldApart.some(({ from, to }) => from <= n && n <= to) ? null : { log: one.log, n };
}

/** How far the log was received more than an hour ago. */
function oldestOf({ receipts, confirmed }: OwnLog, serverMs: number): number {
  const placed = receipts.filter(({ at }) => serverMs - at > PLACED_AFTER_MS).map(({ to }) => to);
  return Math.min(confirmed, Math.max(0, ...placed));
}

/** Whether the receipt that was asked for is not in the tree, or is not the receipt of these very entries. */
function isOwnMissing({ own, shown: { inclusion, note } }: Case): boolean {
  if (!own) return false;
  if (!isObject(inclusion)) return true;
  const statement = text(inclusion, "statement");
  const leaf = utf8(text(inclusion, "leaf"));
  const proof = hashes(inclusion["proof"] ?? null);
  return !isOfOwn(own, statement) || !names(leaf, own, statement) || !includes(note.tree, Number(inclusion["index"]), leafHash(leaf), proof);
}

/** Whether this is what was signed here over the own entry. */
function isOfOwn({ log, n }: Own, statement: string): boolean {
  const said = readStatement(statement);
  if (!said.ok || said.value.log !== log.log) return false;
  const { from, to, root } = said.value;
  const ids = log.entries.slice(from - 1, to).map(({ id }) => unhex(id) ?? new Uint8Array());
  return from <= n && n <= to && hex(merkleRoot(ids)) === root;
}

function names(leaf: Uint8Array<ArrayBuffer>, { log }: Own, statement: string): boolean {
  const told = readDocument(leaf);
  return told.ok && isObject(told.value) && told.value["log"] === log.log && told.value["statement"] === hex(sha256(utf8(statement)));
}
