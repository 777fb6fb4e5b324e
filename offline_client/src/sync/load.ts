/** Rebuilding the book from the disk at unlock. What cannot be read stays where it is and is counted, never dropped. */
import { trusted, vouches } from "../ledger/certificate.ts";
import { compareHlc } from "../ledger/clock.ts";
import { recall } from "../ledger/entry.ts";
import type { EntryId, PaperHash } from "../ledger/ids.ts";
import { utf8 } from "../ledger/bytes.ts";
import { isObject, readDocument, type JsonObject } from "../ledger/json.ts";
import { splitLines, type Verify } from "../ledger/segment.ts";
import { serialName } from "../vault/disk.ts";
import type { AllFound, Found, Plain, Store } from "../vault/store.ts";
import { ADDRESSES_RECORD, NO_ADDRESSES, settleAddresses, type Addresses } from "./addresses.ts";
import { emptyBook, ERASED_RECORD, HOLD_MEDIA_RECORD, IDENTITY_RECORD, PLACE_RECORD, SYNC_RECORD, WIPE_RECORD, type Book, type DoneErasure, type StoredRun, type SyncRecord, type Wiping } from "./book.ts";
import { loadFiles } from "./files.ts";
import type { Identity } from "./identity.ts";
import { addOwn } from "./own.ts";
import { BLOCK, blocksToPack, readOwn } from "./own_records.ts";
import { readArrival, type Arrival } from "./page.ts";
import type { SealedRun } from "./push.ts";
import { readReaderKeys } from "./reader_keys.ts";
import { addArrival, noteId, isHanded, passEpoch, placeOf, prove, rememberRead, type HeldStream, type Keys, type Proof } from "./replica.ts";
import { readViews, VIEWS_RECORD } from "./views.ts";
import { NO_WITNESS, WITNESS_RECORD, type Witnessed } from "./witnessed.ts";

export const identityRecord = (identity: Identity): Plain => ({ room: "small", name: IDENTITY_RECORD, text: JSON.stringify(identity) });

/** Records are this app's own writing, sealed against change, so they are believed as they stand. */
const own = <T>(text: string): T => JSON.parse(text) as T;

export async function loadBook(store: Store, verify: Verify): Promise<Book | null> {
  const rooms = await store.readRooms();
  const small = new Map(rooms.small.records.map(({ name, text }) => [name, text]));
  const identity = small.get(IDENTITY_RECORD);
  if (identity === undefined) return null;
  const book = emptyBook(store, own<Identity>(identity));
  book.place = small.get(PLACE_RECORD) ?? null;
  book.addresses = own<Addresses>(small.get(ADDRESSES_RECORD) ?? JSON.stringify(NO_ADDRESSES));
  book.holdMedia = small.get(HOLD_MEDIA_RECORD) === "yes";
  book.wipe = own<Wiping | null>(small.get(WIPE_RECORD) ?? "null");
  book.erased = own<readonly DoneErasure[]>(small.get(ERASED_RECORD) ?? "[]");
  loadOwn(book, rooms.own);
  loadSegments(book, rooms.segments);
  loadSync(book, small.get(SYNC_RECORD));
  book.witnessed = own<Witnessed>(small.get(WITNESS_RECORD) ?? JSON.stringify(NO_WITNESS));
  sayUnread(book, loadFiles(book, rooms.files), "files");
  book.views = readViews(small.get(VIEWS_RECORD));
  for (const { name, text } of rooms.papers.records) book.papers.set(name as PaperHash, text);
  await settleAddresses(book);
  await readCertificates(book, verify);
  await readReaderKeys(book, verify);
  loadPulled(book, rooms);
  await settleAuthors(book, verify);
  return book;
}

function say(book: Book, count: number, what: string): void {
  if (count > 0) book.faults.push(`${count} ${what} on this tablet cannot be read. They are kept as they are.`);
}

function sayUnread(book: Book, count: number, what: string): void {
  book.unread += count;
  say(book, count, what);
}

function loadOwn(book: Book, { records, unreadable }: Found): void {
  let broken = unreadable;
  for (const { serial, lines, id } of records.flatMap(readOwn)) {
    const entry = recall(lines, id);
    if (!addOwn(book.own, entry, lines)) broken++;
    else if (compareHlc(entry.hlc, book.hlc) > 0) book.hlc = entry.hlc;
    book.nextEntry = Math.max(book.nextEntry, serial + 1);
  }
  // What cannot be read may have been written last: nothing is ever written over it.
  book.nextEntry += unreadable * BLOCK;
  book.toPack = blocksToPack(records);
  sayUnread(book, broken, "own entries");
}

function loadSegments(book: Book, { records }: Found): void {
  book.segments = records.map(({ name, text }): StoredRun => ({ ...own<SealedRun>(text), name }));
  for (const { name } of records) book.nextSegment = Math.max(book.nextSegment, Number(name) + 1);
}

export const segmentRecord = (serial: number, run: SealedRun): Plain => ({
  room: "segments", name: serialName(serial), text: JSON.stringify(run),
});

function loadSync(book: Book, text: string | undefined): void {
  if (text === undefined) return;
  const record = own<SyncRecord>(text);
  book.epoch = record.epoch;
  book.replica.epoch = record.replicaEpoch;
  book.contact = record.contact;
  book.listed = record.listed;
  book.moved = record.moved ?? [];
  book.earlier = record.earlier ?? [];
  book.team = record.team ?? null;
  for (const { log: id, confirmed, sent, receipts, heldApart, retired } of record.logs) {
    const log = book.own.logs.get(id);
    if (!log) continue;
    Object.assign(log, { sent, receipts: [...receipts], heldApart: [...heldApart], retired: retired || log.retired });
    log.confirmed = Math.min(confirmed, log.entries.length);
  }
}

/** Certificates that the server signed; others are no certificates. */
export async function readCertificates(book: Book, verify: Verify): Promise<void> {
  await Promise.all(book.listed.map(async ({ kind, hash }) => {
    const text = kind === "certificate" ? book.papers.get(hash) : undefined;
    if (text === undefined) return;
    const paper = readDocument(utf8(text));
    const said = paper.ok && isObject(paper.value) ? paper.value : {};
    const read = await trusted(String(said["certificate"]), String(said["signature"]), book.identity.serverKey, verify);
    if (read.ok) book.certificates.set(read.value.signer, read.value);
  }));
}

export const keysOf = (book: Book, verify: Verify): Keys => ({
  keyOf: (signer, atMs) => {
    const certificate = book.certificates.get(signer);
    return certificate && (atMs === null || vouches(certificate, atMs)) ? certificate.key : null;
  },
  verify,
});

function loadPulled(book: Book, { streams, pulled: { records, unreadable } }: AllFound): void {
  for (const { text } of streams.records) {
    const stream = own<HeldStream>(text);
    book.replica.streams.set(stream.stream, { ...stream });
  }
  for (const log of book.own.logs.values()) for (const entry of log.entries) noteId(book.replica, log.log, entry.n, entry.id);
  let broken = unreadable;
  const all = records.flatMap(({ name, text }) => {
    const kept = readKept(text);
    if (!kept) broken++;
    return kept ? [{ ...kept, isNow: epochIn(name) === book.replica.epoch }] : [];
  });
  // What the server sent stands for what a colleague handed over before, and what it named in this epoch for all of that.
  const [handed, earlier] = [all.filter(({ arrival }) => isHanded(arrival)), all.filter(({ arrival, isNow }) => !isNow && !isHanded(arrival))];
  for (const kept of [...handed, ...earlier]) takeUp(book, kept);
  passEpoch(book.replica);
  for (const kept of all.filter(({ isNow }) => isNow)) takeUp(book, kept);
  say(book, broken, "records from others");
}

function takeUp({ replica }: Book, { arrival, proof, ids }: Kept): void {
  if (proof === "proven") rememberRead(arrival, ids);
  addArrival(replica, arrival, proof);
}

/** What came before its author's certificate did is judged again. What was found then is kept in the record. */
export async function settleAuthors(book: Book, verify: Verify): Promise<void> {
  for (const [arrival, proof] of book.replica.proofs) {
    if (proof !== "unknown_author") continue;
    const judged = await prove(book.replica, arrival, keysOf(book, verify));
    if (judged === proof) continue;
    book.replica.proofs.set(arrival, judged);
    book.replica.settled++;
  }
}

export function keepArrival(tag: string, epoch: string, arrival: Arrival, proof: Proof): Plain {
  const { stream, seq, statement, signature, received, offsetMs, via, lines, heldBack, decision } = arrival;
  const text = JSON.stringify({
    stream, seq, statement, signature, received, offset_ms: offsetMs, via, held_back: heldBack, decision, proof,
    lines: lines.map(({ header, body }) => `${header}\n${body}`).join("\n"), ids: lines.map((each) => placeOf(each)?.id ?? ""),
  });
  return { room: "pulled", name: `${tag}.${epoch}.${serialName(seq)}`, text, under: tag };
}

const epochIn = (name: string): string => name.split(".").slice(1, -1).join(".");

type Kept = { readonly arrival: Arrival; readonly proof: Proof; readonly ids: readonly EntryId[] };

function readKept(text: string): Kept | null {
  const said = own<JsonObject>(text);
  if (!isObject(said) || typeof said["lines"] !== "string") return null;
  const lines = said["lines"] === "" ? { ok: true as const, value: [] } : splitLines(said["lines"]);
  const arrival = lines.ok ? readArrival(said, lines.value) : null;
  const proof = said["proof"];
  const ids = (said["ids"] ?? []) as unknown as readonly EntryId[];
  return arrival && { arrival, ids, proof: proof === "proven" || proof === "broken" ? proof : "unknown_author" };
}

export const streamRecord = (held: HeldStream): Plain => ({
  room: "streams", name: held.tag, text: JSON.stringify({ stream: held.stream, tag: held.tag, position: held.position, handed: held.handed }),
});
