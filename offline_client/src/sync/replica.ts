/**
 * What this tablet holds of others' entries, stream by stream. A position moves only over entries that are really here and
 * follow on without a hole, in the same write as the entries; a hole changes nothing in its stream and is said.
 */
import { hex, unhex } from "../ledger/bytes.ts";
import { readEntry, recall, type Entry, type Lines } from "../ledger/entry.ts";
import type { Read } from "../ledger/json.ts";
import { signerOfLog, streamOfLog, type EntryId, type LogId, type SignerId, type StreamId } from "../ledger/ids.ts";
import { firstHead, merkleRoot, nextHead } from "../ledger/merkle.ts";
import { readStatement, signedBy, type Statement, type Verify } from "../ledger/segment.ts";
import type { Arrival, Page, Span } from "./page.ts";

/** Whether an arrival is what its author signed. Without a certificate that held when it came, that is not known. */
export type Proof = "proven" | "unknown_author" | "broken";

/** `received` is null for what a colleague's tablet handed over: no server has told of it yet. */
export type Pulled = { readonly entry: Entry; readonly received: number | null; readonly arrival: Arrival };
/** `handed`: known by hand-over alone, so that the server is not asked about it. */
export type HeldStream = { readonly stream: StreamId; readonly tag: string; position: number; readonly handed?: boolean };

type Places = Map<LogId, Map<number, EntryId>>;

export type Replica = {
  epoch: string | null;
  readonly streams: Map<StreamId, HeldStream>;
  readonly entries: Map<EntryId, Pulled>;
  readonly proofs: Map<Arrival, Proof>;
  /** Ids of each log by place, as the server names them in this epoch: the links of later segments go on from these. */
  readonly chain: Places;
  /**
   * And as they are known otherwise, for trees: written here, handed over, or pulled in an earlier epoch. Where a tablet was
   * copied another branch may stand here than in the server's chain.
   */
  readonly ids: Places;
  /** Streams whose last page had a hole, by what was wrong. */
  readonly holes: Map<StreamId, string>;
  /** Lines that no entry could be read from: kept, and counted. */
  unreadable: number;
  /** Counts changes of what may be shown that no stream's position tells. */
  settled: number;
};

/** The same lines are looked at for their place, their proof and their words; they are read once. */
const readings = new WeakMap<Lines, Read<Entry>>();

function readOnce(lines: Lines): Read<Entry> {
  const known = readings.get(lines);
  if (known) return known;
  const read = readEntry(lines);
  readings.set(lines, read);
  return read;
}

/** For an arrival out of the vault that was proven when it came in, with the ids that were kept beside its lines. */
export function rememberRead(arrival: Arrival, ids: readonly EntryId[]): void {
  arrival.lines.forEach((lines, i) => readings.set(lines, { ok: true, value: recall(lines, ids[i]) }));
}

export const emptyReplica = (): Replica => ({
  epoch: null, streams: new Map(), entries: new Map(), proofs: new Map(), chain: new Map(), ids: new Map(), holes: new Map(), unreadable: 0, settled: 0,
});

/** `keyOf`: the key that a certificate here vouches for at this moment of the server's time, or at any (null). */
export type Keys = { readonly keyOf: (signer: SignerId, atMs: number | null) => string | null; readonly verify: Verify };

/** The arrivals of a span if they continue what is held, or what is wrong with them. */
export function continues(replica: Replica, span: Span, arrivals: readonly Arrival[]): string | null {
  const position = replica.streams.get(span.stream)?.position ?? 0;
  if (span.from !== position + 1) return `it begins at ${span.from}, after ${position}`;
  let next = span.from;
  for (const arrival of arrivals) {
    if (arrival.seq !== next) return `${next} is missing`;
    next += arrival.lines.length;
  }
  return next === span.to + 1 ? null : `it ends at ${next - 1}, not ${span.to}`;
}

export const arrivalsOf = (page: Page, stream: StreamId): readonly Arrival[] =>
  page.arrivals.filter((arrival) => arrival.stream === stream).sort((a, b) => a.seq - b.seq);

/** Notes the places that an arrival fills, for the links of those after it. */
export function notePlaces({ ids, chain }: Replica, arrival: Arrival, places = isHanded(arrival) ? ids : chain): void {
  for (const lines of arrival.lines) {
    const place = placeOf(lines);
    if (place) put(places, place.log, place.n, place.id);
  }
  const statement = readStatement(arrival.statement);
  if (!statement.ok) return;
  for (const [n, id] of Object.entries(arrival.heldBack)) put(places, statement.value.log, Number(n), id);
}

/** Takes in an arrival that is on the disk; gives the entries that are new. */
export function addArrival(replica: Replica, arrival: Arrival, proof: Proof): readonly Entry[] {
  notePlaces(replica, arrival);
  replica.proofs.set(arrival, proof);
  const fresh: Entry[] = [];
  for (const lines of arrival.lines) {
    const read = readOnce(lines);
    if (!read.ok) {
      replica.unreadable++;
    } else if (!isHeld(replica, read.value.id)) {
      replica.entries.set(read.value.id, { entry: read.value, received: isHanded(arrival) ? null : arrival.received, arrival });
      fresh.push(read.value);
    }
  }
  return fresh;
}

/** A stream's numbers begin at 1 and are the server's: what a colleague's tablet handed over has none. */
export const isHanded = ({ seq }: Arrival): boolean => seq === 0;

/** Pulled as its author signed it, as far as is known. What came broken, or from a colleague's tablet alone, gives way. */
export function isHeld(replica: Replica, id: EntryId): boolean {
  const held = replica.entries.get(id);
  return held !== undefined && !isHanded(held.arrival) && replica.proofs.get(held.arrival) !== "broken";
}

/** Arrivals that nobody vouches for: their author's certificate is not here, not this server's, or had ended. */
export const unvouched = (replica: Replica): number => [...replica.proofs.values()].filter((proof) => proof === "unknown_author").length;
export const broken = (replica: Replica): readonly Arrival[] =>
  [...replica.proofs].filter(([, proof]) => proof === "broken").map(([arrival]) => arrival);

/** What came in spoilt is asked for once more: its stream is read again from there, and the record is replaced. */
export function askAgain(replica: Replica): void {
  for (const arrival of broken(replica)) {
    const stream = replica.streams.get(arrival.stream);
    if (stream) stream.position = Math.min(stream.position, arrival.seq - 1);
  }
}

/** The same places came in before, spoilt: what comes now stands for them. */
export function supplant(replica: Replica, { stream, from, to }: Span): void {
  for (const old of broken(replica)) if (old.stream === stream && old.seq >= from && old.seq <= to) forgetArrival(replica, old);
}

export function forgetArrival(replica: Replica, old: Arrival): void {
  replica.proofs.delete(old);
  for (const [id, { arrival }] of replica.entries) if (arrival === old) replica.entries.delete(id);
}

function put(places: Places, log: LogId, n: number, id: EntryId): void {
  const known = places.get(log) ?? new Map<number, EntryId>();
  places.set(log, known);
  known.set(n, id);
}

/** Notes a place that was written here. */
export const noteId = ({ ids }: Replica, log: LogId, n: number, id: EntryId): void => put(ids, log, n, id);

/** Every id by place that is known of a log, the server's own word first. */
function knownIn({ ids, chain }: Replica, log: LogId): Map<number, EntryId> {
  const other = ids.get(log);
  if (!other) return new Map(chain.get(log));
  const known = new Map(other);
  for (const [n, id] of chain.get(log) ?? []) known.set(n, id);
  return known;
}

/** As though the server had named all that is known, from whomever: what a colleague hands over must go on from that. */
export const asOneChain = (replica: Replica): Replica => ({
  ...emptyReplica(), chain: new Map([...replica.ids.keys(), ...replica.chain.keys()].map((log) => [log, knownIn(replica, log)] as const)),
});

/** Checks links, tree and signature. What is "broken" is kept, not shown, and said. */
export async function prove(replica: Replica, arrival: Arrival, keys: Keys): Promise<Proof> {
  const read = readStatement(arrival.statement);
  if (!read.ok || streamOfLog(read.value.log) !== arrival.stream) return "broken";
  const ids = idsWith(replica, read.value.log, arrival);
  if (!ids || !isWhole(read.value, ids) || !goesOn(read.value, replica.chain.get(read.value.log))) return "broken";
  const key = keys.keyOf(signerOfLog(read.value.log), momentOf(arrival, read.value));
  if (key === null) return "unknown_author";
  return (await signedBy(key, arrival.statement, arrival.signature, keys.verify)) ? "proven" : "broken";
}

/** When its certificate must have held: at any time, where a lead let it in although it came after the certificate's end. */
const momentOf = ({ decision, received }: Arrival, { clock }: Statement): number | null =>
  decision === null ? Math.max(received, clock.server ?? 0) : null;

/** What is known of the log with this arrival, or null when one of its lines is no entry of that log. */
function idsWith(replica: Replica, log: LogId, arrival: Arrival): ReadonlyMap<number, EntryId> | null {
  const ids = knownIn(replica, log);
  for (const [n, id] of Object.entries(arrival.heldBack)) ids.set(Number(n), id);
  for (const lines of arrival.lines) {
    const place = placeOf(lines);
    if (!place || place.log !== log) return null;
    ids.set(place.n, place.id);
  }
  return ids;
}

export function placeOf(lines: Lines): { readonly log: LogId; readonly n: number; readonly id: EntryId } | null {
  const read = readOnce(lines);
  return read.ok ? { log: read.value.log, n: read.value.n, id: read.value.id } : null;
}

function isWhole({ from, to, root }: Statement, ids: ReadonlyMap<number, EntryId>): boolean {
  const run = rawIds(ids, from, to);
  return run !== null && hex(merkleRoot(run)) === root;
}

/**
 * Where the server did not name the whole log before it, the tree and the signature must do: a part may have come broken, or
 * lie in quarantine by itself, and then nobody said what stands at its place.
 */
function goesOn({ log, from, prev }: Statement, chain: ReadonlyMap<number, EntryId> = new Map()): boolean {
  const before = rawIds(chain, 1, from - 1);
  return before === null || hex(before.reduce(nextHead, firstHead(log))) === prev;
}

function rawIds(ids: ReadonlyMap<number, EntryId>, from: number, to: number): readonly Uint8Array<ArrayBuffer>[] | null {
  const out: Uint8Array<ArrayBuffer>[] = [];
  for (let n = from; n <= to; n++) {
    const raw = unhex(ids.get(n) ?? "");
    if (!raw?.length) return null;
    out.push(raw);
  }
  return out;
}

/** Another epoch: the server's numbers are new, so every stream is read from its beginning; what is held stays held. */
export function beginEpoch(replica: Replica, epoch: string): void {
  replica.epoch = epoch;
  for (const stream of replica.streams.values()) stream.position = 0;
  passEpoch(replica);
}

/** What the server named so far is no word on the chain that it has now. */
export function passEpoch({ chain, ids }: Replica): void {
  for (const [log, places] of chain) for (const [n, id] of places) put(ids, log, n, id);
  chain.clear();
}

/** Access ended: what was pulled there is forgotten. Own entries are not in here. */
export function forgetStream(replica: Replica, stream: StreamId): void {
  replica.streams.delete(stream);
  replica.holes.delete(stream);
  for (const [id, { arrival }] of replica.entries) if (arrival.stream === stream) replica.entries.delete(id);
  for (const arrival of replica.proofs.keys()) if (arrival.stream === stream) replica.proofs.delete(arrival);
  for (const places of [replica.ids, replica.chain]) for (const log of places.keys()) if (streamOfLog(log) === stream) places.delete(log);
}

export const isShown = (replica: Replica, pulled: Pulled): boolean => replica.proofs.get(pulled.arrival) === "proven";
