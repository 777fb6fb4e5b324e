/** Opening an address that lies sealed on the tablet: with its team's key, or with the key that a radio code unwraps. */
import { fromBase64url, textOf, utf8 } from "../ledger/bytes.ts";
import { isObject, readDocument, type JsonObject } from "../ledger/json.ts";
import type { Stretch } from "./keys.ts";
import { orNull } from "./sealing.ts";

/** Whose key it is: one team's, at one holding back of one strike. */
export type Place = { readonly operation: string; readonly strike: string; readonly edition: number; readonly team: string };
export type Sealed = { readonly iv: string; readonly sealed: string };
/** The team's key under a code, and by what the code is stretched. */
export type Wrapped = {
  readonly salt: string; readonly memory_kib: number; readonly passes: number; readonly lanes: number; readonly key: string;
};

const label = ({ operation, strike, edition, team }: Place, visit: string): Uint8Array<ArrayBuffer> =>
  utf8(`fieldops/address/1\n${operation}\n${strike}\n${edition}\n${team}\n${visit}`);

/** The premises that were sealed; null when this is not their key, or not their paper. */
export async function openAddress(raw: Uint8Array<ArrayBuffer>, { iv, sealed }: Sealed, place: Place, visit: string): Promise<JsonObject | null> {
  const [nonce, ct] = [fromBase64url(iv), fromBase64url(sealed)];
  if (!nonce || !ct) return null;
  const plain = await orNull(async () => {
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: label(place, visit) }, key, ct);
  });
  // It was filled up with spaces, so that its length tells nothing.
  const text = plain && textOf(new Uint8Array(plain))?.trimEnd();
  const read = text ? readDocument(utf8(text)) : null;
  return read?.ok && isObject(read.value) ? read.value : null;
}

/** The key that a code opens; null when it is the wrong one, or this tablet could not stretch it. */
export async function keyByCode(code: string, wrapped: Wrapped, stretch: Stretch): Promise<Uint8Array<ArrayBuffer> | null> {
  const [salt, key] = [fromBase64url(wrapped.salt), fromBase64url(wrapped.key)];
  if (!salt || !key) return null;
  const outer = await stretch(code, salt, { memoryKiB: wrapped.memory_kib, passes: wrapped.passes, lanes: wrapped.lanes });
  return outer && orNull(async () => {
    const inner = await crypto.subtle.unwrapKey("raw", key, outer, "AES-KW", "AES-GCM", true, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.exportKey("raw", inner));
  });
}
