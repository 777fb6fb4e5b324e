/** What is sealed to an operation: byte for byte what the vectors say, and nothing is read that is no bundle. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url, unhex, utf8 } from "../../src/ledger/bytes.ts";
import type { LogId, OperationId } from "../../src/ledger/ids.ts";
import type { JsonObject } from "../../src/ledger/json.ts";
import { bundlesOf, partsIn, readBundle, writeBundle } from "../../src/sync/bundle.ts";
import { keyInfo, openSealer, sealPart, sealTo } from "../../src/vault/sealing.ts";
import { vectors } from "../support/vectors.ts";

type Change = { readonly name: string; readonly change: JsonObject };
type Sealed = {
  readonly operation: OperationId;
  readonly point: string;
  readonly ephemeral: JsonWebKey;
  readonly content_key: string;
  readonly sealed_key: string;
  readonly part: { readonly log: LogId; readonly from: number; readonly to: number; readonly iv: string; readonly sealed: string; readonly plain: string };
  readonly bundle: JsonObject;
  readonly unread: readonly Change[];
  readonly unopened: readonly Change[];
};
const said = vectors<Sealed>("sealed.json");
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const raw = (text: string): Uint8Array<ArrayBuffer> => fromBase64url(text) ?? new Uint8Array();

async function ephemeral(): Promise<CryptoKeyPair> {
  const { d, ...open } = said.ephemeral;
  return {
    privateKey: await crypto.subtle.importKey("jwk", { ...open, d: d ?? "" }, CURVE, false, ["deriveBits"]),
    publicKey: await crypto.subtle.importKey("jwk", open, CURVE, true, []),
  };
}

test("a content key is sealed to the operation as the RFC has it", async () => {
  const content = unhex(said.content_key) ?? new Uint8Array();
  const sealed = await sealTo(raw(said.point), await ephemeral(), keyInfo(said.operation), content);
  assert.equal(base64url(sealed), said.sealed_key);
});

test("a part is sealed to its place, byte for byte", async () => {
  const content = await crypto.subtle.importKey("raw", unhex(said.content_key) ?? new Uint8Array(), "AES-GCM", false, ["encrypt"]);
  const sealer = { operation: said.operation, content, key: { id: "k1", sealed: said.sealed_key } };
  const { sealed } = await sealPart(sealer, said.part, said.part.plain, raw(said.part.iv));
  assert.equal(base64url(sealed), said.part.sealed);
});

test("no two content keys are the same, and a key that is none seals nothing", async () => {
  const [one, two] = [await openSealer(raw(said.point), said.operation), await openSealer(raw(said.point), said.operation)];
  assert.notEqual(one?.key.sealed, two?.key.sealed);
  assert.notEqual(one?.key.id, two?.key.id);
  assert.equal(await openSealer(new Uint8Array(65), said.operation), null);
  assert.equal(await openSealer(new Uint8Array(3), said.operation), null);
});

test("a bundle is read and written again as it was", () => {
  const parts = partsIn(said.bundle);
  assert.equal(parts?.length, 2);
  assert.deepEqual(writeBundle(parts ?? []), said.bundle);
});

for (const { name, change } of said.unread) {
  test(`no bundle: ${name}`, () => { assert.equal(partsIn({ ...said.bundle, ...change }), null); });
}

for (const { name, change } of said.unopened) {
  test(`carried unread, for only the server can tell: ${name}`, () => {
    assert.notEqual(partsIn({ ...said.bundle, ...change }), null);
  });
}

test("a file that was cut short is no bundle", () => {
  const whole = utf8(JSON.stringify(said.bundle));
  for (let cut = 0; cut < whole.length; cut += 97) assert.equal(readBundle(whole.slice(0, cut)), null);
  assert.equal(readBundle(whole)?.length, 2);
});

test("many parts go into as many files as a server takes, none twice and none left out", () => {
  const [part] = partsIn(said.bundle) ?? [];
  assert.ok(part);
  const many = Array.from({ length: 1200 }, (_, n) => ({ ...part, from: n + 1, to: n + 1, sealed: new Uint8Array(900) }));
  const files = bundlesOf([...many].reverse());
  assert.deepEqual(files.flat().map(({ from }) => from), many.map(({ from }) => from));
  assert.ok(files.length > 1 && files.every((file) => JSON.stringify(writeBundle(file)).length < 500 * 1024));
});
