/**
 * One entry: a header that is signed for ever and a body that can be erased by law without breaking the chain. The bytes
 * are kept and relayed exactly as written; nothing re-serialises them, so the id is the hash of what is on the disk.
 */
import { base64url, fromBase64url, hex, isHash, utf8 } from "./bytes.ts";
import { MOST_COUNTED, type Hlc } from "./clock.ts";
import { isSubject, partsOfLog, type EntryId, type LogId, type SubjectId } from "./ids.ts";
import { isObject, readLine, unread, type Json, type JsonObject, type Read } from "./json.ts";
import { sha256 } from "./sha256.ts";

export const MAX_HEADER_BYTES = 4 * 1024;
export const MAX_BODY_BYTES = 64 * 1024;
const SALT_BYTES = 16;
const MOST_SUPERSEDED = 64;
const MOST_ATTACHED = 16;

export type Draft = {
  readonly kind: string;
  readonly schema: string;
  readonly subject: SubjectId;
  readonly field: string;
  readonly value: Json;
  readonly note?: string;
  /** When it was seen or said; `recorded` is when it was written down here. */
  readonly happened: string;
  readonly recorded: string;
  readonly lateReason?: string;
  /** Ids that the author had on the screen. */
  readonly supersedes: readonly EntryId[];
  readonly att?: readonly string[];
};

export type Place = { readonly log: LogId; readonly n: number; readonly hlc: Hlc };

/** Entry lines as signed. A body that was erased by law is the empty line. */
export type Lines = { readonly header: string; readonly body: string };
export type Written = Lines & { readonly id: EntryId };

export type Entry = {
  readonly id: EntryId;
  readonly log: LogId;
  readonly n: number;
  readonly hlc: Hlc;
  readonly happened: string;
  readonly recorded: string;
  readonly lateReason: string | null;
  readonly kind: string;
  readonly schema: string;
  readonly subject: SubjectId;
  readonly field: string;
  readonly supersedes: readonly EntryId[];
  readonly att: readonly string[];
  readonly erased: boolean;
  readonly value: Json;
  readonly note: string | null;
};

export const entryId = (header: Uint8Array): EntryId => hex(sha256(header)) as EntryId;

const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What was typed or pasted, as the strict reader will accept it: whole characters, newline and tab the only controls. */
export function cleanText(text: string): string {
  // Kept from what was typed rather than refused: an officer cannot see a control character, let alone remove it.
  return text.replace(/\r\n?/g, "\n").replace(UNWANTED, "").toWellFormed();
}

export function cleanValue(value: Json): Json {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(cleanValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanValue(inner)]));
}

export function writeEntry(draft: Draft, place: Place, salt: Uint8Array): Read<Written> {
  const note = cleanText(draft.note ?? "");
  const body = JSON.stringify({ salt: base64url(salt), value: cleanValue(draft.value), ...(note ? { note } : {}) });
  const header = JSON.stringify({
    v: 1, log: place.log, n: place.n, hlc: place.hlc,
    happened: draft.happened, recorded: draft.recorded,
    kind: draft.kind, schema: draft.schema, subject: draft.subject, field: draft.field,
    body_hash: hex(sha256(utf8(body))),
    ...(draft.lateReason ? { late_reason: cleanText(draft.lateReason) } : {}),
    ...(draft.supersedes.length ? { supersedes: [...new Set(draft.supersedes)].sort() } : {}),
    ...(draft.att?.length ? { att: draft.att } : {}),
  });
  // Read back by the same reader as everyone else's: what would be refused elsewhere is refused here, before it is kept.
  const read = readEntry({ header, body });
  return read.ok ? { ok: true, value: { header, body, id: read.value.id } } : read;
}

export function readEntry(lines: Lines): Read<Entry> {
  const bytes = utf8(lines.header);
  if (bytes.length > MAX_HEADER_BYTES) return unread("entry_header", "too large");
  const json = readLine(bytes);
  if (!json.ok) return unread("not_strict_json", json.detail);
  const wrong = judgeHeader(json.value);
  if (wrong) return unread("entry_header", wrong);
  const header = json.value as unknown as HeaderJson;
  const body = readBody(lines.body, header.body_hash);
  return body.ok ? { ok: true, value: { ...fromHeader(header, entryId(bytes)), ...body.value } } : body;
}

/**
 * An entry that this tablet once read strictly or wrote, and kept sealed against change since: it is not judged anew, for at
 * every unlock there are a thousand of them. Only for lines out of the vault; `id` is what was kept beside them.
 */
export function recall({ header, body }: Lines, id?: EntryId): Entry {
  const said = body === "" ? null : (JSON.parse(body) as { value: Json; note?: string });
  return {
    ...fromHeader(JSON.parse(header) as HeaderJson, id ?? entryId(utf8(header))),
    erased: said === null, value: said?.value ?? null, note: said?.note ?? null,
  };
}

type HeaderJson = {
  log: LogId; n: number; hlc: Hlc; happened: string; recorded: string; late_reason?: string; kind: string; schema: string;
  subject: SubjectId; field: string; supersedes?: readonly EntryId[]; att?: readonly string[]; body_hash: string;
};
type Said = Pick<Entry, "erased" | "value" | "note">;

function fromHeader(h: HeaderJson, id: EntryId): Omit<Entry, keyof Said> {
  return {
    id, log: h.log, n: h.n, hlc: h.hlc, happened: h.happened, recorded: h.recorded, lateReason: h.late_reason ?? null,
    kind: h.kind, schema: h.schema, subject: h.subject, field: h.field, supersedes: h.supersedes ?? [], att: h.att ?? [],
  };
}

function readBody(line: string, hash: string): Read<Said> {
  if (line === "") return { ok: true, value: { erased: true, value: null, note: null } };
  const bytes = utf8(line);
  if (hex(sha256(bytes)) !== hash) return unread("entry_body_hash", "the body is not the one that was signed");
  if (bytes.length > MAX_BODY_BYTES) return unread("entry_body", "too large");
  const json = readLine(bytes);
  if (!json.ok) return unread("not_strict_json", json.detail);
  const wrong = judge(json.value, BODY, ["note"]);
  if (wrong) return unread("entry_body", wrong);
  const body = json.value as { value: Json; note?: string };
  return { ok: true, value: { erased: false, value: body.value, note: body.note ?? null } };
}

type Check = (value: Json) => boolean;
const matches = (form: RegExp): Check => (v) => typeof v === "string" && form.test(v);
const anyText: Check = (v) => typeof v === "string" && v !== "";
const whole: Check = (v) => typeof v === "number" && v >= 0;
const hashes = (most: number): Check => (v) =>
  Array.isArray(v) && v.length >= 1 && v.length <= most && v.every(isHash) && new Set(v).size === v.length;

// A clock may be wrong by decades; beyond these years a time cannot be brought to every zone.
const TIME = /^((?:19[7-9]\d|20\d\d|21\d\d)-[01]\d-[0-3]\d)T[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}[+-]\d\d:\d\d$/;

/** RFC 3339 with milliseconds and an offset, on a day that the calendar has. */
export function isTime(v: Json): boolean {
  const day = typeof v === "string" ? TIME.exec(v)?.[1] : undefined;
  if (day === undefined || Number.isNaN(Date.parse(v as string))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

const HEADER: { readonly [key: string]: Check } = {
  v: (v) => v === 1,
  log: (v) => typeof v === "string" && partsOfLog(v) !== null,
  n: (v) => whole(v) && (v as number) >= 1,
  hlc: (v) => Array.isArray(v) && v.length === 2 && v.every(whole) && (v[1] as number) <= MOST_COUNTED,
  happened: isTime,
  recorded: isTime,
  kind: matches(/^[a-z][a-z_]{0,39}$/),
  schema: matches(/^(?:[0-9a-f]{64}|[a-z]+(?:\/[a-z0-9]+){1,4})$/),
  subject: isSubject,
  field: matches(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}(?::[A-Za-z0-9][A-Za-z0-9_-]{0,59})?$/),
  body_hash: isHash,
  late_reason: anyText,
  supersedes: hashes(MOST_SUPERSEDED),
  att: hashes(MOST_ATTACHED),
};
const BODY: { readonly [key: string]: Check } = {
  salt: (v) => typeof v === "string" && v.length === 22 && fromBase64url(v)?.length === SALT_BYTES,
  value: () => true,
  note: anyText,
};

const judgeHeader = (json: Json): string | null => judge(json, HEADER, ["late_reason", "supersedes", "att"]);

/** What is wrong with an object, or null. An unknown key is wrong: nobody may smuggle meaning past an older reader. */
export function judge(json: Json, checks: { readonly [key: string]: Check }, optional: readonly string[]): string | null {
  if (!isObject(json)) return "not an object";
  const unknown = Object.keys(json).find((key) => !Object.hasOwn(checks, key));
  if (unknown !== undefined) return `unknown key ${unknown}`;
  for (const [key, check] of Object.entries(checks)) {
    if (!Object.hasOwn(json, key)) {
      if (!optional.includes(key)) return `${key} is missing`;
    } else if (!check((json as JsonObject)[key] as Json)) return `${key} is malformed`;
  }
  return null;
}
