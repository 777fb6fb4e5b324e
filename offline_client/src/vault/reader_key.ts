/**
 * An officer's own sealing key, to which colleagues seal without a network. The private half lies beside the store, wrapped by
 * its data key, and like the signing key it cannot be taken out once the store is open.
 */
import { base64url, fromBase64url, utf8 } from "../ledger/bytes.ts";
import type { StoreId } from "../ledger/ids.ts";
import type { Disk, Sealed } from "./disk.ts";
import { chance, type Keys } from "./keys.ts";
import type { OwnKey } from "./sealing.ts";

export const READER_KEY = "reader key";
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
type Kept = { readonly point: string; readonly key: Sealed };

const aad = (id: StoreId): Uint8Array<ArrayBuffer> => utf8(`fieldops/vault/1\n${id}\nreader key`);

/** Made when first asked for, and the same ever after. Null when the disk did not take it. */
export async function readerOf(disk: Disk, id: StoreId, { data }: Keys): Promise<OwnKey | null> {
  const kept = ((await disk.get("officers", id, READER_KEY)) as Kept | null) ?? (await fresh(disk, id, data));
  if (!kept) return null;
  const form = { name: "AES-GCM", iv: kept.key.iv, additionalData: aad(id) };
  const key = await crypto.subtle.unwrapKey("pkcs8", kept.key.ct, data, form, CURVE, false, ["deriveBits"]);
  return { point: fromBase64url(kept.point) ?? new Uint8Array(), key };
}

async function fresh(disk: Disk, id: StoreId, data: CryptoKey): Promise<Kept | null> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const iv = chance(12);
  const ct = new Uint8Array(await crypto.subtle.wrapKey("pkcs8", pair.privateKey, data, { name: "AES-GCM", iv, additionalData: aad(id) }));
  const point = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const kept: Kept = { point, key: { iv, ct } };
  return (await disk.write([{ room: "officers", owner: id, name: READER_KEY, put: kept }])).ok ? kept : null;
}
