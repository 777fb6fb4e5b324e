/**
 * The strict reader for everything that was signed: exactly the JSON that both languages read alike. No floats (decimals
 * travel as text), no doubled keys, no lone surrogates, no control characters but newline and tab, depth and size bounded.
 */
import { textOf } from "./bytes.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
export type Read<T> = { readonly ok: true; readonly value: T } | Unread;
export type Unread = { readonly ok: false; readonly code: string; readonly detail: string };

export const MAX_DEPTH = 16;

/** Carries the verdict up out of the descent; it never leaves this file. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}
const refuse = (code: string, detail: string): never => { throw new Refused(code, detail); };

export const unread = (code: string, detail = code): Unread => ({ ok: false, code, detail });

const RAW_CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const RAW_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** One line of an entry, a statement or a certificate: no raw control character at all. The caller bounds its size. */
export const readLine = (bytes: Uint8Array): Read<Json> => readWithin(bytes, RAW_CONTROL);

/** A whole reply or paper: line breaks may stand between its parts. */
export const readDocument = (bytes: Uint8Array): Read<Json> => readWithin(bytes, RAW_BUT_BREAKS);

function readWithin(bytes: Uint8Array, barred: RegExp): Read<Json> {
  const text = textOf(bytes);
  if (text === null) return unread("not_utf8");
  return barred.test(text) ? unread("control_character", "a raw control character") : readText(text);
}

function readText(text: string): Read<Json> {
  const source = { text, at: 0 };
  try {
    const value = readValue(source, 0);
    blank(source);
    return source.at === text.length ? { ok: true, value } : unread("syntax", `more text at ${source.at}`);
  } catch (error) {
    if (error instanceof Refused) return unread(error.code, error.message);
    throw error;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Source = { readonly text: string; at: number };

function blank(s: Source): void {
  while (s.at < s.text.length && " \t\n\r".includes(s.text[s.at] as string)) s.at++;
}

function readValue(s: Source, depth: number): Json {
  blank(s);
  const c = s.text[s.at] ?? "";
  if (c === "{") return readObject(s, deeper(depth));
  if (c === "[") return readArray(s, deeper(depth));
  if (c === '"') return readString(s);
  return DIGITS.includes(c) && c ? readNumber(s) : readWord(s);
}

const DIGITS = "-0123456789";
const deeper = (depth: number): number => (depth < MAX_DEPTH ? depth + 1 : refuse("too_deep", `deeper than ${MAX_DEPTH}`));

function readWord(s: Source): Json {
  for (const [word, value] of [["null", null], ["true", true], ["false", false]] as const) {
    if (s.text.startsWith(word, s.at)) {
      s.at += word.length;
      return value;
    }
  }
  return refuse("syntax", `unexpected text at ${s.at}`);
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

function readNumber(s: Source): number {
  NUMBER.lastIndex = s.at;
  const found = NUMBER.exec(s.text);
  if (!found) return refuse("syntax", `a number is malformed at ${s.at}`);
  if (found[1] !== undefined || found[2] !== undefined) return refuse("float", "decimals travel as text");
  s.at += found[0].length;
  const value = Number(found[0]);
  if (Object.is(value, -0)) return refuse("negative_zero", "-0 is read differently by different languages");
  return Number.isSafeInteger(value) ? value : refuse("integer_range", "outside +-(2^53-1)");
}

const ESCAPES: { readonly [c: string]: string } = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

/** As far as a string stands for itself. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;

function readString(s: Source): string {
  let out = "";
  for (s.at++; ; s.at++) {
    PLAIN.lastIndex = s.at;
    const run = PLAIN.exec(s.text)?.[0] ?? "";
    out += run;
    s.at += run.length;
    const c = s.text[s.at];
    if (c === undefined) return refuse("syntax", "a string is not closed");
    if (c === '"') break;
    if (c !== "\\") return refuse("control_character", "a control character stands bare in a string");
    out += readEscape(s);
  }
  s.at++;
  return judgeString(out);
}

function readEscape(s: Source): string {
  const c = s.text[++s.at] ?? "";
  if (c === "u") {
    const digits = s.text.slice(s.at + 1, s.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return refuse("syntax", "a \\u escape is malformed");
    s.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }
  return Object.hasOwn(ESCAPES, c) ? (ESCAPES[c] as string) : refuse("syntax", "an escape is unknown");
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

function judgeString(text: string): string {
  if (!text.isWellFormed()) return refuse("lone_surrogate", "half a character");
  return CONTROL.test(text) ? refuse("control_character", "a control character in a string") : text;
}

function readArray(s: Source, depth: number): Json {
  const out: Json[] = [];
  s.at++;
  blank(s);
  if (s.text[s.at] === "]") { s.at++; return out; }
  for (;;) {
    out.push(readValue(s, depth));
    if (!more(s, "]")) return out;
  }
}

function readObject(s: Source, depth: number): JsonObject {
  const out: { [key: string]: Json } = {};
  s.at++;
  blank(s);
  if (s.text[s.at] === "}") { s.at++; return out; }
  for (;;) {
    blank(s);
    if (s.text[s.at] !== '"') return refuse("syntax", `a key was expected at ${s.at}`);
    const key = readString(s);
    if (Object.hasOwn(out, key)) return refuse("duplicate_key", "a key stands twice");
    blank(s);
    if (s.text[s.at++] !== ":") return refuse("syntax", `a colon was expected at ${s.at}`);
    const value = readValue(s, depth);
    if (key === "__proto__") define(out, key, value);
    else out[key] = value;
    if (!more(s, "}")) return out;
  }
}

/** Assigned, "__proto__" would be no key like any other. */
const define = (out: object, key: string, value: Json): void => {
  Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true });
};

function more(s: Source, close: string): boolean {
  blank(s);
  const c = s.text[s.at++];
  return c === "," || (c === close ? false : refuse("syntax", `a comma or ${close} was expected`));
}
