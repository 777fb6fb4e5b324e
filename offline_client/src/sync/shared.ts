/**
 * A bundle that colleagues can read: the same file that the server takes, and beside each content key the same key sealed to
 * theirs. What it is sealed with is bound to the parts under it, so that none can be changed, left out or put in on the way.
 */
import { fromBase64url, hex, utf8 } from "../ledger/bytes.ts";
import type { OperationId, SignerId } from "../ledger/ids.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import { sha256 } from "../ledger/sha256.ts";
import { openFrom, sealedTo, type OwnKey, type SealedPart, type Sharing } from "../vault/sealing.ts";
import { bundlesOf, partsIn, readFile, writeBundle } from "./bundle.ts";

/** The content key of this name, sealed to this signer's own key. */
export type Addressed = { readonly key: string; readonly to: SignerId; readonly sealed: string };
export type Recipient = { readonly signer: SignerId; readonly point: string };
export type Shared = { readonly parts: readonly SealedPart[]; readonly addressed: readonly Addressed[] };
/** Parts under one content key, and who is given it. */
export type Group = { readonly sharing: Sharing; readonly to: readonly Recipient[]; readonly parts: readonly SealedPart[] };

const MOST_ADDRESSED = 2000;

export function addressInfo(operation: OperationId, to: SignerId, key: string, parts: readonly SealedPart[]): string {
  const under = parts.filter((one) => one.key.id === key).map(({ iv, sealed }) => `${hex(iv)}${hex(sha256(sealed))}`);
  return `fieldops/colleague-key/1\n${operation}\n${to}\n${key}\n${hex(sha256(utf8(under.join("\n"))))}`;
}

/** As many files as are needed; each stands alone. Null when a colleague's key is none. */
export async function writeShared(groups: readonly Group[]): Promise<readonly JsonObject[] | null> {
  const files: JsonObject[] = [];
  for (const parts of bundlesOf(groups.flatMap((group) => group.parts))) {
    const addressed: Addressed[] = [];
    for (const group of groups.filter(({ sharing }) => parts.some(({ key }) => key.id === sharing.sealer.key.id))) {
      const given = await addressedTo(group, parts);
      if (!given) return null;
      addressed.push(...given);
    }
    files.push({ ...writeBundle(parts), for: addressed });
  }
  return files;
}

async function addressedTo({ sharing: { sealer, raw }, to }: Group, parts: readonly SealedPart[]): Promise<readonly Addressed[] | null> {
  const given: Addressed[] = [];
  for (const { signer, point } of to) {
    const info = addressInfo(sealer.operation, signer, sealer.key.id, parts);
    const sealed = await sealedTo(fromBase64url(point) ?? new Uint8Array(), info, raw);
    if (sealed === null) return null;
    given.push({ key: sealer.key.id, to: signer, sealed });
  }
  return given;
}

/** A file as it came; null when it is no bundle, and without anybody addressed when only the server can open it. */
export function readShared(bytes: Uint8Array<ArrayBuffer>): Shared | null {
  const json = readFile(bytes);
  const [parts, addressed] = [json && partsIn(json), json && readAll(json["for"] ?? [])];
  return parts && addressed && { parts, addressed };
}

function readAll(rows: Json): readonly Addressed[] | null {
  const read = Array.isArray(rows) && rows.length <= MOST_ADDRESSED ? (rows as readonly Json[]).map(readAddressed) : [null];
  return read.includes(null) ? null : (read as readonly Addressed[]);
}

function readAddressed(row: Json): Addressed | null {
  if (!isObject(row) || typeof row["key"] !== "string" || typeof row["to"] !== "string" || typeof row["sealed"] !== "string") return null;
  return { key: row["key"], to: row["to"] as SignerId, sealed: row["sealed"] };
}

/** The content keys that are addressed to an own key, by name. Null when one of them does not open: something was changed. */
export async function openedFor(me: SignerId, own: OwnKey, { parts, addressed }: Shared): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>> | null> {
  const out = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { key, to, sealed } of addressed.filter((one) => one.to === me)) {
    const operation = parts[0]?.operation ?? ("" as OperationId);
    const content = await openFrom(own, addressInfo(operation, to, key, parts), fromBase64url(sealed) ?? new Uint8Array());
    if (!content) return null;
    out.set(key, content);
  }
  return out;
}

export const fileOf = (json: JsonObject): Uint8Array<ArrayBuffer> => utf8(JSON.stringify(json));
