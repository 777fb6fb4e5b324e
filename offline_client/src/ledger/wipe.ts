/**
 * The order that wipes a store, and the word by which this tablet says that it did. Absence is no order: only a line that the
 * server signed, with the key pinned at enrolment, for exactly this signer is obeyed.
 */
import { fromBase64url, isHash, utf8 } from "./bytes.ts";
import { isTime, judge } from "./entry.ts";
import { partsOfLog, type LogId, type SignerId } from "./ids.ts";
import { readLine, type Json } from "./json.ts";
import type { Sign, Verify } from "./segment.ts";

export type WipeOrder = { readonly wipe: string; readonly signer: SignerId; readonly forced: boolean; readonly at: string };
export type SignedOrder = { readonly order: string; readonly signature: string };
/** `forged`: not signed so by this server, or no order at all. `not_ours`: for another signer. */
export type Judged = { readonly ok: true; readonly order: WipeOrder } | { readonly ok: false; readonly word: "forged" | "not_ours" };

export type LostEntries = { readonly log: LogId; readonly from: number; readonly to: number };
/** A file that goes, with the entry that names it. */
export type LostFile = { readonly log: LogId; readonly n: number; readonly manifest: string };
/** `wiped`: by which order; null for the officer's own wish. `entries`: how many the store held. */
export type WipedWord = {
  readonly wiped: string | null;
  readonly signer: SignerId;
  readonly forced: boolean;
  readonly at: string;
  readonly entries: number;
  readonly lost: readonly LostEntries[];
  readonly files: readonly LostFile[];
};
export type SignedWord = { readonly word: string; readonly signature: string };

const MOST_ORDER_BYTES = 1024;
const MOST_WORD_BYTES = 384 * 1024;
const SIGNATURE_BYTES = 64;

const ID = /^[a-z2-7]{16}$/;
const SIGNER = /^[a-z2-7]{26}$/;
const isId = (v: Json): boolean => typeof v === "string" && ID.test(v);
const isSigner = (v: Json): boolean => typeof v === "string" && SIGNER.test(v);
const isSaid = (v: Json): boolean => typeof v === "boolean";
const isPlace = (v: Json): boolean => typeof v === "number" && v >= 1;
const isLog = (v: Json): boolean => typeof v === "string" && partsOfLog(v) !== null;
const rowsOf = (checks: { readonly [key: string]: (v: Json) => boolean }) => (v: Json): boolean =>
  Array.isArray(v) && v.every((row) => judge(row, checks, []) === null);

const ORDER = { v: (v: Json) => v === 1, wipe: isId, signer: isSigner, forced: isSaid, at: isTime };
const WORD = {
  v: (v: Json) => v === 1, wiped: (v: Json) => v === null || isId(v), signer: isSigner, forced: isSaid, at: isTime,
  entries: (v: Json) => typeof v === "number" && v >= 0,
  lost: rowsOf({ log: isLog, from: isPlace, to: isPlace }), files: rowsOf({ log: isLog, n: isPlace, manifest: isHash }),
};

export const orderMessage = (order: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/wipe/1\n${order}`);
export const wordMessage = (word: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/wiped/1\n${word}`);

function readOrder(line: string): WipeOrder | null {
  const bytes = utf8(line);
  const json = bytes.length > MOST_ORDER_BYTES ? null : readLine(bytes);
  return json?.ok && judge(json.value, ORDER, []) === null ? (json.value as unknown as WipeOrder) : null;
}

/** What this tablet makes of an order that it was handed. */
export async function judgeOrder({ order, signature }: SignedOrder, me: SignerId, serverKey: string, verify: Verify): Promise<Judged> {
  const raw = fromBase64url(signature);
  const signed = raw?.length === SIGNATURE_BYTES && (await verify(serverKey, orderMessage(order), raw));
  const read = signed ? readOrder(order) : null;
  if (!read) return { ok: false, word: "forged" };
  return read.signer === me ? { ok: true, order: read } : { ok: false, word: "not_ours" };
}

/** The line, with its keys in the order in which every program writes them. */
export const wordLine = ({ wiped, signer, forced, at, entries, lost, files }: WipedWord): string => JSON.stringify({
  v: 1, wiped, signer, forced, at, entries,
  lost: lost.map(({ log, from, to }) => ({ log, from, to })), files: files.map(({ log, n, manifest }) => ({ log, n, manifest })),
});

export async function signWord(word: WipedWord, sign: Sign): Promise<SignedWord> {
  const line = wordLine(word);
  return { word: line, signature: await sign(wordMessage(line)) };
}

/** Null for what is no word. */
export function readWord(line: string): WipedWord | null {
  const bytes = utf8(line);
  const json = bytes.length > MOST_WORD_BYTES ? null : readLine(bytes);
  if (!json?.ok || judge(json.value, WORD, []) !== null) return null;
  const word = json.value as unknown as WipedWord;
  const own = [...word.lost, ...word.files].every(({ log }) => partsOfLog(log)?.signer === word.signer);
  return own && word.lost.every(({ from, to }) => from <= to) ? word : null;
}

export const entriesLost = ({ lost }: WipedWord): number => lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
