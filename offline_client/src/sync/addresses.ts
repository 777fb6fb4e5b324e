/**
 * Addresses that are held back: their keys as they come from the server or by a radio code, and the papers that they open.
 * Keys lie in the officer's store, sealed like all else; a paper that is not opened is its time and meeting point.
 */
import { base64url, fromBase64url, utf8 } from "../ledger/bytes.ts";
import type { PaperHash } from "../ledger/ids.ts";
import { isObject, readDocument, type Json, type JsonObject } from "../ledger/json.ts";
import { openAddress, type Place, type Sealed, type Wrapped } from "../vault/address.ts";
import { NO_TRIES, type Tries } from "../vault/lockout.ts";
import type { Plain } from "../vault/store.ts";
import type { Book } from "./book.ts";
import type { Io } from "./offer.ts";
import type { Fault, Got } from "./wire.ts";

export type How = "sync" | "code";
/** `told`: the server has heard that it is here. */
export type AddressKey = { readonly strike: string; readonly edition: number; readonly team: string; readonly key: string; readonly how: How; readonly told: boolean };
/** Codes typed since the last that opened, and when the next may be. */
export type Typed = { readonly typed: number; readonly tries: Tries };
export type Addresses = { readonly keys: readonly AddressKey[]; readonly typed: { readonly [hold: string]: Typed } };
/** A paper of which the place is sealed. */
export type HeldPaper = { readonly hash: PaperHash; readonly visit: string; readonly paper: JsonObject; readonly place: Place; readonly sealed: Sealed; readonly code: Wrapped };

export const NO_ADDRESSES: Addresses = { keys: [], typed: {} };
export const ADDRESSES_RECORD = "addresses";

const DONE = { ok: true, value: null } as const;
const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };

export const holdName = ({ strike, edition, team }: Pick<Place, "strike" | "edition" | "team">): string => `${strike}\n${edition}\n${team}`;
export const typedOf = ({ addresses }: Book, place: Place): Typed => addresses.typed[holdName(place)] ?? { typed: 0, tries: NO_TRIES };
export const addressesRecord = (addresses: Addresses): Plain => ({ room: "small", name: ADDRESSES_RECORD, text: JSON.stringify(addresses) });

/** A listed paper of which the place is sealed, or null. A hash names the same bytes for ever, so each is read once. */
const readings = new Map<string, HeldPaper | null>();

export function heldPaper({ papers }: Book, hash: PaperHash): HeldPaper | null {
  const known = readings.get(hash);
  if (known !== undefined) return known;
  const text = papers.get(hash);
  if (text === undefined) return null;
  const read = text.includes("\"held\"") ? readDocument(utf8(text)) : null;
  const held = read?.ok ? heldIn(hash, read.value) : null;
  readings.set(hash, held);
  return held;
}

function heldIn(hash: PaperHash, paper: Json): HeldPaper | null {
  const held = isObject(paper) ? paper["held"] : null;
  if (!isObject(paper) || !isObject(held ?? null)) return null;
  const { strike, edition, iv, sealed, code } = held as JsonObject;
  const place = { operation: idIn(paper, "operation"), strike: String(strike), edition: Number(edition), team: idIn(paper, "team") };
  return { hash, visit: String(paper["visit"]), paper, place, sealed: { iv: String(iv), sealed: String(sealed) }, code: code as unknown as Wrapped };
}

function idIn(paper: JsonObject, part: string): string {
  const named = paper[part] ?? null;
  return isObject(named) ? String(named["id"]) : "";
}

export const heldPapers = (book: Book): readonly HeldPaper[] =>
  [...book.listed, ...book.moved].flatMap(({ kind, hash }) => (kind === "visit" ? (heldPaper(book, hash) ?? []) : []));

/** Opens what there is a key for. What was opened stays in memory only as long as the store is open. */
export async function settleAddresses(book: Book): Promise<void> {
  const held = heldPapers(book);
  for (const hash of book.opened.keys()) if (!held.some((one) => one.hash === hash)) book.opened.delete(hash);
  for (const one of held) {
    const raw = book.opened.has(one.hash) ? null : rawKey(book, one.place);
    const premises = raw && (await openAddress(raw, one.sealed, one.place, one.visit));
    if (premises) book.opened.set(one.hash, openedPaper(one, premises));
  }
}

const openedPaper = ({ paper }: HeldPaper, premises: JsonObject): JsonObject => ({ ...paper, premises, held: { ...(paper["held"] as JsonObject), opened: true } });

function rawKey({ addresses }: Book, place: Place): Uint8Array<ArrayBuffer> | null {
  const known = addresses.keys.find((one) => holdName(one) === holdName(place));
  return known ? fromBase64url(known.key) : null;
}

/** What a code opened, to be written with the entry that says so. */
export const withKey = ({ addresses }: Book, place: Place, key: Uint8Array<ArrayBuffer>, how: How): Addresses => {
  const { strike, edition, team } = place;
  const others = addresses.keys.filter((one) => holdName(one) !== holdName(place));
  const { [holdName(place)]: _, ...typed } = addresses.typed;
  return { typed, keys: [...others, { strike, edition, team, key: base64url(key), how, told: false }] };
};

export async function keepAddresses(book: Book, addresses: Addresses): Promise<Got<null>> {
  const done = await book.store.write([addressesRecord(addresses)]);
  if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  book.addresses = addresses;
  return DONE;
}

/** Asks for the keys of what is held back here, and says which have been opened; nothing where nothing is held back. */
export async function fetchAddresses(book: Book, { wire }: Io): Promise<Got<null>> {
  await settleAddresses(book);
  const forgotten = await forgetOld(book);
  if (!forgotten.ok) return forgotten;
  // Once more after a key came: that it is here is told at once.
  for (let round = 0; round < 2 && isAsked(book); round++) {
    const untold = book.addresses.keys.filter(({ told }) => !told);
    const opened = [...new Map(untold.map(({ strike, edition, how }) => [`${strike}\n${edition}`, { strike, edition, how }])).values()];
    const reply = await wire.json("/api/sync/addresses", { opened });
    if (!reply.ok) return reply;
    const given = readKeys(reply.value);
    if (!given) return garbled;
    const kept = await takeKeys(book, given);
    if (!kept.ok) return kept;
  }
  return DONE;
}

const isAsked = (book: Book): boolean => book.addresses.keys.some(({ told }) => !told) || heldPapers(book).some(({ hash }) => !book.opened.has(hash));

async function takeKeys(book: Book, given: readonly Pick<AddressKey, "strike" | "edition" | "team" | "key">[]): Promise<Got<null>> {
  const known = book.addresses.keys.map((one) => ({ ...one, told: true }));
  const wanted = new Set(heldPapers(book).map(({ place }) => holdName(place)));
  const fresh = given.filter((one) => wanted.has(holdName(one)) && !known.some((old) => holdName(old) === holdName(one)));
  const keys = [...known, ...fresh.map((one): AddressKey => ({ ...one, how: "sync", told: false }))];
  const kept = await keepAddresses(book, { ...book.addresses, keys });
  if (kept.ok) await settleAddresses(book);
  return kept;
}

/** Keys of papers that are here no more. */
async function forgetOld(book: Book): Promise<Got<null>> {
  const wanted = new Set(heldPapers(book).map(({ place }) => holdName(place)));
  const keys = book.addresses.keys.filter((one) => wanted.has(holdName(one)));
  return keys.length === book.addresses.keys.length ? DONE : keepAddresses(book, { ...book.addresses, keys });
}

function readKeys(json: Json): readonly Pick<AddressKey, "strike" | "edition" | "team" | "key">[] | null {
  const rows = isObject(json) ? json["keys"] : null;
  if (!Array.isArray(rows) || !(rows as readonly Json[]).every(isObject)) return null;
  return (rows as readonly JsonObject[]).map(({ strike, edition, team, key }) => ({
    strike: String(strike), edition: Number(edition), team: String(team), key: String(key),
  }));
}
