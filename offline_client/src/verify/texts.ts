/**
 * The texts of a bundle, read as `verify.py` reads them: JSON with whole numbers alone, hex, base64 in one spelling, and
 * bytes that were no UTF-8 carried as half characters (Python's "surrogateescape").
 */
import { base64url, fromBase64url, textOf } from "../ledger/bytes.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import { BrokenBundle } from "./broken.ts";

export function read(text: string): Json {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g)) {
    if (!token.startsWith('"') && !Number.isSafeInteger(/[.eE]/.test(token) ? NaN : Number(token))) throw new BrokenBundle(`${token} is no whole number`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new BrokenBundle("a line is no JSON");
  }
}

export function strict(bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text === null) throw new BrokenBundle("a text is no UTF-8");
  return text;
}

/** A row's own value; there is one, whatever it is. */
export function at(row: Json, key: string): Json {
  if (!isObject(row) || !Object.hasOwn(row, key)) throw new BrokenBundle(`${key} is not said`);
  return row[key] as Json;
}

export function words(row: Json, key: string): string {
  const found = at(row, key);
  if (typeof found !== "string") throw new BrokenBundle(`${key} is no text`);
  return found;
}

export function whole(row: Json, key: string): number {
  const found = at(row, key);
  if (typeof found !== "number") throw new BrokenBundle(`${key} is no number`);
  return found;
}

/** What is there under this key, by name; null and nothing alike. */
export function named(row: Json, key: string): readonly (readonly [string, Json])[] {
  const found = at(row, key);
  if (found === null) return [];
  if (!isObject(found)) throw new BrokenBundle(`${key} names nothing`);
  return Object.entries(found as JsonObject);
}

export function texts(row: Json, key: string): readonly string[] {
  const found = at(row, key);
  if (!Array.isArray(found)) throw new BrokenBundle(`${key} is no list`);
  return (found as readonly Json[]).map((one) => words({ one }, "one"));
}

const HEX = /^(?:[ \t\n\r\f\v]*[0-9a-fA-F]{2})*[ \t\n\r\f\v]*$/;

export function unhexed(text: string): Uint8Array<ArrayBuffer> {
  if (!HEX.test(text)) throw new BrokenBundle("a hash is no hash");
  return Uint8Array.from(text.match(/[0-9a-fA-F]{2}/g) ?? [], (pair) => parseInt(pair, 16));
}

/** Base64 in either alphabet; nothing where it is not the one spelling of its bytes. */
export const unspelled = (text: string): Uint8Array<ArrayBuffer> =>
  fromBase64url(text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")) ?? new Uint8Array();

/** Standard base64, with its padding. */
export function spelled(bytes: Uint8Array): string {
  const bare = base64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return bare + "=".repeat((4 - (bare.length % 4)) % 4);
}

/** One character for each byte, for patterns over bytes. */
export function latin(bytes: Uint8Array): string {
  let out = "";
  for (let from = 0; from < bytes.length; from += 8192) out += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return out;
}

export const unlatin = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));

const FIRST_ROTTEN = 0xdc80, LAST_ROTTEN = 0xdcff;
const encoder = new TextEncoder();

/** The bytes behind a text in which half a character stands for a byte that was no UTF-8. */
export function raw(text: string): Uint8Array<ArrayBuffer> {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts = [...text].map(rawCharacter);
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((from, part) => (out.set(part, from), from + part.length), 0);
  return out;
}

function rawCharacter(character: string): Uint8Array {
  if (character.isWellFormed()) return encoder.encode(character);
  const code = character.charCodeAt(0);
  if (code < FIRST_ROTTEN || code > LAST_ROTTEN) throw new BrokenBundle("half a character");
  return Uint8Array.of(code - 0xdc00);
}

/** Lines as Python splits bytes. */
export function lines(bytes: Uint8Array): readonly string[] {
  const found = strict(bytes).split(/\r\n|\n|\r/);
  return found.at(-1) === "" ? found.slice(0, -1) : found;
}

export function split(bytes: Uint8Array, mark: number): readonly Uint8Array<ArrayBuffer>[] {
  const out: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; ; ) {
    const to = bytes.indexOf(mark, from);
    out.push(bytes.slice(from, to < 0 ? bytes.length : to));
    if (to < 0) return out;
    from = to + 1;
  }
}
