/**
 * The file in which sealed segments are carried: its form, and nothing of what is in it. Whoever carries it learns of whom
 * and of how many entries it is, as it must be read to be sorted; only the server opens a part.
 */
import { base64url, fromBase64url } from "../ledger/bytes.ts";
import { partsOfLog, type LogId, type OperationId } from "../ledger/ids.ts";
import { isObject, readDocument, type Json, type JsonObject } from "../ledger/json.ts";
import type { Run, SealedPart } from "../vault/sealing.ts";

const FORM = "fieldops/bundle/1";
const OPERATION = /^[a-z2-7]{16}$/;
const IV_BYTES = 12;
/** Below what the server takes in one body. */
const MOST_BYTES = 400 * 1024;
const MOST_PARTS = 500;
const MOST_KEYS = 200;
const MOST_FILE_BYTES = 960 * 1024;

/** Parts in the order of their logs, in as many bundles as are needed; each stands alone. */
export function bundlesOf(parts: readonly SealedPart[]): readonly (readonly SealedPart[])[] {
  const ordered = [...parts].sort((a, b) => compare(a.operation, b.operation) || compare(a.log, b.log) || a.from - b.from);
  const out: SealedPart[][] = [];
  let bytes = 0;
  for (const part of ordered) {
    const last = out.at(-1);
    const size = 400 + (part.sealed.length * 4) / 3;
    const fits = last && last.length < MOST_PARTS && last[0]?.operation === part.operation && bytes + size <= MOST_BYTES;
    if (fits && keysOf([...last, part]).size <= MOST_KEYS) {
      last.push(part);
      bytes += size;
    } else {
      out.push([part]);
      bytes = size;
    }
  }
  return out;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const keysOf = (parts: readonly SealedPart[]): ReadonlyMap<string, string> => new Map(parts.map(({ key }) => [key.id, key.sealed]));

/** Parts of one operation as a file or a body. */
export function writeBundle(parts: readonly SealedPart[]): JsonObject {
  return {
    bundle: FORM, operation: parts[0]?.operation ?? "",
    logs: parts.map(({ log, from, to }) => ({ log, from, to })),
    keys: [...keysOf(parts)].map(([id, sealed]) => ({ id, sealed })),
    parts: parts.map(({ key, log, from, to, iv, sealed }) => ({
      key: key.id, log, from, to, iv: base64url(iv), sealed: base64url(sealed),
    })),
  };
}

/** The parts of a file; null when it is no bundle. A part whose key is not in it is of no use to anybody. */
export function readBundle(bytes: Uint8Array<ArrayBuffer>): readonly SealedPart[] | null {
  const json = readFile(bytes);
  return json && partsIn(json);
}

/** What a file says, if it is one that could be a bundle. */
export function readFile(bytes: Uint8Array<ArrayBuffer>): JsonObject | null {
  const json = bytes.length <= MOST_FILE_BYTES ? readDocument(bytes) : null;
  return json?.ok && isObject(json.value) ? json.value : null;
}

export function partsIn(json: Json): readonly SealedPart[] | null {
  if (!isObject(json) || json["bundle"] !== FORM || !OPERATION.test(text(json, "operation"))) return null;
  return partsOf(json);
}

function partsOf(json: JsonObject): readonly SealedPart[] | null {
  const [named, keys, parts] = [rows(json, "logs"), rows(json, "keys"), rows(json, "parts")];
  const known = keys && readKeys(keys);
  if (!known || !parts || !named?.every(readRun)) return null;
  const read = parts.map((part) => readPart(part, text(json, "operation") as OperationId, known));
  return read.includes(null) ? null : read.filter((part) => part !== null);
}

const text = (from: JsonObject, key: string): string => (typeof from[key] === "string" ? (from[key] as string) : "");

function rows(from: JsonObject, key: string): readonly JsonObject[] | null {
  const list = from[key];
  return Array.isArray(list) && list.every(isObject) ? (list as readonly JsonObject[]) : null;
}

function readKeys(rows: readonly JsonObject[]): ReadonlyMap<string, string> | null {
  const sound = rows.every(({ id, sealed }) => typeof id === "string" && typeof sealed === "string" && fromBase64url(sealed) !== null);
  return sound ? new Map(rows.map((key) => [text(key, "id"), text(key, "sealed")])) : null;
}

const place = (value: Json | undefined): value is number => typeof value === "number" && value >= 1;

function readRun({ log, from, to }: JsonObject): Run | null {
  if (typeof log !== "string" || partsOfLog(log) === null || !place(from) || !place(to) || from > to) return null;
  return { log: log as LogId, from, to };
}

function readPart(part: JsonObject, operation: OperationId, known: ReadonlyMap<string, string>): SealedPart | null {
  const run = readRun(part);
  const [iv, sealed] = [fromBase64url(text(part, "iv")), fromBase64url(text(part, "sealed"))];
  if (!run || iv?.length !== IV_BYTES || !sealed?.length) return null;
  return { ...run, operation, iv, sealed, key: { id: text(part, "key"), sealed: known.get(text(part, "key")) ?? "" } };
}
