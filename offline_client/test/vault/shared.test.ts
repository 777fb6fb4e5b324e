/** What colleagues share, as the vectors fix it: whose key it is, and what opens to them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, hex, unhex, utf8 } from "../../src/ledger/bytes.ts";
import type { SignerId } from "../../src/ledger/ids.ts";
import type { JsonObject } from "../../src/ledger/json.ts";
import { readReaderKey, writeReaderKey } from "../../src/sync/reader_keys.ts";
import { openedFor, readShared } from "../../src/sync/shared.ts";
import { verifyWith } from "../../src/vault/keys.ts";
import { pack } from "../../src/vault/packing.ts";
import { openPart, sealPart, type OwnKey } from "../../src/vault/sealing.ts";
import { vectors } from "../support/vectors.ts";

type Statement = { readonly name: string; readonly line: string; readonly signature: string };
type Said = Statement & {
  readonly key: string;
  readonly signer: SignerId;
  readonly point: string;
  readonly no_statement: readonly Statement[];
  readonly reader: JsonWebKey;
  readonly content_key: string;
  readonly bundle: JsonObject;
  readonly packed: JsonObject;
  readonly plain: string;
  readonly altered: readonly { readonly name: string; readonly change: JsonObject }[];
};
const said = vectors<Said>("shared.json");
const keyOf = (signer: SignerId) => (signer === said.signer ? said.key : undefined);
const sharedOf = (bundle: JsonObject) => {
  const read = readShared(utf8(JSON.stringify(bundle)));
  assert.ok(read);
  return read;
};

async function reader(): Promise<OwnKey> {
  const key = await crypto.subtle.importKey("jwk", said.reader, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  return { key, point: fromBase64url(said.point) ?? new Uint8Array() };
}

test("a signing key vouches for its officer's sealing key", async () => {
  assert.equal(writeReaderKey(said.signer, said.point), said.line);
  assert.deepEqual(await readReaderKey(said.line, said.signature, keyOf, verifyWith), { signer: said.signer, point: said.point });
});

for (const { name, line, signature } of said.no_statement) {
  test(`vouches for nothing: ${name}`, async () => { assert.equal(await readReaderKey(line, signature, keyOf, verifyWith), null); });
}

test("the colleague's content key opens, and with it every part", async () => {
  const shared = sharedOf(said.bundle);
  const content = (await openedFor(said.signer, await reader(), shared))?.get("k1");
  assert.equal(hex(content ?? new Uint8Array()), said.content_key);
  for (const part of shared.parts) assert.ok(JSON.parse((await openPart(content ?? new Uint8Array(), part)) ?? "null"));
});

for (const { name, change } of said.altered) {
  test(`does not open: ${name}`, async () => {
    assert.equal(await openedFor(said.signer, await reader(), sharedOf({ ...said.bundle, ...change })), null);
  });
}

test("a part that was packed before it was sealed opens to the same; what unpacks to too much opens to nothing", async () => {
  const { parts: [packed] } = sharedOf({ ...said.bundle, parts: [said.packed] });
  const content = unhex(said.content_key) ?? new Uint8Array();
  assert.ok(packed);
  assert.equal(await openPart(content, packed), said.plain);
  const key = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["encrypt"]);
  const sealer = { operation: packed.operation, content: key, key: packed.key };
  for (const [bytes, opens] of [[1000, true], [64 * 1024 * 1024, false]] as const) {
    const part = await sealPart(sealer, packed, await pack(new Uint8Array(bytes).fill(65)));
    assert.equal((await openPart(content, part)) !== null, opens);
  }
});
