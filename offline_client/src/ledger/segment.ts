/**
 * A run of entries under one signature: at most a hundred, linked to the head before them. Signatures are made and checked
 * by functions handed in, so that this room needs no key and no browser.
 */
import { fromBase64url, hex, isHash, unhex, utf8 } from "./bytes.ts";
import { entryId, judge, readEntry, type Entry, type Lines } from "./entry.ts";
import { partsOfLog, type LogId } from "./ids.ts";
import { readLine, unread, type Json, type Read } from "./json.ts";
import { merkleRoot, nextHead } from "./merkle.ts";

export const MOST_ENTRIES = 100;
const MAX_STATEMENT_BYTES = 1024;
const SIGNATURE_BYTES = 64;

export type Clock = { readonly server: number | null; readonly device: number; readonly monotonic: number };
export type Statement = {
  readonly log: LogId;
  readonly from: number;
  readonly to: number;
  readonly prev: string;
  readonly root: string;
  readonly clock: Clock;
};
export type Segment = { readonly statement: string; readonly signature: string; readonly lines: string };
/** Raw P1363 signature over the bytes, in base64url. */
export type Sign = (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
export type Verify = (key: string, bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>;

export const segmentMessage = (statement: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/segment/1\n${statement}`);

export function writeStatement(s: Statement): string {
  return JSON.stringify({
    v: 1, log: s.log, from: s.from, to: s.to, prev: s.prev, root: s.root,
    clock: { server: s.clock.server, device: s.clock.device, monotonic: s.clock.monotonic },
  });
}

/** Entries of one log in their order, the first following `prev`. */
export type Run = { readonly log: LogId; readonly from: number; readonly prev: string; readonly entries: readonly Lines[] };

export async function seal(run: Run, clock: Clock, sign: Sign): Promise<Segment> {
  const ids = run.entries.map((e) => unhex(entryId(utf8(e.header))) ?? new Uint8Array());
  const statement = writeStatement({
    log: run.log, from: run.from, to: run.from + ids.length - 1, prev: run.prev, root: hex(merkleRoot(ids)), clock,
  });
  return { statement, signature: await sign(segmentMessage(statement)), lines: joinLines(run.entries) };
}

export const joinLines = (entries: readonly Lines[]): string => entries.map((e) => `${e.header}\n${e.body}`).join("\n");

export function splitLines(text: string): Read<readonly Lines[]> {
  const parts = text.split("\n");
  if (parts.length % 2) return unread("lines_odd", "each entry is a header line and a body line");
  const out: Lines[] = [];
  for (let i = 0; i < parts.length; i += 2) out.push({ header: parts[i] as string, body: parts[i + 1] as string });
  return { ok: true, value: out };
}

const whole = (v: Json): boolean => typeof v === "number" && v >= 0;
const CLOCK = {
  server: (v: Json) => v === null || whole(v),
  device: whole,
  monotonic: whole,
};
const STATEMENT = {
  v: (v: Json) => v === 1,
  log: (v: Json) => typeof v === "string" && partsOfLog(v) !== null,
  from: (v: Json) => whole(v) && (v as number) >= 1,
  to: (v: Json) => whole(v) && (v as number) >= 1,
  prev: isHash,
  root: isHash,
  clock: (v: Json) => judge(v, CLOCK, []) === null,
};

export function readStatement(line: string): Read<Statement> {
  const bytes = utf8(line);
  if (bytes.length > MAX_STATEMENT_BYTES) return unread("too_large");
  const json = readLine(bytes);
  if (!json.ok) return json;
  const wrong = judge(json.value, STATEMENT, []);
  if (wrong) return unread("statement_invalid", wrong);
  const s = json.value as unknown as Statement;
  const count = s.to - s.from + 1;
  return count >= 1 && count <= MOST_ENTRIES ? { ok: true, value: s } : unread("statement_invalid", "bounds");
}

export type Opened = { readonly statement: Statement; readonly entries: readonly Entry[]; readonly head: string };

/** Everything that can be judged about a segment without its author's key: bounds, hashes, links and the tree. */
export function openSegment(statement: string, lines: readonly Lines[]): Read<Opened> {
  const read = readStatement(statement);
  if (!read.ok) return read;
  const s = read.value;
  if (lines.length !== s.to - s.from + 1) return unread("count", "the lines are not those of the statement");
  const entries = readRun(s, lines);
  if (!entries.ok) return entries;
  const ids = entries.value.map((entry) => unhex(entry.id) ?? new Uint8Array());
  if (hex(merkleRoot(ids)) !== s.root) return unread("root", "the tree is not the one that was signed");
  return { ok: true, value: { statement: s, entries: entries.value, head: hex(ids.reduce(nextHead, unhex(s.prev) ?? new Uint8Array())) } };
}

function readRun(s: Statement, lines: readonly Lines[]): Read<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const [i, line] of lines.entries()) {
    const entry = readEntry(line);
    if (!entry.ok) return entry;
    if (entry.value.log !== s.log || entry.value.n !== s.from + i) return unread("place", "an entry of another place");
    entries.push(entry.value);
  }
  return { ok: true, value: entries };
}

export async function signedBy(key: string, statement: string, signature: string, verify: Verify): Promise<boolean> {
  const raw = fromBase64url(signature);
  return raw?.length === SIGNATURE_BYTES && verify(key, segmentMessage(statement), raw);
}
