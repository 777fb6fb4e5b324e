/**
 * The officer's keys. The secret makes a key by Argon2id, which wraps the data key, which wraps the signing key. Browsers
 * keep even "non-extractable" keys readable in their files, so no key ever reaches the disk unwrapped; after unlocking,
 * the keys in memory cannot be taken out.
 */
import { base64url, utf8 } from "../ledger/bytes.ts";
import { signerOf } from "../ledger/certificate.ts";
import type { SignerId } from "../ledger/ids.ts";
import type { Sealed } from "./disk.ts";

/** Makes the outer key of a secret, dearly. Null when this machine could not. */
export type Stretch = (secret: string, salt: Uint8Array<ArrayBuffer>, kdf: Kdf) => Promise<CryptoKey | null>;

/** OWASP's second recommended setting: 19 MiB, two passes, one lane. */
export const KDF = { memoryKiB: 19_456, passes: 2, lanes: 1 } as const;
export type Kdf = { readonly memoryKiB: number; readonly passes: number; readonly lanes: number };

const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

export const chance = (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count));

/** A signing pair on its way to the vault: the private half can still be taken out, to be wrapped. */
export type FreshKeys = { readonly pair: CryptoKeyPair; readonly key: string; readonly signer: SignerId };

export async function freshKeys(): Promise<FreshKeys> {
  const pair = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { pair, key: base64url(point), signer: signerOf(point) };
}

export async function signWith(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.sign(SIGNING, key, bytes)));
}

export type Wrapped = {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly kdf: Kdf;
  readonly dataKey: Uint8Array<ArrayBuffer>;
  readonly signingKey: Sealed;
};
export type Keys = { readonly data: CryptoKey; readonly signing: CryptoKey };

const signingAad = (officer: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/vault/1\n${officer}\nsigning key`);

export type Outer = { readonly salt: Uint8Array<ArrayBuffer>; readonly kdf: Kdf; readonly key: CryptoKey };

export async function wrapKeys(fresh: FreshKeys, officer: string, { salt, kdf, key: outer }: Outer): Promise<Wrapped> {
  const data = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["wrapKey", "encrypt"]);
  const iv = chance(12);
  const form = { name: "AES-GCM", iv, additionalData: signingAad(officer) };
  const ct = new Uint8Array(await crypto.subtle.wrapKey("pkcs8", fresh.pair.privateKey, data, form));
  const dataKey = new Uint8Array(await crypto.subtle.wrapKey("raw", data, outer, "AES-KW"));
  return { salt, kdf, dataKey, signingKey: { iv, ct } };
}

/** Null when the secret is not the one the keys were wrapped with. */
export async function unwrapKeys(wrapped: Wrapped, officer: string, outer: CryptoKey): Promise<Keys | null> {
  try {
    const data = await crypto.subtle.unwrapKey("raw", wrapped.dataKey, outer, "AES-KW", "AES-GCM", false, [
      "encrypt", "decrypt", "wrapKey", "unwrapKey",
    ]);
    const form = { name: "AES-GCM", iv: wrapped.signingKey.iv, additionalData: signingAad(officer) };
    const signing = await crypto.subtle.unwrapKey("pkcs8", wrapped.signingKey.ct, data, form, ECDSA, false, ["sign"]);
    return { data, signing };
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") return null;
    throw error;
  }
}

/** A key for one stream's pulled entries: destroying it erases them all at once, wherever they lie. */
export async function freshStreamKey(data: CryptoKey): Promise<{ readonly key: CryptoKey; readonly wrapped: Sealed }> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const iv = chance(12);
  const ct = new Uint8Array(await crypto.subtle.wrapKey("raw", key, data, { name: "AES-GCM", iv }));
  return { key: await openStreamKey(data, { iv, ct }), wrapped: { iv, ct } };
}

export function openStreamKey(data: CryptoKey, wrapped: Sealed): Promise<CryptoKey> {
  const form = { name: "AES-GCM", iv: wrapped.iv };
  return crypto.subtle.unwrapKey("raw", wrapped.ct, data, form, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Checks an Ed25519 signature by a raw key; null in a browser that knows no Ed25519 (Firefox before 129, Safari before 17). */
export async function verifyNoteWith(
  key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>,
): Promise<boolean | null> {
  try {
    const known = await crypto.subtle.importKey("raw", key, "Ed25519", true, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, bytes);
  } catch (error) {
    if (error instanceof DOMException) return error.name === "NotSupportedError" ? null : false;
    throw error;
  }
}

const importedKeys = new Map<string, Promise<CryptoKey>>();

/** Checks a P1363 signature by a raw public point in base64url; false for a key that is no key. */
export async function verifyWith(key: string, bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const point = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const known = importedKeys.get(key) ?? crypto.subtle.importKey("raw", point, ECDSA, true, ["verify"]);
  importedKeys.set(key, known);
  try {
    return await crypto.subtle.verify(SIGNING, await known, signature, bytes);
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
