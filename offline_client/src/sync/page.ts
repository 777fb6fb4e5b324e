/** A page of pulled lines as it came over the wire. A page that was cut short is none: nothing of it is believed. */
import { isHash, textOf, utf8 } from "../ledger/bytes.ts";
import type { Lines } from "../ledger/entry.ts";
import type { EntryId, StreamId } from "../ledger/ids.ts";
import { isObject, readDocument, unread, type Json, type JsonObject, type Read } from "../ledger/json.ts";

export type Arrival = {
  readonly stream: StreamId;
  /** The sequence number of its first entry in the stream; `lines` follow on without a hole. */
  readonly seq: number;
  readonly statement: string;
  readonly signature: string;
  /** When the server received it, ms, and how far the tablet's clock then stood from the server's. */
  readonly received: number;
  readonly offsetMs: number | null;
  readonly via: string | null;
  readonly lines: readonly Lines[];
  /** Entries of the segment that are kept apart at the server: their ids alone, so that the tree can be checked. */
  readonly heldBack: { readonly [n: string]: EntryId };
  /** The entry by which a lead let these in, after they had been put aside. */
  readonly decision: EntryId | null;
};
export type Span = { readonly stream: StreamId; readonly from: number; readonly to: number };
export type Page = {
  readonly time: number;
  readonly epoch: string;
  readonly spans: readonly Span[];
  readonly granted: readonly StreamId[];
  readonly gone: readonly StreamId[];
  readonly more: boolean;
  readonly arrivals: readonly Arrival[];
};

const malformed = (why: string) => unread("page_malformed", why);
const isWhole = (value: Json | undefined): value is number => typeof value === "number" && value >= 0;
const isText = (value: Json | undefined): value is string => typeof value === "string";

export function readPage(bytes: Uint8Array): Read<Page> {
  const lines = textOf(bytes)?.split("\n");
  if (!lines || lines.pop() !== "") return malformed("it does not end with its last line");
  const head = readObject(lines[0]);
  if (!head || !isWhole(head["time"]) || !isText(head["epoch"])) return malformed("its first line is not one");
  const spans = readSpans(head["streams"]);
  const arrivals = readArrivals(lines);
  if (!spans || !arrivals) return malformed("an arrival is cut short");
  return {
    ok: true,
    value: {
      time: head["time"], epoch: head["epoch"], spans, arrivals, more: head["more"] === true,
      granted: streamNames(head["granted"]), gone: streamNames(head["gone"]),
    },
  };
}

function readObject(line: string | undefined): JsonObject | null {
  const json = readDocument(utf8(line ?? ""));
  return json.ok && isObject(json.value) ? json.value : null;
}

const streamNames = (value: Json | undefined): readonly StreamId[] =>
  Array.isArray(value) ? (value.filter(isText) as string[] as StreamId[]) : [];

function readSpans(value: Json | undefined): readonly Span[] | null {
  if (!Array.isArray(value)) return null;
  const out: Span[] = [];
  for (const row of value as readonly Json[]) {
    if (!isObject(row) || !isText(row["stream"]) || !isWhole(row["from"]) || !isWhole(row["to"])) return null;
    out.push({ stream: row["stream"] as StreamId, from: row["from"], to: row["to"] });
  }
  return out;
}

function readArrivals(lines: readonly string[]): readonly Arrival[] | null {
  const out: Arrival[] = [];
  for (let at = 1; at < lines.length; ) {
    const said = readObject(lines[at]);
    const count = said?.["count"];
    if (!said || !isWhole(count) || at + 2 * count >= lines.length) return null;
    const arrival = readArrival(said, pairs(lines.slice(at + 1, at + 1 + 2 * count)));
    if (!arrival) return null;
    out.push(arrival);
    at += 1 + 2 * count;
  }
  return out;
}

function pairs(lines: readonly string[]): readonly Lines[] {
  return Array.from({ length: lines.length / 2 }, (_, i) => ({ header: lines[2 * i] ?? "", body: lines[2 * i + 1] ?? "" }));
}

export function readArrival(said: JsonObject, lines: readonly Lines[]): Arrival | null {
  const { stream, seq, statement, signature, received, offset_ms: offset, via } = said;
  if (!isText(stream) || !isWhole(seq) || !isText(statement) || !isText(signature) || !isWhole(received)) return null;
  return {
    stream: stream as StreamId, seq, statement, signature, received, lines,
    offsetMs: typeof offset === "number" ? offset : null, via: isText(via) ? via : null,
    heldBack: heldBack(said["held_back"]), decision: idIn(said["decision"]),
  };
}

const idIn = (value: Json | undefined): EntryId | null => (isHash(value) ? (value as string as EntryId) : null);

function heldBack(value: Json | undefined): { readonly [n: string]: EntryId } {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, id]) => isHash(id))) as { [n: string]: EntryId };
}
