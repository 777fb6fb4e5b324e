/**
 * What must hold whatever happened, each promise under a name and the number it has in the protocol. They look at the
 * server's state, at what tablets hold and at what officers were told.
 */
import { createHash } from "node:crypto";
import { readEntry, type Entry, type Lines } from "../../src/ledger/entry.ts";
import { fold } from "../../src/ledger/fold.ts";
import { signerOfLog, streamOfLog, type EntryId, type LogId, type OfficerId, type SignerId, type StreamId } from "../../src/ledger/ids.ts";
import { heldAt, unconfirmed } from "../../src/sync/own.ts";
import { idsAside, idsAtRest, type Server } from "../support/server.ts";
import { toldIn, type Station } from "./station.ts";

export const PROMISES = {
  kept: "(1) what an officer was told is saved is on their tablet",
  arrives: "(1) in the end all of it is at the server",
  numbered: "(1) what is lost has a number: at each contact the tablet claims all that it holds",
  confirmed: "(2) what was said to be received is at the server",
  equal: "(3) tablets with equal grants hold equal sets, and show the same",
  granted: "(4) nothing outside a grant stays on a tablet",
  strict: "(4) what nobody published a class for lies in no open stream",
  gapless: "(5) streams are without gaps, pages without holes",
  visible: "(6) no answer is hidden by one that did not know it",
  order: "(7) views do not depend on the order of arrival",
  replay: "(8) traffic that is replayed changes nothing",
  once: "(8) every entry is held once",
  authentic: "nothing is held that was not recorded",
  files: "(1) in the end a file is at the server byte for byte, however it was spoilt on its way",
  goes: "(1) a store goes when somebody wants it and all of it is received, or by force, and never without its word",
  erased: "of a store that is gone nothing is left but its word",
} as const;
export type Promised = keyof typeof PROMISES;

export class Broken extends Error {
  readonly promised: Promised;
  constructor(promised: Promised, detail: string) {
    super(`not so that ${PROMISES[promised]}: ${detail}`);
    this.promised = promised;
  }
}

export function hold(promised: Promised, so: boolean, detail: string): void {
  if (!so) throw new Broken(promised, detail);
}

export type View = (entries: readonly Entry[]) => ReadonlyMap<string, ReadonlySet<EntryId>>;

/** What stands in each field, by the product's own fold; everybody may write everything. */
export const honestView: View = (entries) => {
  const standings = entries.map((entry) => {
    const signer = signerOfLog(entry.log);
    return {
      entry, received: null, flags: new Set<never>(),
      author: { signer, officer: signer.slice(0, 16) as OfficerId, name: signer, agency: "POL", visitLead: false, operationLead: false },
    };
  });
  const { registers } = fold(standings, () => ({ agencies: new Set(), anybody: true }));
  return new Map([...registers.values()].map(({ field, current }) => [field, new Set(current.map(({ entry }) => entry.id))]));
};

export const everywhere = (server: Server): ReadonlySet<string> => new Set([...idsAtRest(server), ...idsAside(server)]);

const idOf = ({ header }: Lines): EntryId => createHash("sha256").update(header).digest("hex") as EntryId;

/** The lines of each stream in the order of their numbers. */
export function streamsOf(server: Server): ReadonlyMap<StreamId, readonly Lines[]> {
  const found = new Map([...server.state.streams].map(([stream, all]) => [stream, all.flatMap(({ lines }) => lines)]));
  const ids = [...found.values()].flat().map(idOf);
  hold("once", new Set(ids).size === ids.length, `${ids.length - new Set(ids).size} twice`);
  return found;
}

/** At any moment, of a tablet that is at work. */
export function lookAt(on: Station, server: Server): void {
  for (const [log, ids] of on.told) {
    const held = on.book.own.logs.get(log)?.entries.map(({ id }) => id) ?? [];
    const lacking = ids.filter((id) => !held.includes(id));
    hold("kept", lacking.length === 0, `${on.label}: ${lacking.length} of ${log}`);
  }
  if (on.book.epoch === server.epoch) confirmedIsThere(on, server);
}

function confirmedIsThere(on: Station, server: Server): void {
  const [streams, aside] = [idsAtRest(server), idsAside(server)];
  for (const log of on.book.own.logs.values()) {
    for (const { n, id } of log.entries) {
      const apart = heldAt(log, n);
      if (apart && apart.verdict !== "refused") hold("confirmed", aside.has(id) || streams.has(id), `${on.label}: ${log.log} ${n} is not kept aside`);
      else if (n <= log.confirmed) hold("confirmed", streams.has(id), `${on.label}: ${log.log} ${n}`);
    }
  }
}

/** After a round without a fault. */
export function nothingIsLeftOf(gone: readonly StreamId[], on: Station): void {
  const left = [...on.book.replica.streams.keys()].filter((stream) => gone.includes(stream));
  hold("granted", left.length === 0, `${on.label} still holds ${left.join()}`);
}

/** The network is well, and everybody has spoken to the server. */
export function allArrived(stations: readonly Station[], server: Server): void {
  const rest = everywhere(server);
  for (const on of stations) {
    const lacking = toldIn(on).filter((id) => !rest.has(id));
    hold("arrives", lacking.length === 0, `${on.label}: ${lacking.length} never came`);
    hold("confirmed", unconfirmed(on.book.own) === 0, `${on.label} was not told of ${unconfirmed(on.book.own)}`);
    lookAt(on, server);
  }
}

/** `before` lay in streams when the server was put back: absence is no order, so a tablet that had it goes on showing it. */
export function holdsItsGrants(on: Station, streams: ReadonlyMap<StreamId, readonly Lines[]>, before: ReadonlySet<string>): void {
  const { replica, own } = on.book;
  hold("gapless", replica.holes.size === 0, `${on.label} met ${replica.holes.size} holes`);
  hold("authentic", [...replica.proofs.values()].every((proof) => proof === "proven"), `${on.label} could not prove an arrival`);
  for (const [stream, lines] of streams) {
    const theirs = new Set<string>([...replica.entries.values()].filter(({ entry }) => streamOfLog(entry.log) === stream).map(({ entry }) => entry.id));
    for (const log of own.logs.values()) if (streamOfLog(log.log) === stream) for (const { id } of log.entries) theirs.add(id);
    const ids = lines.map(idOf);
    const lacking = ids.filter((id) => !theirs.has(id));
    hold("equal", lacking.length === 0, `${on.label} lacks ${lacking.length} of ${stream}`);
    const more = [...replica.entries.values()].filter(({ entry }) => streamOfLog(entry.log) === stream && !ids.includes(entry.id) && !before.has(entry.id));
    hold("equal", more.length === 0, `${on.label} holds ${more.length} more of ${stream}`);
    hold("gapless", (replica.streams.get(stream)?.position ?? 0) === ids.length, `${on.label}: ${stream} at ${replica.streams.get(stream)?.position}`);
  }
}

export const closed = (on: Station, stream: StreamId): void =>
  hold("granted", ![...on.book.replica.entries.values()].some(({ entry }) => streamOfLog(entry.log) === stream), `${on.label} holds ${stream}`);

export const entriesOf = (lines: readonly Lines[]): readonly Entry[] => lines.flatMap((one) => {
  const read = readEntry(one);
  return read.ok ? [read.value] : [];
});

export function viewsHold(entries: readonly Entry[], view: View, draw: () => number): void {
  const shown = view(entries);
  const named = new Set(entries.flatMap(({ supersedes }) => supersedes));
  for (const { id, field } of entries) hold("visible", named.has(id) || (shown.get(field)?.has(id) ?? false), `${field}: ${id}`);
  const other = entries.map((entry) => [draw(), entry] as const).sort(([a], [b]) => a - b).map(([, entry]) => entry);
  hold("order", same(shown, view(other)), "another order shows something else");
}

const same = (one: ReadonlyMap<string, ReadonlySet<EntryId>>, other: ReadonlyMap<string, ReadonlySet<EntryId>>): boolean =>
  plain(one) === plain(other);

const plain = (shown: ReadonlyMap<string, ReadonlySet<EntryId>>): string =>
  JSON.stringify([...shown].map(([field, ids]) => [field, [...ids].sort()]).sort());

/** What the server was told of how much of each log is on a tablet. */
export type Believed = {
  readonly held: Map<LogId, number>;
  readonly most: Map<LogId, number>;
  /** Of whom a word came late, or was not understood: until an answer tells them, they do not know what is believed. */
  readonly doubted: Set<SignerId>;
};

/** A tablet's word came in: it must name all that its officer was told is saved, and the stores that are there. */
export function hear(believed: Believed, word: Server["told"][number], on: Station | null): void {
  if (word.whole) for (const log of believed.held.keys()) if (signerOfLog(log) === word.signer) believed.held.set(log, 0);
  for (const { log, held } of word.claims ?? []) {
    believed.held.set(log, held);
    believed.most.set(log, Math.max(believed.most.get(log) ?? 0, held));
  }
  if (on === null) believed.doubted.add(word.signer);
  if (!on || !word.tablet || believed.doubted.has(word.signer)) return;
  for (const [log, ids] of on.told) {
    const said = believed.held.get(log) ?? 0;
    hold("numbered", said >= ids.length, `${on.label} holds ${ids.length} of ${log}, and said ${said}`);
  }
  hold("numbered", word.tablet.stores.join() === word.signer, `${on.label} names other stores`);
}
