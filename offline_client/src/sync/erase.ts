/**
 * Erasing by law what this tablet holds about somebody, on the server's order. What was pulled is forgotten with its key and
 * read anew; own entries keep their header and lose their body, once the server has them. An order is told of until the server
 * has heard that it is done, and holds for what is written here later; doing it twice changes nothing.
 */
import { whose, type ErasureOrder } from "../ledger/erasure.ts";
import type { Entry } from "../ledger/entry.ts";
import { streamOfLog, type EntryId, type StreamId } from "../ledger/ids.ts";
import type { Change } from "../vault/disk.ts";
import { postChange } from "../vault/post.ts";
import type { SealedPart } from "../vault/sealing.ts";
import type { Plain } from "../vault/store.ts";
import { ERASED_RECORD, type Book, type DoneErasure } from "./book.ts";
import { forget } from "./fetch.ts";
import { removal } from "./files.ts";
import { handedWithout } from "./handed.ts";
import type { Io } from "./offer.ts";
import { sealRuns } from "./outbox.ts";
import { notePosted } from "./outbox_state.ts";
import { isThere, type OwnLog } from "./own.ts";
import { withoutBodies } from "./own_records.ts";
import { endPacking } from "./packing.ts";
import { runsToSeal } from "./push.ts";
import type { Got } from "./wire.ts";

export type EraseIo = Io & { readonly drawTag: () => string };

/** As many as the server hears of at once. */
const MOST_TOLD = 200;

/** Does what was ordered. `value`: something was done that the server does not know of yet. */
export async function eraseOrdered(book: Book, io: EraseIo): Promise<Got<boolean>> {
  const [asked, ever] = [book.erasing, [...book.erasing, ...book.erased]].map((orders) => new Set(orders.map(({ of }) => of)));
  if (!asked || !ever?.size) return { ok: true, value: false };
  for (const stream of streamsAbout(book, asked)) {
    const gone = await forget(book, stream, handedWithout(book, stream, asked, io.drawTag));
    if (!gone.ok) return gone;
  }
  return eraseOwn(book, ever, io);
}

/** What is done and the server is still to hear of, as much as it hears at once. */
export const untold = ({ erased }: Book): readonly string[] => erased.filter(({ told }) => !told).map(({ order }) => order).slice(0, MOST_TOLD);

/** The server has heard that these are done. */
export async function heardErased(book: Book, orders: readonly string[]): Promise<void> {
  const heard = book.erased.map((one) => (orders.includes(one.order) ? { ...one, told: true } : one));
  // Where it cannot be kept it is told once more, which changes nothing.
  if (orders.length && (await book.store.write([erasedRecord(heard)])).ok) book.erased = heard;
}

const erasedRecord = (orders: readonly DoneErasure[]): Plain => ({ room: "small", name: ERASED_RECORD, text: JSON.stringify(orders) });

type Wanted = ReadonlySet<string>;

/** Pulled streams that hold words about them, what came damaged or unproven among them. */
function streamsAbout({ replica }: Book, wanted: Wanted): ReadonlySet<StreamId> {
  const about = [...replica.proofs.keys()].filter(({ stream, lines }) =>
    lines.some(({ header, body }) => body !== "" && wanted.has(whose(header, stream))));
  return new Set(about.map(({ stream }) => stream));
}

type About = { readonly log: OwnLog; readonly entry: Entry; readonly of: string };

/** Own entries about any of them, on the server or not. */
const ownAbout = ({ own }: Book, wanted: Wanted): readonly About[] =>
  [...own.logs.values()].flatMap((log) => log.entries.flatMap((entry, i) => {
    const of = whose(log.lines[i]?.header ?? "", streamOfLog(log.log));
    return wanted.has(of) ? [{ log, entry, of }] : [];
  }));

/** All of it, and that it was done, in one write. `value` as above. */
async function eraseOwn(book: Book, wanted: Wanted, io: Io): Promise<Got<boolean>> {
  const about = ownAbout(book, wanted);
  const taken = about.filter(({ log, entry }) => !entry.erased && isThere(log, entry.n));
  const done = doneNow(book, about);
  if (!taken.length && !done.length) return { ok: true, value: false };
  const erased = [...book.erased.filter((one) => !done.some(({ order }) => order === one.order)), ...done];
  const ids = new Set(taken.map(({ entry }) => entry.id));
  const [records, files, posts] = [await ownRecords(book, ids), filesOf(book, taken, ids), await postsWithout(book, taken, ids, io)];
  const removed = files.flatMap(({ tag, manifest }) => removal({ tag, pieces: manifest.chunks.length }));
  const kept = await book.store.write([...records, ...removed, erasedRecord(erased)], posts.changes);
  if (!kept.ok) return { ok: false, code: kept.code, why: kept.why, status: 0 };
  book.erased = erased;
  for (const { name } of files) book.files.delete(name);
  for (const name of posts.gone) book.outbox.runs.delete(name);
  notePosted(book.outbox, posts.fresh);
  for (const { log, entry } of taken) empty(log, entry);
  book.replica.settled++;
  return { ok: true, value: done.length > 0 };
}

/**
 * What the server wants and does not know to be done. An order waits as long as it lacks an entry that the order is about, and
 * while something is being written down.
 */
function doneNow({ erasing, erased, recording }: Book, about: readonly About[]): readonly DoneErasure[] {
  const waiting = new Set(about.filter(({ log, entry }) => !isThere(log, entry.n)).map(({ of }) => of));
  const isDue = ({ order }: ErasureOrder): boolean => !erased.some((one) => one.order === order && !one.told);
  return recording ? [] : erasing.filter((one) => isDue(one) && !waiting.has(one.of)).map((one) => ({ ...one, told: false }));
}

function empty(log: OwnLog, { n }: Entry): void {
  const [lines, entry] = [log.lines[n - 1], log.entries[n - 1]];
  if (!lines || !entry) return;
  log.lines[n - 1] = { header: lines.header, body: "" };
  log.entries[n - 1] = { ...entry, erased: true, value: null, note: null };
}

/** Own records as they are on the disk at this moment. */
async function ownRecords(book: Book, ids: ReadonlySet<EntryId>): Promise<readonly Plain[]> {
  await endPacking(book);
  return ids.size ? withoutBodies((await book.store.readRoom("own")).records, ids) : [];
}

/** Files that these entries name, and no other own entry with its words. */
function filesOf({ own, files }: Book, taken: readonly About[], ids: ReadonlySet<EntryId>) {
  const others = [...own.logs.values()].flatMap(({ entries }) => entries.filter(({ id, erased }) => !erased && !ids.has(id)).flatMap(({ att }) => att));
  const named = new Set(taken.flatMap(({ entry }) => entry.att).filter((name) => !others.includes(name)));
  return [...named].flatMap((name) => files.get(name) ?? []);
}

type Posts = { readonly changes: readonly Change[]; readonly gone: readonly string[]; readonly fresh: readonly SealedPart[] };

/** Sealed runs that hold their words go from the outbox; what else they held that the server lacks is sealed anew. */
async function postsWithout(book: Book, taken: readonly About[], ids: ReadonlySet<EntryId>, io: Io): Promise<Posts> {
  const gone = [...book.outbox.runs].filter(([, { log, from, to }]) =>
    taken.some((one) => one.log.log === log && from <= one.entry.n && one.entry.n <= to));
  const logs = new Set(gone.map(([, { log }]) => log));
  const rest = taken.map(({ log }) => log).filter(({ log }, i, all) => logs.has(log) && all.findIndex((one) => one.log === log) === i);
  const fresh = await sealRuns(book, rest.flatMap((log) => runsLacked(log, ids)), io);
  const drop = gone.map(([name]): Change => ({ room: "outbox", owner: book.store.id, name, put: null }));
  return { changes: [...drop, ...fresh.map(postChange)], gone: gone.map(([name]) => name), fresh };
}

/** From the first entry that the server lacks on, without the words that go. */
function runsLacked(log: OwnLog, ids: ReadonlySet<EntryId>) {
  const first = log.entries.find(({ n }) => !isThere(log, n));
  const lines = log.lines.map((one, i) => (ids.has(log.entries[i]?.id as EntryId) ? { header: one.header, body: "" } : one));
  return first ? runsToSeal({ ...log, lines }, first.n) : [];
}
