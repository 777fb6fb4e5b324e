/** Bytes and the three texts we write them in: hex for hashes, base64url without padding for keys and signatures, base32 for names. */

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** Null when the bytes are not UTF-8. A byte order mark is kept, so that what reads it can refuse it. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const NIBBLES = new Map([..."0123456789abcdef"].map((digit, value) => [digit.charCodeAt(0), value]));

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += PAIRS[byte];
  return out;
}

export const isHash = (text: unknown): text is string => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);

export function unhex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2) return null;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const [high, low] = [NIBBLES.get(text.charCodeAt(2 * i)), NIBBLES.get(text.charCodeAt(2 * i + 1))];
    if (high === undefined || low === undefined) return null;
    out[i] = high * 16 + low;
  }
  return out;
}

const URL64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LOWER32 = "abcdefghijklmnopqrstuvwxyz234567";

function spell(bytes: Uint8Array, alphabet: string, bitsEach: number): string {
  let out = "";
  let held = 0;
  let bits = 0;
  for (const b of bytes) {
    held = ((held << 8) | b) & 0xffff;
    bits += 8;
    for (; bits >= bitsEach; bits -= bitsEach) out += alphabet[(held >> (bits - bitsEach)) & ((1 << bitsEach) - 1)];
  }
  if (bits) out += alphabet[(held << (bitsEach - bits)) & ((1 << bitsEach) - 1)];
  return out;
}

export const base64url = (bytes: Uint8Array): string => spell(bytes, URL64, 6);
export const base32 = (bytes: Uint8Array): string => spell(bytes, LOWER32, 5);

/** Null unless the text is the one canonical spelling of its bytes: stray bits at the end are refused. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  const out = new Uint8Array(Math.floor((text.length * 6) / 8));
  let held = 0;
  let bits = 0;
  let n = 0;
  for (const c of text) {
    const value = URL64.indexOf(c);
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) { bits -= 8; out[n++] = (held >> bits) & 0xff; }
  }
  return base64url(out) === text ? out : null;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
