/** A visit whose address is held back, as the server seals it; a guess at its code costs next to nothing here. */
import { base64url, utf8 } from "../../src/ledger/bytes.ts";
import { keyFromSecret } from "../../src/vault/secret.ts";
import { CHEAP } from "./machine.ts";
import { OPERATION, papersOf, VISIT } from "./papers.ts";
import type { Asked, Server } from "./server.ts";

export const CODE = "0000-0000-000";
export const OTHER_CODE = "ZZZZ-ZZZZ-ZZ4";
export const OPENS_AT = "2026-11-22T09:00:00.000+00:00";
export const STRIKE = "G1";

export type Hold = {
  /** Whether the server gives the key. */
  released: boolean;
  /** What tablets said that they have opened. */
  readonly told: unknown[];
};

/** From now on the visit's paper is sealed; its key is given once it is released. */
export async function holdBack(server: Server, edition = 1): Promise<Hold> {
  const hold: Hold = { released: false, told: [] };
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const visit = papersOf(server.roster).find(({ kind }) => kind === "visit");
  const sealed = await seal(raw, visit?.text ?? "", edition, await wrap(raw));
  server.edition = (kind, text) => (kind === "visit" ? sealed : text);
  server.more = async (path: string, asked: Asked) => {
    if (path !== "/api/sync/addresses") return null;
    hold.told.push(...(asked["opened"] as unknown[]));
    return { time: server.nowMs, keys: hold.released ? [{ strike: STRIKE, edition, team: "tttttttttttttttt", key: base64url(raw) }] : [] };
  };
  return hold;
}

async function wrap(raw: Uint8Array<ArrayBuffer>) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const outer = await keyFromSecret(CODE.replaceAll("-", ""), salt, CHEAP);
  const inner = await crypto.subtle.importKey("raw", raw, "AES-GCM", true, ["decrypt"]);
  const key = new Uint8Array(await crypto.subtle.wrapKey("raw", inner, outer, "AES-KW"));
  return { salt: base64url(salt), memory_kib: CHEAP.memoryKiB, passes: CHEAP.passes, lanes: CHEAP.lanes, key: base64url(key) };
}

async function seal(raw: Uint8Array<ArrayBuffer>, text: string, edition: number, code: object): Promise<string> {
  const paper = JSON.parse(text) as { premises: { code: string }; team: { id: string } };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const label = utf8(`fieldops/address/1\n${OPERATION.id}\n${STRIKE}\n${edition}\n${paper.team.id}\n${VISIT}`);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: label }, key, utf8(JSON.stringify(paper.premises).padEnd(512)));
  const premises = { code: paper.premises.code, name: "Address held back", company_no: "", address: "", uprn: "", lat: "", lon: "", languages: [], workers_expected: 0 };
  const held = { strike: STRIKE, edition, opens_at: OPENS_AT, meeting_point: "Lay-by", iv: base64url(iv), sealed: base64url(new Uint8Array(ct)), code };
  return JSON.stringify({ ...paper, premises, held });
}
