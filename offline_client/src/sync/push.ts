/**
 * What is offered to the server, and what its answer means. Segments are sealed and on the disk before they are sent. One
 * bad segment never costs a good one, and a verdict is a value, kept beside the entries that it is about.
 */
import { utf8 } from "../ledger/bytes.ts";
import type { LogId } from "../ledger/ids.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import { MOST_ENTRIES, type Run, type Segment } from "../ledger/segment.ts";
import { confirmBefore, firstToSend, headAt, holdApart, judgeRow, type Judged, type LogRow, type OwnLog, type OwnLogs } from "./own.ts";

/** A segment and the entries it covers; the lines are taken from the log, so that they exist once. */
export type SealedRun = { readonly log: LogId; readonly from: number; readonly to: number; readonly segment: Segment };

const MOST_SEGMENT_BYTES = 128 * 1024;
const MOST_PUSH_ENTRIES = 500;
const MOST_PUSH_BYTES = 400 * 1024;

const bytesOf = (log: OwnLog, n: number): number => {
  const lines = log.lines[n - 1];
  return lines ? utf8(lines.header).length + utf8(lines.body).length + 2 : 0;
};

/** The runs of a log from `from` on that are still to be sealed, each within a segment's bounds. */
export function runsToSeal(log: OwnLog, from: number): readonly Run[] {
  const runs: Run[] = [];
  for (let first = from; first <= log.entries.length; ) {
    let last = first;
    let bytes = bytesOf(log, first);
    while (last < log.entries.length && last - first + 1 < MOST_ENTRIES && bytes + bytesOf(log, last + 1) <= MOST_SEGMENT_BYTES) {
      last++;
      bytes += bytesOf(log, last);
    }
    runs.push({ log: log.log, from: first, prev: headAt(log, first - 1) ?? "", entries: log.lines.slice(first - 1, last) });
    first = last + 1;
  }
  return runs;
}

/** Segments that still say something new to the server, without holes; what lies between them is sealed anew. */
export function usable(log: OwnLog, sealed: readonly SealedRun[]): { readonly keep: readonly SealedRun[]; readonly sealFrom: number | null } {
  const first = firstToSend(log);
  if (first === null) return { keep: [], sealFrom: null };
  const keep: SealedRun[] = [];
  let next = first;
  const ordered = sealed.filter((run) => run.log === log.log && run.to >= first).sort((a, b) => a.from - b.from);
  for (const run of ordered) {
    if (run.from > next) break;
    if (run.to >= next) {
      keep.push(run);
      next = run.to + 1;
    }
  }
  return { keep, sealFrom: next <= log.entries.length ? next : null };
}

/** As many segments as one push may hold, oldest log first; at least one. */
export function fillPush(sealed: readonly SealedRun[]): readonly SealedRun[] {
  const out: SealedRun[] = [];
  let entries = 0;
  let bytes = 0;
  for (const run of sealed) {
    const size = utf8(JSON.stringify(run.segment)).length;
    const count = run.to - run.from + 1;
    if (out.length && (entries + count > MOST_PUSH_ENTRIES || bytes + size > MOST_PUSH_BYTES)) continue;
    out.push(run);
    entries += count;
    bytes += size;
  }
  return out;
}

export type Exception = {
  readonly log: LogId;
  readonly from: number;
  readonly to: number;
  readonly verdict: string;
  readonly code: string;
  readonly detail: string;
};
export type PushReply = {
  readonly time: number;
  readonly epoch: string;
  readonly logs: readonly LogRow[];
  readonly exceptions: readonly Exception[];
};

const text = (from: JsonObject, key: string): string => (typeof from[key] === "string" ? (from[key] as string) : "");
const number = (from: JsonObject, key: string): number | null => (typeof from[key] === "number" ? (from[key] as number) : null);
const rows = (from: JsonObject, key: string): readonly JsonObject[] =>
  Array.isArray(from[key]) ? (from[key] as readonly Json[]).filter(isObject) : [];

/** A reply that does not have its form confirms nothing. */
export function readPushReply(json: Json): PushReply | null {
  if (!isObject(json)) return null;
  const time = number(json, "time");
  const logs = readRows(json);
  const exceptions = rows(json, "exceptions").map(readException);
  if (time === null || !logs || text(json, "epoch") === "" || exceptions.includes(null)) return null;
  return { time, epoch: text(json, "epoch"), logs, exceptions: exceptions.filter((one) => one !== null) };
}

function readException(row: JsonObject): Exception | null {
  const [from, to] = [number(row, "from"), number(row, "to")];
  if (from === null || to === null) return null;
  return { log: text(row, "log") as LogId, from, to, verdict: text(row, "verdict"), code: text(row, "code"), detail: text(row, "detail") };
}

export function readRows(json: JsonObject): readonly LogRow[] | null {
  const out: LogRow[] = [];
  for (const row of rows(json, "logs")) {
    const have = number(row, "have");
    if (have === null) return null;
    out.push({ log: text(row, "log") as LogId, have, head: text(row, "head") });
  }
  return out;
}

/** Applies a push's or a have's rows; says what each meant. */
export function applyRows(own: OwnLogs, logs: readonly LogRow[], at: number): ReadonlyMap<LogId, Judged> {
  return new Map(logs.map((row) => [row.log, judgeRow(own, row, at)]));
}

export function applyPush(own: OwnLogs, sent: readonly SealedRun[], reply: PushReply): ReadonlyMap<LogId, Judged> {
  for (const run of sent) {
    const log = own.logs.get(run.log);
    if (log) log.sent = Math.max(log.sent, run.to);
  }
  for (const exception of reply.exceptions) applyException(own, exception, reply.time);
  const judged = applyRows(own, reply.logs, reply.time);
  for (const run of sent) confirmShared(own, run, reply);
  for (const log of own.logs.values()) forgetMended(log);
  return judged;
}

/** A copy of this tablet went on: the server's head lies beyond all that is here. What was sent it has if it says nothing against it. */
function confirmShared(own: OwnLogs, { log: id, from, to }: SealedRun, { logs, exceptions, time }: PushReply): void {
  const log = own.logs.get(id);
  if (!log?.retired || from > log.confirmed + 1 || !logs.some((row) => row.log === id && row.have > log.entries.length)) return;
  const against = exceptions.some((one) => one.verdict !== "quarantined" && (one.log === id || one.log === ""));
  if (!against) confirmBefore(log, to + 1, time);
}

/** A verdict reaches no further than what was sent, for nothing else can have been judged. */
function applyException(own: OwnLogs, { log: id, from, to, verdict, code, detail }: Exception, at: number): void {
  const log = own.logs.get(id);
  if (!log || from > log.sent) return;
  if (verdict === "fork") {
    log.retired = true;
    confirmBefore(log, from, at);
  }
  // A gap is no verdict on the entries: the row's `have` says from where to go on.
  if (verdict === "fork" || verdict === "quarantined" || verdict === "refused") {
    holdApart(log, { from, to: Math.min(to, log.sent), verdict, code, detail });
  }
}

/** A refusal that a later push made good is no longer said. */
function forgetMended(log: OwnLog): void {
  log.heldApart = log.heldApart.filter((held) => held.verdict !== "refused" || held.to > log.confirmed);
}
