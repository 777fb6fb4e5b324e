/**
 * The logs that this officer writes on this tablet, and what the server said of each. An entry counts as received only when
 * the server named a head that covers it; nothing here ever forgets an entry.
 */
import { hex, unhex } from "../ledger/bytes.ts";
import type { Entry, Lines, Place } from "../ledger/entry.ts";
import { logId, streamOfLog, type LogId, type SignerId, type StreamId } from "../ledger/ids.ts";
import { firstHead, nextHead } from "../ledger/merkle.ts";

/** The server's word that it had everything up to `to` at its own time `at` (ms). */
export type Receipt = { readonly to: number; readonly at: number };
/** Entries that are with the server but kept apart there, or that it could not accept, with its reason. */
export type HeldApart = {
  readonly from: number;
  readonly to: number;
  readonly verdict: "quarantined" | "fork" | "refused";
  readonly code: string;
  readonly detail: string;
};

export type OwnLog = {
  readonly log: LogId;
  readonly lines: Lines[];
  readonly entries: Entry[];
  /** heads[n] is the head after entry n, in hex, as far as they were asked for: see `headAt`. */
  readonly heads: string[];
  /** The server has 1..confirmed, byte for byte. */
  confirmed: number;
  /** Sent at least once, whatever came back. */
  sent: number;
  receipts: Receipt[];
  heldApart: HeldApart[];
  /** The server knows another history of this log: it is offered, never continued. */
  retired: boolean;
};

export type OwnLogs = {
  readonly signer: SignerId;
  readonly logs: Map<LogId, OwnLog>;
  /** Which log of a stream is being written now. */
  readonly writing: Map<StreamId, LogId>;
};

export const emptyOwn = (signer: SignerId): OwnLogs => ({ signer, logs: new Map(), writing: new Map() });

const FIRST_INCARNATION = "1";

export function newLog(log: LogId): OwnLog {
  return {
    log, lines: [], entries: [], heads: [hex(firstHead(log))], confirmed: 0, sent: 0, receipts: [], heldApart: [], retired: false,
  };
}

/** The log to write a stream's next entry into. A retired one is followed by another incarnation, drawn by chance. */
export function logFor(own: OwnLogs, stream: StreamId, drawIncarnation: () => string): LogId {
  const writing = own.writing.get(stream);
  if (writing && !own.logs.get(writing)?.retired) return writing;
  return logId(stream, own.signer, writing ? drawIncarnation() : FIRST_INCARNATION);
}

export function placeIn(own: OwnLogs, log: LogId): Omit<Place, "hlc"> {
  return { log, n: (own.logs.get(log)?.entries.length ?? 0) + 1 };
}

/** Takes in an entry that is on the disk. False when it does not follow what is held: the caller keeps it and says so. */
export function addOwn(own: OwnLogs, entry: Entry, lines: Lines): boolean {
  const log = own.logs.get(entry.log) ?? newLog(entry.log);
  own.logs.set(entry.log, log);
  own.writing.set(streamOfLog(entry.log), entry.log);
  if (entry.n !== log.entries.length + 1) {
    log.retired = true;
    return false;
  }
  log.entries.push(entry);
  log.lines.push(lines);
  return true;
}

/** The head after entry n, or undefined when there is no such entry. Links are worked out up to there once, when first asked for. */
export function headAt({ heads, entries }: OwnLog, n: number): string | undefined {
  for (const { id } of entries.slice(heads.length - 1, n)) {
    heads.push(hex(nextHead(bytesOf(heads.at(-1)), bytesOf(id))));
  }
  return heads[n];
}

const bytesOf = (text = ""): Uint8Array<ArrayBuffer> => unhex(text) ?? new Uint8Array();

export type LogRow = { readonly log: LogId; readonly have: number; readonly head: string };
export type Judged = "same" | "advanced" | "restored" | "forked" | "unknown";

/**
 * What the server's (have, head) says of one of our logs. "restored": it has less than it once confirmed, as after a
 * backup was put back, and is offered the rest again. "forked": it has another history, or more than we do.
 */
export function judgeRow(own: OwnLogs, row: LogRow, at: number): Judged {
  const log = own.logs.get(row.log);
  if (!log) return "unknown";
  if (headAt(log, row.have) !== row.head) {
    log.retired = true;
    return "forked";
  }
  const before = log.confirmed;
  if (row.have > before) {
    log.confirmed = row.have;
    log.receipts.push({ to: row.have, at });
    return "advanced";
  }
  if (row.have === before) return "same";
  fallBack(log, row.have);
  return "restored";
}

/** The server has no more than `have`: what it lost is offered again, with what it had kept apart beyond that. */
function fallBack(log: OwnLog, have: number): void {
  log.confirmed = have;
  log.receipts = log.receipts.filter((receipt) => receipt.to <= have);
  log.heldApart = log.heldApart.flatMap((held) => {
    if (held.verdict !== "quarantined" || held.to <= have) return [held];
    return held.from <= have ? [{ ...held, to: have }] : [];
  });
}

/**
 * The server was put back to an older day, and may since have heard a copy of this tablet. Branches that it kept are lost
 * there, so they are offered again, and a log of which it now has another history is offered from its beginning.
 */
export function beginAgain(own: OwnLogs, rows: readonly LogRow[]): void {
  for (const log of own.logs.values()) log.heldApart = log.heldApart.filter(({ verdict }) => verdict !== "fork");
  for (const { log: id, have, head } of rows) {
    const log = own.logs.get(id);
    if (log && headAt(log, have) !== head) fallBack(log, 0);
  }
}

/** The server has every entry before `from`: it named that one as the first which differs, or sent us those. */
export function confirmBefore(log: OwnLog, from: number, at: number): void {
  if (from - 1 <= log.confirmed || log.heldApart.some((held) => held.verdict === "fork" && held.from < from)) return;
  log.confirmed = from - 1;
  log.receipts.push({ to: from - 1, at });
}

const covers = (held: { readonly from: number; readonly to: number }, n: number): boolean => held.from <= n && n <= held.to;

/** Adds a verdict once; the same verdict on a resend changes nothing. */
export function holdApart(log: OwnLog, held: HeldApart): void {
  const known = log.heldApart.some((h) => h.from === held.from && h.to === held.to && h.verdict === held.verdict);
  if (!known) log.heldApart = [...log.heldApart, held];
}

export const heldAt = (log: OwnLog, n: number): HeldApart | null => log.heldApart.find((held) => covers(held, n)) ?? null;

/** Entry n lies in its stream now, whatever the server did with it first. */
export function letIn(log: OwnLog, n: number): void {
  if (heldAt(log, n)?.verdict !== "quarantined") return;
  log.heldApart = log.heldApart.flatMap((held) => {
    if (held.verdict !== "quarantined" || !covers(held, n)) return [held];
    return [{ ...held, to: n - 1 }, { ...held, from: n + 1 }].filter(({ from, to }) => from <= to);
  });
}

export type Whereabouts =
  | { readonly state: "here" }
  | { readonly state: "sent" }
  | { readonly state: "received"; readonly at: number }
  | { readonly state: "attention"; readonly held: HeldApart };

/** Of one log: entries that were sent, those received with the latest time of that, and what the server kept apart. */
export type Sums = { readonly sent: number; readonly received: number; readonly lastReceived: number; readonly apart: ReadonlySet<HeldApart> };

type Found = Pick<OwnLog, "confirmed" | "sent" | "receipts" | "heldApart"> & { readonly times: number; readonly places: readonly Whereabouts[]; readonly sums: Sums };
const found = new WeakMap<OwnLog, Found>();

/** Where entry n of a log is. Only the server's own word makes it "received". Worked out for a whole log at once. */
export function whereabouts(log: OwnLog, n: number): Whereabouts {
  return foundIn(log).places[n - 1] ?? { state: "here" };
}

export function sumsOf(log: OwnLog): Sums {
  return foundIn(log).sums;
}

function foundIn(log: OwnLog): Found {
  const known = found.get(log);
  if (known && isFresh(known, log)) return known;
  const { confirmed, sent, receipts, heldApart } = log;
  const places = log.entries.map(({ n: each }) => whereIs(log, each));
  const fresh: Found = { confirmed, sent, receipts, heldApart, times: receipts.length, places, sums: sumUp(places) };
  found.set(log, fresh);
  return fresh;
}

function sumUp(places: readonly Whereabouts[]): Sums {
  const apart = new Set<HeldApart>();
  let [here, received, lastReceived] = [0, 0, 0];
  for (const where of places) {
    if (where.state === "here") here++;
    if (where.state === "attention") apart.add(where.held);
    if (where.state !== "received") continue;
    received++;
    lastReceived = Math.max(lastReceived, where.at);
  }
  return { sent: places.length - here, received, lastReceived, apart };
}

const isFresh = (known: Found, log: OwnLog): boolean =>
  known.places.length === log.entries.length && known.confirmed === log.confirmed && known.sent === log.sent &&
  known.heldApart === log.heldApart && known.receipts === log.receipts && known.times === log.receipts.length;

function whereIs(log: OwnLog, n: number): Whereabouts {
  const held = heldAt(log, n);
  if (held) return { state: "attention", held };
  if (n <= log.confirmed) return { state: "received", at: log.receipts.find((receipt) => receipt.to >= n)?.at ?? 0 };
  return { state: n <= log.sent ? "sent" : "here" };
}

/** Entries that are nowhere but here, as far as the server ever said. */
export function unconfirmed(own: OwnLogs): number {
  let count = 0;
  for (const log of own.logs.values()) {
    for (let n = log.confirmed + 1; n <= log.entries.length; n++) if (!isKept(log, n)) count++;
  }
  return count;
}

/** The server has entry n, in its stream or in quarantine. */
export const isThere = (log: OwnLog, n: number): boolean => n <= log.confirmed || isKept(log, n);

/** The server has it, if only in quarantine. */
const isKept = (log: OwnLog, n: number): boolean => {
  const held = heldAt(log, n);
  return held !== null && held.verdict !== "refused";
};

/** The first entry that the server may lack, or null when it has all. */
export function firstToSend(log: OwnLog): number | null {
  for (let n = log.confirmed + 1; n <= log.entries.length; n++) if (!isKept(log, n)) return n;
  return null;
}
