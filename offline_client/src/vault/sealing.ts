/**
 * Sealing to the operation's public key: what is sealed here, this tablet itself cannot open again. A content key is sealed
 * by HPKE (RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM) once, and parts under it cheaply.
 */
import { base32, base64url, textOf, utf8 } from "../ledger/bytes.ts";
import type { LogId, OperationId } from "../ledger/ids.ts";
import { chance } from "./keys.ts";
import { isPacked, unpack } from "./packing.ts";

export type Sealer = {
  readonly operation: OperationId;
  /** The content key as the server is given it; `id` is drawn by chance. */
  readonly key: { readonly id: string; readonly sealed: string };
  readonly content: CryptoKey;
};
export type Sharing = { readonly sealer: Sealer; readonly raw: Uint8Array<ArrayBuffer> };
/** A private key that never leaves memory, with its public point. */
export type OwnKey = { readonly key: CryptoKey; readonly point: Uint8Array<ArrayBuffer> };
export type Run = { readonly log: LogId; readonly from: number; readonly to: number };

/** One sealed segment as it is kept and carried, with the sealed content key that it needs. */
export type SealedPart = Run & {
  readonly operation: OperationId;
  readonly key: { readonly id: string; readonly sealed: string };
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
};

const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const ID_BYTES = 10;
const POINT_BYTES = 65;
/** As much as a push may hold. */
const MOST_PLAIN_BYTES = 512 * 1024;

function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const out = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const KEM = joined("HPKE-v1KEM", Uint8Array.of(0, 0x10));
const SUITE = joined("HPKE-v1HPKE", Uint8Array.of(0, 0x10, 0, 1, 0, 2));
const NOTHING = new Uint8Array();

/** LabeledExtract and LabeledExpand of RFC 9180, section 4, in one: HKDF is both. */
async function derived(salt: Uint8Array<ArrayBuffer>, words: Uint8Array<ArrayBuffer>, info: Uint8Array, length: number) {
  const key = await crypto.subtle.importKey("raw", words, "HKDF", false, ["deriveBits"]);
  const form = { name: "HKDF", hash: "SHA-256", salt, info: joined(Uint8Array.of(0, length), info) };
  return new Uint8Array(await crypto.subtle.deriveBits(form, key, 8 * length));
}

async function extracted(...words: readonly (string | Uint8Array)[]): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(KEY_BYTES), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, joined(SUITE, ...words)));
}

type Exchange = { readonly dh: Uint8Array<ArrayBuffer>; readonly enc: Uint8Array<ArrayBuffer>; readonly point: Uint8Array<ArrayBuffer>; readonly info: string };

/** Key and nonce of the one message, alike on both sides: RFC 9180, sections 4.1 and 5.1. */
async function scheduled({ dh, enc, point, info }: Exchange, use: "encrypt" | "decrypt") {
  const shared = await derived(NOTHING, joined(KEM, "eae_prk", dh), joined(KEM, "shared_secret", enc, point), KEY_BYTES);
  const context = joined(Uint8Array.of(0), await extracted("psk_id_hash"), await extracted("info_hash", info));
  const secret = joined(SUITE, "secret");
  const raw = await derived(shared, secret, joined(SUITE, "key", context), KEY_BYTES);
  const iv = await derived(shared, secret, joined(SUITE, "base_nonce", context), IV_BYTES);
  return { key: await crypto.subtle.importKey("raw", raw, "AES-GCM", false, [use]), form: { name: "AES-GCM", iv } };
}

async function exchanged(privateKey: CryptoKey, point: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const other = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: other }, privateKey, 8 * KEY_BYTES));
}

export async function sealTo(point: Uint8Array<ArrayBuffer>, ephemeral: CryptoKeyPair, info: string, plain: Uint8Array<ArrayBuffer>) {
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const dh = await exchanged(ephemeral.privateKey, point);
  const { key, form } = await scheduled({ dh, enc, point, info }, "encrypt");
  return joined(enc, new Uint8Array(await crypto.subtle.encrypt(form, key, plain)));
}

/** What was sealed to an own key; null when it was not, or not with this `info`. */
export async function openFrom({ key: own, point }: OwnKey, info: string, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
  const [enc, ct] = [sealed.slice(0, POINT_BYTES), sealed.slice(POINT_BYTES)];
  return orNull(async () => {
    const dh = await exchanged(own, enc);
    const { key, form } = await scheduled({ dh, enc, point, info }, "decrypt");
    return new Uint8Array(await crypto.subtle.decrypt(form, key, ct));
  });
}

/** What the browser refuses is a value: a point that is none, a key that is not the one, a seal that does not hold. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** A fresh content key for this operation, and its bytes for as long as others are to be given it. Null for a public key that is none. */
export async function openSharing(point: Uint8Array<ArrayBuffer>, operation: OperationId): Promise<Sharing | null> {
  if (point.length !== POINT_BYTES) return null;
  const raw = chance(KEY_BYTES);
  const content = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const sealed = await sealedTo(point, keyInfo(operation), raw);
  return sealed === null ? null : { sealer: { operation, content, key: { id: base32(chance(ID_BYTES)), sealed } }, raw };
}

/** Sealed by a key that is used once and forgotten. */
export const sealedTo = (point: Uint8Array<ArrayBuffer>, info: string, plain: Uint8Array<ArrayBuffer>): Promise<string | null> =>
  orNull(async () => base64url(await sealTo(point, await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]), info, plain)));

/** As `openSharing`, for the server alone: nobody on this tablet can open it again. */
export async function openSealer(point: Uint8Array<ArrayBuffer>, operation: OperationId): Promise<Sealer | null> {
  const opened = await openSharing(point, operation);
  opened?.raw.fill(0);
  return opened?.sealer ?? null;
}

export const keyInfo = (operation: OperationId): string => `fieldops/content-key/1\n${operation}`;

const label = (operation: OperationId, { log, from, to }: Run): Uint8Array<ArrayBuffer> =>
  utf8(`fieldops/part/1\n${operation}\n${log}\n${from}\n${to}`);

/** A part, bound to the entries that it holds: it opens in no other place. */
export async function sealPart({ operation, content, key }: Sealer, run: Run, plain: string | Uint8Array<ArrayBuffer>, iv = chance(IV_BYTES)): Promise<SealedPart> {
  const { log, from, to } = run;
  const form = { name: "AES-GCM", iv, additionalData: label(operation, run) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(form, content, typeof plain === "string" ? utf8(plain) : plain));
  return { operation, key, log, from, to, iv, sealed };
}

/** What a part holds, unpacked; null when a byte of it, or its place, is not the one that was sealed. */
export async function openPart(content: Uint8Array<ArrayBuffer>, part: SealedPart): Promise<string | null> {
  const plain = await orNull(async () => {
    const key = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["decrypt"]);
    const form = { name: "AES-GCM", iv: part.iv, additionalData: label(part.operation, part) };
    return new Uint8Array(await crypto.subtle.decrypt(form, key, part.sealed));
  });
  const unpacked = plain && isPacked(plain) ? await unpack(plain, MOST_PLAIN_BYTES) : plain;
  return unpacked && textOf(unpacked);
}
