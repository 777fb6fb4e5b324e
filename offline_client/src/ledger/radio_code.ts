/**
 * The short code by which an address is opened without network. Ten characters of Crockford's base 32 carry 50 bits; an
 * eleventh finds a misheard one, and tells nothing more.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const CODE_CHARS = 11;
const LOOKALIKE: { readonly [typed: string]: string } = { O: "0", I: "1", L: "1" };
const BETWEEN = " -\t";

export type ReadCode =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly code: "radio_code_length" | "radio_code_misheard" };

/** The code as it was made, whatever case, spaces or look-alikes it was typed with. */
export function readCode(typed: string): ReadCode {
  const bare = [...typed.toUpperCase()].filter((one) => !BETWEEN.includes(one)).map((one) => LOOKALIKE[one] ?? one);
  if (bare.length !== CODE_CHARS) return { ok: false, code: "radio_code_length" };
  const places = bare.map((one) => ALPHABET.indexOf(one));
  if (places.some((place) => place < 0) || sumOf(places) !== 0) return { ok: false, code: "radio_code_misheard" };
  return { ok: true, code: bare.join("") };
}

/** As a polynomial over the field of 32, at x: nought for a whole code. */
const sumOf = (places: readonly number[]): number => places.reduce((total, place) => timesX(total) ^ place, 0);

/** Times x, modulo x^5 + x^2 + 1. */
const timesX = (value: number): number => (value << 1) ^ (value & 16 ? 0x25 : 0);
