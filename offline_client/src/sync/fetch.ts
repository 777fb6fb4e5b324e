/** The receiving half of a round: papers by their hash, then what others wrote, a page at a time. */
import { hex, isHash, textOf } from "../ledger/bytes.ts";
import { adopt } from "../ledger/clock.ts";
import type { PaperHash, StreamId } from "../ledger/ids.ts";
import { isObject, type Json } from "../ledger/json.ts";
import type { Verify } from "../ledger/segment.ts";
import { sha256 } from "../ledger/sha256.ts";
import type { Plain } from "../vault/store.ts";
import type { Book, PaperLine } from "./book.ts";
import { keepArrival, keysOf, readCertificates, settleAuthors, streamRecord } from "./load.ts";
import { heard, saveSync, type Io } from "./offer.ts";
import { movedFrom, withNamed } from "./moved.ts";
import { confirmBefore, letIn, unconfirmed, type OwnLogs } from "./own.ts";
import { readPage, type Arrival, type Page, type Span } from "./page.ts";
import { readReaderKeys } from "./reader_keys.ts";
import {
  addArrival, arrivalsOf, beginEpoch, broken, continues, forgetStream, isHeld, notePlaces, placeOf, supplant, prove,
  type HeldStream, type Proof,
} from "./replica.ts";
import { viewsBeside } from "./views.ts";
import type { Fault, Got } from "./wire.ts";

export type FetchIo = Io & { readonly verify: Verify; readonly drawTag: () => string };

const DONE = { ok: true, value: null } as const;
const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };
const PAGE_LIMIT = 1000;
const MOST_PAGES = 1000;

export async function fetchPapers(book: Book, io: FetchIo): Promise<Got<null>> {
  const reply = await io.wire.json("/api/sync/papers", null);
  if (!reply.ok) return reply;
  const listed = readList(reply.value);
  if (!listed) return garbled;
  for (const { hash } of listed.filter((line) => !book.papers.has(line.hash))) {
    const got = await fetchPaper(book, io, hash);
    if (!got.ok) return got;
  }
  const saved = await keepList(book, listed);
  await readCertificates(book, io.verify);
  await readReaderKeys(book, io.verify);
  await settleAuthors(book, io.verify);
  return saved;
}

/** Papers that are no longer listed go, but not those of a visit where own entries were recorded, nor any while some are unsent. */
async function keepList(book: Book, listed: readonly PaperLine[]): Promise<Got<null>> {
  const moved = movedFrom(book, listed);
  const wanted = withNamed(book, [...listed, ...moved]);
  const unlisted = unconfirmed(book.own) ? [] : [...book.papers.keys()].filter((hash) => !wanted.has(hash));
  book.listed = listed;
  book.moved = moved;
  const saved = await saveSync(book, unlisted.map((hash): Plain => ({ room: "papers", name: hash, text: null })));
  if (saved.ok) for (const hash of unlisted) book.papers.delete(hash);
  return saved;
}

function readList(json: Json): readonly PaperLine[] | null {
  const rows = isObject(json) ? json["papers"] : null;
  if (!Array.isArray(rows)) return null;
  const out: PaperLine[] = [];
  for (const row of rows as readonly Json[]) {
    if (!isObject(row) || !isHash(row["hash"])) return null;
    out.push({ kind: String(row["kind"]), name: String(row["name"]), hash: row["hash"] as string as PaperHash });
  }
  return out;
}

async function fetchPaper(book: Book, io: Io, hash: PaperHash): Promise<Got<null>> {
  const got = await io.wire.bytes(`/api/papers/${hash}`, null);
  if (!got.ok) return got;
  const text = hex(sha256(got.value)) === hash ? textOf(got.value) : null;
  if (text === null) return { ok: false, code: "paper_hash", why: "A paper arrived damaged. It will be fetched again.", status: 0 };
  const done = await book.store.write([{ room: "papers", name: hash, text }]);
  if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  book.papers.set(hash, text);
  return DONE;
}

/** Pulls until the server has no more. A page with a hole ends the round: the same positions are asked for again. */
export async function pullAll(book: Book, io: FetchIo, onProgress: () => void): Promise<Got<null>> {
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const known = [...book.replica.streams.values()].filter(({ handed }) => !handed);
    const positions = Object.fromEntries(known.map(({ stream, position }) => [stream, position]));
    const reply = await io.wire.bytes("/api/sync/pull", { epoch: book.replica.epoch, positions, limit: PAGE_LIMIT });
    if (!reply.ok) return reply;
    const page = readPage(reply.value);
    if (!page.ok) return garbled;
    heard(book, io, page.value.time);
    const applied = await applyPage(book, io, page.value);
    onProgress();
    if (!applied.ok) return applied;
    if (!page.value.more || book.replica.holes.size) return DONE;
  }
  return DONE;
}

async function applyPage(book: Book, io: FetchIo, page: Page): Promise<Got<null>> {
  const epoch = await takeEpoch(book, page);
  if (!epoch.ok) return epoch;
  for (const stream of page.gone) {
    const gone = await forget(book, stream);
    if (!gone.ok) return gone;
  }
  for (const span of page.spans) {
    const taken = await takeSpan(book, io, span, page);
    if (!taken.ok) return taken;
  }
  return saveSync(book);
}

/** An epoch is kept with the positions that count in it, or not at all: a later write must not keep it beside older ones. */
async function takeEpoch(book: Book, page: Page): Promise<Got<null>> {
  const { replica } = book;
  const before = replica.epoch;
  if (page.epoch === before) return DONE;
  beginEpoch(replica, page.epoch);
  const saved = await saveSync(book, [...replica.streams.values()].map(streamRecord));
  if (!saved.ok) replica.epoch = before;
  return saved;
}

/** What stays of a stream that is forgotten, under another key. */
export type Rest = { readonly held: HeldStream; readonly arrivals: readonly Arrival[]; readonly records: readonly Plain[] };

/** With the pictures that were fetched of it. */
export async function forget(book: Book, stream: StreamId, rest: Rest | null = null): Promise<Got<null>> {
  const { replica, store } = book;
  const held = replica.streams.get(stream);
  if (held) {
    const { left, changes } = viewsBeside(book, held.tag);
    const done = await store.forgetUnder(held.tag, [...changes, ...(rest?.records ?? [])]);
    if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
    book.views = left;
  }
  forgetStream(replica, stream);
  if (rest) replica.streams.set(stream, rest.held);
  for (const arrival of rest?.arrivals ?? []) addArrival(replica, arrival, "proven");
  replica.settled++;
  return DONE;
}

type Judged = readonly [Arrival, Proof];

async function takeSpan(book: Book, io: FetchIo, span: Span, page: Page): Promise<Got<null>> {
  const { replica } = book;
  const arrivals = arrivalsOf(page, span.stream);
  const hole = continues(replica, span, arrivals);
  if (hole !== null) {
    replica.holes.set(span.stream, hole);
    return DONE;
  }
  replica.holes.delete(span.stream);
  const held: HeldStream = { stream: span.stream, tag: replica.streams.get(span.stream)?.tag ?? io.drawTag(), position: span.to };
  const judged: Judged[] = [];
  for (const arrival of arrivals) {
    judged.push([arrival, await prove(replica, arrival, keysOf(book, io.verify))]);
    notePlaces(replica, arrival);
  }
  const spoilt = new Set(broken(replica).filter(({ stream }) => stream === span.stream).map(({ seq }) => seq));
  const fresh = judged.filter(([arrival]) => spoilt.has(arrival.seq) || !isHere(book, arrival));
  const kept = fresh.map(([arrival, proof]) => keepArrival(held.tag, page.epoch, arrival, proof));
  const done = await book.store.write([...kept, streamRecord(held)]);
  if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  replica.streams.set(span.stream, held);
  supplant(replica, span);
  for (const [arrival, proof] of judged) if (proof === "proven") noteReceived(book.own, arrival);
  takeIn(book, fresh, page.time);
  return DONE;
}

function takeIn(book: Book, fresh: readonly Judged[], serverMs: number): void {
  for (const [arrival, proof] of fresh) {
    for (const entry of addArrival(book.replica, arrival, proof)) book.hlc = adopt(book.hlc, entry.hlc, serverMs);
  }
}

/** Our own entries come back with the rest: that, too, is the server's word that it has them, and that they lie apart no more. */
function noteReceived(own: OwnLogs, { lines, received }: Arrival): void {
  for (const place of lines.map(placeOf)) {
    const log = place ? own.logs.get(place.log) : undefined;
    if (!place || !log || log.entries[place.n - 1]?.id !== place.id) continue;
    letIn(log, place.n);
    if (place.n === log.confirmed + 1) confirmBefore(log, place.n + 1, received);
  }
}

/** All of it is on the disk already: written on this tablet, or pulled before the server was restored. */
function isHere({ own, replica }: Book, arrival: Arrival): boolean {
  return arrival.lines.every((lines) => {
    const place = placeOf(lines);
    return place !== null && (isHeld(replica, place.id) || own.logs.get(place.log)?.entries[place.n - 1]?.id === place.id);
  });
}
