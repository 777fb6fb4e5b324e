/**
 * What a colleague's tablet handed over without a network: proven as what the server sends is, kept under its stream's key, and
 * shown until the server tells of the same entries. It moves no position, so that nothing of it hides what is still to come.
 */
import { adopt } from "../ledger/clock.ts";
import { whose } from "../ledger/erasure.ts";
import { streamOfLog, type LogId, type StreamId } from "../ledger/ids.ts";
import { isObject, readDocument, type Read } from "../ledger/json.ts";
import { utf8 } from "../ledger/bytes.ts";
import { readStatement, splitLines, type Segment, type Statement, type Verify } from "../ledger/segment.ts";
import { serialName } from "../vault/disk.ts";
import { openPart, type Run, type SealedPart } from "../vault/sealing.ts";
import type { Plain } from "../vault/store.ts";
import { offsetMs, type Book } from "./book.ts";
import { forget, type Rest } from "./fetch.ts";
import { keepArrival, keysOf, streamRecord } from "./load.ts";
import type { Arrival } from "./page.ts";
import { addArrival, asOneChain, forgetArrival, isHanded, notePlaces, prove, type HeldStream } from "./replica.ts";

export type Handed = Run & { readonly arrival: Arrival };

/** The run of a part that opens, or null when it is not what it says. */
export async function openHanded(part: SealedPart, content: Uint8Array<ArrayBuffer>): Promise<Handed | null> {
  const segment = segmentIn((await openPart(content, part)) ?? "");
  const lines = segment && splitLines(segment.lines);
  if (!lines?.ok || !isAbout(readStatement(segment?.statement ?? ""), part)) return null;
  const { statement, signature } = segment as Segment;
  const { log, from, to } = part;
  const arrival = { stream: streamOfLog(log), seq: 0, statement, signature, received: 0, offsetMs: null, via: null, lines: lines.value, heldBack: {}, decision: null };
  return { log, from, to, arrival };
}

function segmentIn(text: string): Segment | null {
  const json = readDocument(utf8(text));
  const { statement, signature, lines } = json.ok && isObject(json.value) ? json.value : {};
  const all = typeof statement === "string" && typeof signature === "string" && typeof lines === "string";
  return all ? { statement, signature, lines } : null;
}

const isAbout = (said: Read<Statement>, { log, from, to }: Run): boolean =>
  said.ok && said.value.log === log && said.value.from === from && said.value.to === to;

/** Whether each of these is signed by an officer known here, and continues its log from its beginning or from what is held. */
export async function areProven(book: Book, handed: readonly Handed[], verify: Verify): Promise<boolean> {
  const bench = asOneChain(book.replica);
  for (const { log, from, arrival } of [...handed].sort((a, b) => a.from - b.from)) {
    const follows = from === 1 || bench.chain.get(log)?.has(from - 1);
    if (!follows || (await prove(bench, arrival, keysOf(book, verify))) !== "proven") return false;
    notePlaces(bench, arrival, bench.chain);
  }
  return true;
}

const nameOf = (tag: string, { log, from }: Run): string => `${tag}.handed.${log}.${serialName(from)}`;

function recordOf(tag: string, handed: Handed): Plain {
  return { ...keepArrival(tag, "handed", handed.arrival, "proven"), name: nameOf(tag, handed) };
}

export type KeepIo = { readonly drawTag: () => string; readonly nowMs: () => number };

/** Keeps them, in one write, and shows them. Null when the disk took them; else why not. */
export async function keepHanded(book: Book, handed: readonly Handed[], { drawTag, nowMs }: KeepIo): Promise<string | null> {
  const { replica } = book;
  const streams = streamsOf(book, handed, drawTag);
  const records = handed.map((one) => recordOf(streams.get(one.arrival.stream)?.tag ?? "", one));
  const done = await book.store.write([...[...streams.values()].map(streamRecord), ...records]);
  if (!done.ok) return done.why;
  for (const [stream, held] of streams) replica.streams.set(stream, held);
  const serverMs = nowMs() + (offsetMs(book) ?? 0);
  for (const entry of handed.flatMap(({ arrival }) => addArrival(replica, arrival, "proven"))) book.hlc = adopt(book.hlc, entry.hlc, serverMs);
  replica.settled++;
  return null;
}

/** Their streams, as they are held or new. */
function streamsOf({ replica }: Book, handed: readonly Handed[], drawTag: () => string): ReadonlyMap<StreamId, HeldStream> {
  const names = new Set(handed.map(({ arrival }) => arrival.stream));
  return new Map([...names].map((stream) => [stream, replica.streams.get(stream) ?? { stream, tag: drawTag(), position: 0, handed: true }]));
}

/** Lets go of what the server has told of since, and of streams that may be read here no more. */
export async function settleHanded(book: Book, mayRead: (log: LogId) => boolean): Promise<void> {
  const { replica } = book;
  for (const arrival of [...replica.proofs.keys()].filter(isHanded)) {
    const held = replica.streams.get(arrival.stream);
    const said = readStatement(arrival.statement);
    if (!held || !said.ok) continue;
    if (held.handed && !mayRead(said.value.log)) await forget(book, arrival.stream);
    else if (!isNeeded(book, arrival)) await drop(book, arrival, nameOf(held.tag, said.value));
  }
}

/** It is the only one that brought some entry. */
const isNeeded = ({ replica }: Book, wanted: Arrival): boolean =>
  [...replica.entries.values()].some(({ arrival }) => arrival === wanted);

async function drop(book: Book, arrival: Arrival, name: string): Promise<void> {
  const done = await book.store.write([{ room: "pulled", name, text: null }]);
  if (!done.ok) return;
  forgetArrival(book.replica, arrival);
  book.replica.settled++;
}

/** What colleagues handed over of a stream, for another key: without the bodies of entries about those named. */
export function handedWithout({ replica }: Book, stream: StreamId, named: ReadonlySet<string>, drawTag: () => string): Rest | null {
  const arrivals = [...replica.proofs.keys()].filter((one) => isHanded(one) && one.stream === stream).map((one): Arrival => ({
    ...one, lines: one.lines.map((lines) => (named.has(whose(lines.header, stream)) ? { header: lines.header, body: "" } : lines)),
  }));
  if (!arrivals.length) return null;
  const held: HeldStream = { stream, tag: drawTag(), position: 0, handed: true };
  const records = arrivals.flatMap((arrival) => {
    const said = readStatement(arrival.statement);
    return said.ok ? [recordOf(held.tag, { ...said.value, arrival })] : [];
  });
  return { held, arrivals, records: [streamRecord(held), ...records] };
}

/** How many entries of a visit are known from colleagues' tablets alone. */
export const handedIn = ({ replica }: Book, isOf: (log: LogId) => boolean): number =>
  [...replica.entries.values()].filter(({ entry, arrival }) => isHanded(arrival) && isOf(entry.log)).length;
